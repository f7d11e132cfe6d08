/** What a reader of the vectors meets, for TypeScript users of the package. The JSON Schemas say it field by field. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Fields = Readonly<Record<string, Json>>;

export interface VectorError {
  /** What is wrong: see the list of kinds in the README. */
  readonly kind: string;
  /** What the reader does: close the connection, ignore the input, or refuse it without closing. */
  readonly action: "close" | "ignore" | "reject";
  /** Offset of the faulty field in the input, or for a sequence the index of the faulty step. */
  readonly at?: number;
  /** The HTTP status with which a gateway refuses. */
  readonly status?: number;
}

export interface VectorTest {
  readonly id: string;
  readonly comment: string;
  readonly requirements: readonly string[];
  readonly flags: readonly string[];
  readonly op: string;
  readonly input: Fields;
  /** Absent from an invalid test, unless something comes out before the fault. */
  readonly expect?: Fields;
  /** Intermediate values, for whoever looks for the step at which his own code goes astray. */
  readonly steps?: readonly { readonly name: string; readonly hex: string }[];
  readonly result: "valid" | "invalid";
  readonly error?: VectorError;
  /** The valid test of the same file that an invalid one was made from, by the one change in `change`. */
  readonly twin?: string;
  readonly change?: string;
}

export interface VectorGroup {
  readonly type: string;
  readonly description: string;
  /** `gateway`: for whoever maps HTTP to the mesh. Every node is held to `base`. */
  readonly profile: "base" | "gateway";
  readonly tests: readonly VectorTest[];
}

export interface VectorNote {
  readonly bugType: string;
  readonly description: string;
}

export interface VectorFile {
  readonly $schema: string;
  readonly format: "flatend-vectors/1";
  readonly suite: string;
  readonly spec: { readonly revision: string };
  readonly generator: { readonly name: string; readonly version: string };
  readonly seed: string;
  readonly description: string;
  readonly notes: Readonly<Record<string, VectorNote>>;
  readonly numberOfTests: number;
  readonly groups: readonly VectorGroup[];
}

export interface VectorIndex {
  readonly format: "flatend-vectors/1";
  readonly spec: { readonly revision: string };
  readonly numberOfTests: number;
  readonly files: readonly {
    /** Relative to the index, with forward slashes. */
    readonly path: string;
    readonly suite: string;
    readonly sha256: string;
    readonly numberOfTests: number;
  }[];
}
