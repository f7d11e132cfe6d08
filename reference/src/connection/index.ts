/**
 * One connection as a pure state machine: session, messages, Handshake, streams and limits together. Bytes and time go in, bytes and
 * calls of a handler come out; there is no socket, no timer and no randomness here.
 *
 * ```ts
 * const connection = new Connection({ role: "dialer", crypto, ephemeralPrivateKey, local, now }, handler);
 * flush();                                        // after construction and whenever handler.onOutput was called:
 * //   for (let bytes; (bytes = connection.takeOutput()); ) socket.write(bytes, () => connection.outputWritten(bytes.length, now()));
 * // socket data:  connection.receive(chunk, now());   then re-arm a timer for connection.nextDeadline()
 * // socket end:   connection.peerEnded(now());
 * // timer:        connection.tick(now());
 * ```
 */
export { ConnectionError, ProtocolError, type Role } from "../session/index.ts";
export { Connection } from "./connection.ts";
export { DEFAULT_LIMITS } from "./limits.ts";
export { checkRequest } from "./messages.ts";
export { OperationError, type OperationErrorCode } from "./operation-error.ts";
export type { FindNodeCallback } from "./pending.ts";
export type * from "./types.ts";
