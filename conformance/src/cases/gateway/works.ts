import type { CaseText } from "../../case.ts";
import { type Steps, succeeds } from "../../steps/index.ts";

/** Makes cases whose steps have to go well as they stand, with nothing to change: what they need of the gateway is the same for a file. */
export const working =
  (needs: CaseText["needs"] = []) =>
  (requires: CaseText["requires"], why: string, ...control: readonly Steps[]): CaseText => ({
    requires,
    why,
    control: [...control],
    expect: succeeds(),
    needs,
  });
