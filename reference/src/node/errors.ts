/** What went wrong, for programs. Each stands in the table of reference/README.md. */
export type FlatendErrorCode =
  /** An option or argument that cannot be used. */
  | "INVALID_ARGUMENT"
  /** No connected node offers any of the services. Nothing was sent. */
  | "NO_PROVIDER"
  /** Every provider that could be asked answered that it does not serve the call. */
  | "UNHANDLED"
  /** No head of the response within the time the caller gave. */
  | "TIMEOUT"
  /** The caller's signal was aborted. */
  | "ABORTED"
  /** The connection went before both bodies were complete. */
  | "CONNECTION_LOST"
  /** The peer broke the protocol, or a limit of time that binds it ran out. */
  | "PROTOCOL_ERROR"
  /** More bytes than allowed: a body over its limit, or names and headers that do not fit one frame. */
  | "TOO_LARGE"
  /** A peer could not be reached, or its connection did not get as far as its Handshake. */
  | "CONNECT_FAILED"
  /** A limit of this node is reached: streams or connections. */
  | "LIMIT"
  /** The node is shut down. */
  | "SHUT_DOWN";

/** Every error this package hands to its user. `cause` keeps what it stems from. */
export class FlatendError extends Error {
  readonly code: FlatendErrorCode;

  constructor(code: FlatendErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "FlatendError";
    this.code = code;
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
