import type { Path } from "../config/positions.ts";

export interface SetupFault {
  /** Where in the configuration that stands which cannot be done. */
  readonly path: Path;
  readonly message: string;
}

/** What a valid configuration asks for and the machine does not give: a file that is not there, an address that is taken. */
export class SetupError extends Error {
  override readonly name = "SetupError";
  readonly faults: readonly SetupFault[];

  constructor(faults: readonly SetupFault[]) {
    super(faults.map(({ message }) => message).join("; "));
    this.faults = faults;
  }
}

/**
 * What all promises give. Rejects with {@link SetupError}, after all of them, with the faults of all that were rejected.
 * @param pathOf where in the configuration the promise of an index stands; put before the paths of a SetupError
 */
export async function allOf<T>(promises: readonly Promise<T>[], pathOf: (index: number) => Path): Promise<T[]> {
  const settled = await Promise.allSettled(promises);
  const faults = settled.flatMap((result, index) => {
    if (result.status === "fulfilled") return [];
    const path = pathOf(index);
    const { reason } = result as { reason: Error };
    if (!(reason instanceof SetupError)) return [{ path, message: reason.message }];
    return reason.faults.map((fault) => ({ path: [...path, ...fault.path], message: fault.message }));
  });
  if (faults.length > 0) throw new SetupError(faults);
  return settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
}
