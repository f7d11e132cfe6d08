import { type ConnectionError, OperationError, ProtocolError } from "../connection/index.ts";
import { FlatendError, messageOf } from "./errors.ts";

/** The peer was silent for too long. */
const TIMEOUTS: ReadonlySet<string> = new Set(["RESPONSE_TIMEOUT", "RESPONSE_UNENDED", "STALLED", "WRITE_STALLED"]);
/** The peer went away, in the middle of something or not. */
const ENDS: ReadonlySet<string> = new Set(["PEER_CLOSED", "CUT_SHORT"]);

/** The user's view of why a stream was lost. */
export function lossOf(reason: ConnectionError): FlatendError {
  if (TIMEOUTS.has(reason.code)) return new FlatendError("TIMEOUT", reason.message, reason);
  if (reason instanceof ProtocolError && !ENDS.has(reason.code))
    return new FlatendError("PROTOCOL_ERROR", reason.message, reason);
  if (reason.code === "SHUT_DOWN") return new FlatendError("SHUT_DOWN", reason.message, reason);
  return new FlatendError("CONNECTION_LOST", `the connection was lost: ${reason.message}`, reason);
}

/** The user's view of an operation that was refused. */
export function refusalOf(error: unknown): FlatendError {
  if (error instanceof FlatendError) return error;
  if (!(error instanceof OperationError)) return new FlatendError("CONNECTION_LOST", messageOf(error), error);
  switch (error.code) {
    case "TOO_LARGE":
      return new FlatendError("TOO_LARGE", error.message, error);
    case "INVALID":
      return new FlatendError("INVALID_ARGUMENT", error.message, error);
    case "LIMIT":
      return new FlatendError("LIMIT", error.message, error);
    default:
      return new FlatendError("CONNECTION_LOST", error.message, error);
  }
}
