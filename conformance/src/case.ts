import type { RequirementId } from "./generated/requirements.ts";
import { applyChange, type Change } from "./steps/change.ts";
import type { Expectation } from "./steps/expectation.ts";
import { flatten, type Step, type Steps } from "./steps/types.ts";

/** Who the node under test is: accepts the probe's connection, dials the probe, calls the probe through `call`, or turns HTTP into calls. */
export type Role = "listener" | "dialer" | "requester" | "gateway";
export type Profile = "base";

/** Test services of appendix B. */
export const TEST_SERVICES = [
  "echo",
  "sink",
  "source",
  "empty",
  "headers",
  "error",
  "slow",
  "call",
  "shutdown",
] as const;
export type TestService = (typeof TEST_SERVICES)[number];
/** What a target must have for a case to mean anything: a test service, an identity of its own, or a server with small limits, HTTPS, or a gateway that the kit can give another configuration or end. */
export type Need = TestService | "identity" | "bounded" | "secure" | "reload" | "end";

/** What leaves a target behind that other cases are not about. */
const SPENDING: readonly Need[] = ["reload", "end", "shutdown"];
/** Whether other cases want another target after it. One that dials is that of the case alone anyhow. */
export const spendsTarget = ({ role, needs }: Pick<Case, "role" | "needs">): boolean =>
  role !== "dialer" && needs.some((need) => SPENDING.includes(need));

/** One test, as data: it can be listed, printed, run with and without its change, and shrunk. */
export interface Case {
  /** Its path: file of the case under cases/, then the case's own name. Never reused for another meaning. */
  readonly id: string;
  readonly role: Role;
  readonly profile: Profile;
  /** The first is what the case is about; its level is the level of the case. */
  readonly requires: readonly [RequirementId, ...RequirementId[]];
  /** One sentence: what goes wrong in the world when a node gets this wrong. */
  readonly why: string;
  readonly needs: readonly Need[];
  /** Runs alone, because it looks at state that all connections share, such as the peer table. */
  readonly exclusive: boolean;
  /** An exchange that every conforming node goes through. */
  readonly control: readonly Step[];
  /** The one difference to the control. Without it the control itself is the case. */
  readonly change?: Change;
  readonly expect: Expectation;
}

/** A case as it is written: id, role, profile and defaults come from the chapter. */
export interface CaseText {
  readonly requires: readonly [RequirementId, ...RequirementId[]];
  readonly why: string;
  readonly needs?: Need | readonly Need[];
  readonly exclusive?: boolean;
  readonly control: Steps;
  readonly change?: Change;
  readonly expect: Expectation;
}

/** All cases of one file. `path` is the file's path under cases/, without its ending. */
export function chapter(path: string, cases: Readonly<Record<string, CaseText>>, role: Role = "listener"): Case[] {
  return Object.entries(cases).map(([name, text]) => ({
    id: `${path}/${name}`,
    role,
    profile: "base",
    requires: text.requires,
    why: text.why,
    needs: typeof text.needs === "string" ? [text.needs] : (text.needs ?? []),
    // All cases about a gateway have it call the same services.
    exclusive: text.exclusive ?? role === "gateway",
    control: flatten(text.control),
    ...(text.change === undefined ? {} : { change: text.change }),
    expect: text.expect,
  }));
}

/** Names of services of the kit's own that stand anywhere in the steps of a case. Bytes, of which there may be many, hold none. */
function servicesIn(value: unknown, found = new Set<string>()): Set<string> {
  if (typeof value === "string" && /^kit-[a-z0-9-]+$/.test(value)) found.add(value);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return found;
  for (const part of Object.values(value)) servicesIn(part, found);
  return found;
}

/** Faults in the cases themselves, found before anything runs. */
export function lintCases(cases: readonly Case[]): string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  const offeredBy = new Map<string, string>();
  for (const one of cases) {
    const report = (text: string) => problems.push(`${one.id}: ${text}`);
    if (seen.has(one.id)) report("the id is used twice");
    seen.add(one.id);
    // A target that is asked for a service by one case must not find the provider of another.
    if (one.role !== "gateway" && !one.exclusive) {
      for (const name of servicesIn([one.control, one.change, one.expect])) {
        const other = offeredBy.get(name);
        if (other !== undefined)
          report(`the service "${name}" is that of ${other} too, which may run at the same time`);
        offeredBy.set(name, one.id);
      }
    }
    if (!/^[a-z0-9-]+(\/[a-z0-9-]+)+$/.test(one.id)) report("an id has lower-case words, hyphens and slashes only");
    if (!/^[A-Z].*\.$/s.test(one.why)) report("`why` is one sentence, with a capital and a full stop");
    if (one.control.length === 0) report("the control has no steps");
    if (spendsTarget(one) && one.change !== undefined)
      report("a case that spends its target has none for a change of its control");
    if (spendsTarget(one) && !one.exclusive) report("a case that spends its target runs alone");
    if (one.change === undefined && one.expect.expect !== "succeeds") {
      report("a case that is not about success needs a change: what it shows must not be true of its control as well");
    }
    if (!one.control.some((step) => step.step.startsWith("expect-"))) report("the control expects nothing");
    try {
      if (one.change !== undefined) applyChange(one.control, one.change);
    } catch (error) {
      report((error as Error).message);
    }
  }
  return problems;
}
