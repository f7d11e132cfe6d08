/** What is wrong with bytes that do not decode, or with a packet that cannot be encoded. */
export type WireErrorCode =
  /** The bytes end before the layout does (FLT-PKT-003). */
  | "SHORT"
  /** A value is outside what its field allows. */
  | "RANGE"
  /** A Handshake's service name is not valid UTF-8 (FLT-PKT-032). */
  | "UTF8"
  /** A packet does not fit its fields or one frame. */
  | "OVERLONG"
  /** Text that should be an address is none. */
  | "ADDRESS";

/** Thrown by every codec of this room, and nothing else is. */
export class WireError extends Error {
  override readonly name = "WireError";
  readonly code: WireErrorCode;
  /** Where in the decoded bytes, counted from their start; 0 for encoders. */
  readonly offset: number;
  readonly expected: string;
  readonly got: string;

  constructor(code: WireErrorCode, what: string, expected: string, got: string, offset = 0) {
    super(`${what} at offset ${offset}: expected ${expected}, got ${got}`);
    this.code = code;
    this.offset = offset;
    this.expected = expected;
    this.got = got;
  }
}
