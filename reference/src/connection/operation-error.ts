import type { ConnectionState } from "./types.ts";

/** Why an operation was refused. Nothing of it reached the wire. */
export type OperationErrorCode =
  /** The Handshake of the peer was not read yet (FLT-HSK-006, FLT-HSK-007). */
  | "NOT_OPEN"
  /** The connection is retired (FLT-STR-052). */
  | "RETIRED"
  | "CLOSED"
  /** The limit of unfinished streams or pending requests is reached. */
  | "LIMIT"
  /** Names and headers do not fit one frame (FLT-PKT-041). */
  | "TOO_LARGE"
  /** A name, key, value or target that cannot be sent, or a reserved one (FLT-PRV-003, FLT-HDR-030). */
  | "INVALID"
  /** The half of the stream has ended or failed (FLT-STR-012, FLT-STR-026). */
  | "ENDED";

/** The caller asked for something that is not possible now or not at all. */
export class OperationError extends Error {
  readonly code: OperationErrorCode;

  constructor(code: OperationErrorCode, message: string) {
    super(message);
    this.name = "OperationError";
    this.code = code;
  }
}

/** Throws unless new streams and requests are allowed in that state (FLT-HSK-006, FLT-HSK-007, FLT-STR-052). */
export function requireOpen(state: ConnectionState): void {
  switch (state) {
    case "open":
      return;
    case "closed":
      throw new OperationError("CLOSED", "expected an open connection, got a closed one");
    case "retired":
      throw new OperationError("RETIRED", "expected an open connection, got a retired one");
    default:
      throw new OperationError("NOT_OPEN", "expected the peer's Handshake to have been read, got none so far");
  }
}
