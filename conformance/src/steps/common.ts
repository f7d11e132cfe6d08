/** Fields every step may carry. */
export interface Common {
  /** What a change points at: `at("probe")`. */
  readonly name?: string;
  /** Which connection of the case the step belongs to. Without it: "main". */
  readonly connection?: string;
}
