import { z } from "zod";
import { VERDICTS } from "../runner/verdict.ts";

const requirementId = z.string().regex(/^FLT-[A-Z]{3}-\d{3}$/);

export const caseReportSchema = z.strictObject({
  id: z.string().describe("Path of the case; stable between versions of the kit."),
  verdict: z.enum(VERDICTS),
  requirements: z
    .array(requirementId)
    .min(1)
    .describe("What the case is about, first of all the first; a death adds FLT-ERR-002."),
  durationMs: z.number().nonnegative(),
  why: z.string().describe("What goes wrong in the world when a node gets this wrong."),
  reason: z.string().optional().describe("One sentence for every verdict but pass."),
  failure: z
    .strictObject({ step: z.string(), expected: z.string(), came: z.string() })
    .optional()
    .describe("The step or expectation that was not met."),
  crash: z.literal(true).optional().describe("The target died of this case, and of no other."),
  exitCode: z
    .number()
    .int()
    .nullable()
    .optional()
    .describe("Of the target, with crash; null when unknown or ended by a signal."),
  signal: z.string().nullable().optional().describe("That ended the target, with crash."),
  stderr: z.string().optional().describe("End of the target's stderr, at most 16 KiB, with crash."),
  hang: z
    .literal(true)
    .optional()
    .describe("After this case the target accepted connections and completed no Handshake."),
  known: z
    .strictObject({ reason: z.string(), link: z.string().optional(), expires: z.string().optional() })
    .optional()
    .describe("The known-failures entry that this result agrees with: it does not count."),
  verdicts: z
    .array(z.enum(VERDICTS))
    .optional()
    .describe("With --verify: the verdict of each repetition, when they differ."),
  sent: z.array(z.string()).optional().describe("What the probe sent in the run that failed."),
  transcript: z
    .array(z.string())
    .optional()
    .describe("Decrypted and annotated, for every verdict but pass, unimplemented and skipped."),
  repeat: z.string().optional().describe("The command that runs just this case again, with the same keys."),
});

export const reportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kit: z.strictObject({ name: z.literal("flatend-conformance"), version: z.string() }),
  startedAt: z.iso.datetime(),
  durationMs: z.number().nonnegative(),
  seed: z.number().int().nonnegative(),
  profile: z.enum(["base", "base-strict"]),
  target: z.strictObject({
    kind: z.enum(["address", "exec", "embedded", "listen", "none"]),
    description: z.string(),
    publicKey: z.string().optional().describe("Hexadecimal; absent for an anonymous target."),
    services: z.array(z.string()),
    roundTripMs: z.number().nonnegative(),
  }),
  exitCode: z.number().int().min(0).max(4),
  conclusion: z.enum(["conforms", "does not conform", "wrong usage", "incomplete", "unreachable"]),
  problems: z.array(z.string()).describe("What stands behind the conclusion and belongs to no single case."),
  summary: z.strictObject(
    Object.fromEntries(VERDICTS.map((verdict) => [verdict, z.number().int().nonnegative()])) as Record<
      (typeof VERDICTS)[number],
      z.ZodNumber
    >,
  ),
  requirements: z.strictObject({
    exercised: z
      .number()
      .int()
      .nonnegative()
      .describe("Requirements with at least one case that came to a verdict about them."),
    of: z.number().int().nonnegative().describe("Requirements that can be seen on the wire."),
    broken: z.array(requirementId).describe("Those that failing cases are about."),
  }),
  deaths: z
    .array(
      z.strictObject({
        exitCode: z.number().int().nullable(),
        signal: z.string().nullable(),
        stderr: z.string(),
        around: z.array(z.string()),
      }),
    )
    .describe("Deaths of the target that no single case could be blamed for."),
  cases: z.array(caseReportSchema),
});

export type CaseReport = z.infer<typeof caseReportSchema>;
export type Report = z.infer<typeof reportSchema>;

/** The published form, conformance/schema/report.schema.json. */
export function reportJsonSchema(): string {
  return `${JSON.stringify({ title: "Report of flatend-conformance", ...z.toJSONSchema(reportSchema) }, null, 2)}\n`;
}
