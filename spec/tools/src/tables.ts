/** The machine-readable half of the specification: the shape of `tables/*.json` and `machines/*.json`. */

export interface Areas {
  readonly chapters: readonly { readonly area: string; readonly file: string; readonly title: string }[];
  /** Areas of chapters to come; no requirement may use them yet. */
  readonly reserved: readonly string[];
}

export interface Constant {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly group: string;
  readonly meaning: string;
  readonly requirement?: string;
}

export interface Constants {
  readonly constants: readonly Constant[];
}

/** The name of a count's or an integer's type on the wire. */
export type IntegerType = "u8" | "u16" | "u32" | "u64";

interface FieldBase {
  readonly name: string;
  readonly meaning: string;
  /** The field is present only when an earlier integer field of the same layout has this value. */
  readonly when?: { readonly field: string; readonly equals: number };
}

export interface IntegerField extends FieldBase {
  readonly type: IntegerType;
  /** The only values a writer may write; absent when every value is allowed. */
  readonly values?: readonly number[];
}

/**
 * So many bytes: a number, the name of a constant, all that is left (`rest`), the value of an
 * earlier field (`of`), or a number chosen by the value of an earlier field (`by`).
 */
export interface BytesField extends FieldBase {
  readonly type: "bytes";
  readonly size:
    | number
    | string
    | { readonly of: string }
    | { readonly by: string; readonly sizes: Readonly<Record<string, number>> };
}

/** A length and then so many bytes. */
export interface CountedField extends FieldBase {
  readonly type: "counted";
  readonly count: IntegerType;
  /** A constant's name: the most bytes a writer may write. */
  readonly most?: string;
  readonly encoding?: "utf-8";
}

/** A count and then so many items, each of the fields given or of another layout. */
export interface ListField extends FieldBase {
  readonly type: "list";
  readonly count: IntegerType;
  readonly most?: string;
  readonly items: readonly Field[];
}

export interface PacketField extends FieldBase {
  readonly type: "packet";
  readonly packet: string;
}

export type Field = IntegerField | BytesField | CountedField | ListField | PacketField;

export interface Layout {
  readonly name: string;
  readonly title: string;
  readonly fields: readonly Field[];
}

export interface Opcode {
  readonly value: number;
  readonly name: string;
  /** Name of the layout behind the opcode. */
  readonly packet: string;
  readonly sender: string;
  /** Which sequence numbers it is sent with. */
  readonly number: string;
  /** Name of the layout of its reply. */
  readonly reply: string | null;
}

export interface Packets {
  readonly opcodes: readonly Opcode[];
  readonly packets: readonly Layout[];
}

export interface Transition {
  readonly state: string;
  readonly event: string;
  readonly action: string;
  readonly next: string;
  readonly requirement: string;
}

export interface Machine {
  readonly name: string;
  readonly title: string;
  readonly actor: string;
  readonly states: readonly { readonly name: string; readonly description: string }[];
  readonly events: readonly { readonly name: string; readonly description: string }[];
  readonly transitions: readonly Transition[];
  readonly default: { readonly action: string; readonly next: string; readonly requirement: string };
}

export interface ErrorRow {
  readonly input: string;
  readonly state: string;
  readonly action: string;
  readonly requirement: string;
}

export interface Errors {
  readonly rows: readonly ErrorRow[];
}

/** Requirements on the wire that have no case and no vector yet. An entry that has got one is stale, and a fault. */
export interface Pending {
  readonly pending: readonly { readonly reason: string; readonly requirements: readonly string[] }[];
}
