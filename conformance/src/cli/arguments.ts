import { parseArgs } from "node:util";
import { REPORTERS, type ReporterName } from "../report/reporter.ts";
import { parseAddress } from "../targets/address.ts";
import { nearest } from "./nearest.ts";

/** The command line cannot be obeyed. The message says what to do instead. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export interface Arguments {
  readonly help: boolean;
  readonly version: boolean;
  readonly list: boolean;
  readonly explain?: string;
  readonly target?: string;
  readonly exec?: string;
  readonly listen?: string;
  /** Where the target serves HTTP, if it is a gateway that runs already. */
  readonly gateway?: string;
  readonly gatewayBounded?: string;
  readonly gatewayHttps?: string;
  readonly gatewayRedirect?: string;
  readonly gatewayExec?: string;
  readonly gatewayConfig: boolean;
  readonly only: readonly string[];
  readonly skip: readonly string[];
  readonly strict: boolean;
  readonly knownFailures?: string;
  readonly updateExpectations: boolean;
  readonly timeoutMs: number;
  readonly concurrency: number;
  /** Absent: the kit picks one and prints it. */
  readonly seed?: number;
  readonly reporters: readonly ReporterName[];
  readonly out?: string;
  readonly transcript?: string;
  readonly verify: number;
  /** How long to fuzz instead of running cases, ms. */
  readonly fuzzMs?: number;
  /** A saved conversation to hold instead of running cases. */
  readonly replay?: string;
}

const OPTIONS = {
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
  list: { type: "boolean" },
  explain: { type: "string" },
  target: { type: "string" },
  exec: { type: "string" },
  listen: { type: "string" },
  gateway: { type: "string" },
  "gateway-bounded": { type: "string" },
  "gateway-https": { type: "string" },
  "gateway-redirect": { type: "string" },
  "gateway-exec": { type: "string" },
  "gateway-config": { type: "boolean" },
  only: { type: "string", multiple: true },
  skip: { type: "string", multiple: true },
  profile: { type: "string" },
  strict: { type: "boolean" },
  "known-failures": { type: "string" },
  "update-expectations": { type: "boolean" },
  timeout: { type: "string" },
  concurrency: { type: "string" },
  seed: { type: "string" },
  reporter: { type: "string", multiple: true },
  out: { type: "string" },
  transcript: { type: "string" },
  verify: { type: "string" },
  fuzz: { type: "string" },
  replay: { type: "string" },
} as const;

/** Options that take HOST:PORT. */
const ADDRESSES = ["listen", "target", "gateway", "gateway-bounded", "gateway-https", "gateway-redirect"] as const;

const TIMEOUT_MS = 5000;
const CONCURRENCY = 8;

/** Parses and checks a command line. Throws UsageError. */
export function parseArguments(argv: readonly string[]): Arguments {
  const values = parse(argv);
  const reporters = (values.reporter ?? ["pretty"]).map((name) => oneOf(name, REPORTERS, "--reporter"));
  const profile =
    values.profile === undefined ? "base" : oneOf(values.profile, ["base", "base-strict"] as const, "--profile");
  if ([values.target, values.exec, values.listen, values["gateway-exec"]].filter(Boolean).length > 1)
    throw new UsageError(
      "--target, --exec, --listen and --gateway-exec exclude each other: a node runs already, is started, or dials the kit by itself",
    );
  if (values.gateway !== undefined && values.target === undefined)
    throw new UsageError("--gateway HOST:PORT needs --target HOST:PORT, where the gateway is reached as a node");
  for (const option of ["gateway-bounded", "gateway-https", "gateway-redirect"] as const) {
    if (values[option] !== undefined && values.gateway === undefined)
      throw new UsageError(`--${option} HOST:PORT is another server of --gateway`);
  }
  const instead = [values.fuzz === undefined ? "" : "--fuzz", values.replay === undefined ? "" : "--replay"].filter(
    Boolean,
  );
  if (instead.length > 1) throw new UsageError("--fuzz and --replay exclude each other");
  if (instead.length > 0 && values.listen !== undefined)
    throw new UsageError(`${instead[0]} needs a target that the kit can dial: --target, --exec or none`);
  if (instead.length > 0 && values["gateway-exec"] !== undefined)
    throw new UsageError(`${instead[0]} is about nodes: give --exec in place of --gateway-exec`);
  for (const option of ADDRESSES) {
    const text = values[option];
    if (text !== undefined && parseAddress(text) === undefined)
      throw new UsageError(`--${option} takes HOST:PORT or [IPV6]:PORT, not "${text}"`);
  }
  if (values["update-expectations"] === true && values["known-failures"] === undefined)
    throw new UsageError("--update-expectations needs --known-failures FILE, the file to rewrite");
  return {
    help: values.help ?? false,
    version: values.version ?? false,
    list: values.list ?? false,
    gatewayConfig: values["gateway-config"] ?? false,
    only: values.only ?? [],
    skip: values.skip ?? [],
    strict: values.strict === true || profile === "base-strict",
    updateExpectations: values["update-expectations"] ?? false,
    timeoutMs:
      values.timeout === undefined
        ? TIMEOUT_MS
        : duration(values.timeout, "--timeout", { least: 100, most: 600_000, text: "100ms to 10m" }),
    concurrency: values.concurrency === undefined ? CONCURRENCY : whole(values.concurrency, "--concurrency", 1, 256),
    reporters: [...new Set(reporters)],
    verify: values.verify === undefined ? 1 : whole(values.verify, "--verify", 1, 1000),
    ...(values.seed === undefined ? {} : { seed: whole(values.seed, "--seed", 0, 0xffff_ffff) }),
    ...(values.explain === undefined ? {} : { explain: values.explain }),
    ...(values.target === undefined ? {} : { target: values.target }),
    ...(values.exec === undefined ? {} : { exec: values.exec }),
    ...(values.listen === undefined ? {} : { listen: values.listen }),
    ...(values.gateway === undefined ? {} : { gateway: values.gateway }),
    ...(values["gateway-bounded"] === undefined ? {} : { gatewayBounded: values["gateway-bounded"] }),
    ...(values["gateway-https"] === undefined ? {} : { gatewayHttps: values["gateway-https"] }),
    ...(values["gateway-redirect"] === undefined ? {} : { gatewayRedirect: values["gateway-redirect"] }),
    ...(values["gateway-exec"] === undefined ? {} : { gatewayExec: values["gateway-exec"] }),
    ...(values["known-failures"] === undefined ? {} : { knownFailures: values["known-failures"] }),
    ...(values.out === undefined ? {} : { out: values.out }),
    ...(values.transcript === undefined ? {} : { transcript: values.transcript }),
    ...(values.replay === undefined ? {} : { replay: values.replay }),
    ...(values.fuzz === undefined
      ? {}
      : { fuzzMs: duration(values.fuzz, "--fuzz", { least: 1000, most: 86_400_000, text: "1s to 24h" }) }),
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: false }).values;
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    if (typeof code !== "string" || !code.startsWith("ERR_PARSE_ARGS")) throw error;
    const message = (error as Error).message;
    const unknown = /Unknown option '(--?[^']+)'/.exec(message)?.[1];
    const suggestion = unknown === undefined ? undefined : nearest(unknown.replace(/^--?/, ""), Object.keys(OPTIONS));
    if (unknown !== undefined)
      throw new UsageError(
        `unknown option ${unknown}${suggestion === undefined ? "" : `, did you mean --${suggestion}?`}`,
      );
    throw new UsageError(
      code === "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL"
        ? `${message.split(".")[0]}; everything is given by options, see --help`
        : message.replaceAll("\n", " "),
    );
  }
}

/** For an early end: where the report shall go, even when the rest of the command line is wrong. */
export function outOf(argv: readonly string[]): string | undefined {
  const index = argv.findIndex((word) => word === "--out" || word.startsWith("--out="));
  const word = argv[index];
  return word === undefined ? undefined : word === "--out" ? argv[index + 1] : word.slice("--out=".length);
}

function oneOf<T extends string>(value: string, allowed: readonly T[], option: string): T {
  if ((allowed as readonly string[]).includes(value)) return value as T;
  const suggestion = nearest(value, allowed);
  throw new UsageError(
    `${option} takes ${allowed.join(" or ")}, not "${value}"${suggestion === undefined ? "" : `; did you mean ${suggestion}?`}`,
  );
}

function whole(value: string, option: string, least: number, most: number): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < least || number > most)
    throw new UsageError(`${option} takes a whole number from ${least} to ${most}, not "${value}"`);
  return number;
}

function duration(
  value: string,
  option: string,
  { least, most, text }: { readonly least: number; readonly most: number; readonly text: string },
): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(value);
  const unit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[match?.[2] ?? "ms"] ?? 1;
  const ms = Math.round(Number(match?.[1]) * unit);
  if (match === null || ms < least || ms > most)
    throw new UsageError(`${option} takes a time from ${text}, such as 5s or 1500ms, not "${value}"`);
  return ms;
}
