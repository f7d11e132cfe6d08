/** Sessions: key exchange, frames and sealing of one connection (chapter 02). Pure: bytes in, bytes out. */

export { ByteQueue } from "./byte-queue.ts";
export { CipherState } from "./cipher-state.ts";
export { ConnectionError, ProtocolError, type Role } from "./errors.ts";
export { BASE_FRAME_LIMITS, type FrameLimits, FrameReader } from "./frame-reader.ts";
export { Session, type SessionOptions, type SessionState } from "./session.ts";
