import { MAX_STREAMS, MIN_STREAMS, RECEIVE_BUFFER_LENGTH } from "../wire/index.ts";
import type { ConnectionLimits } from "./types.ts";

const KIBIBYTE = 1024;

/** The limits of a connection whose user sets none. */
export const DEFAULT_LIMITS: ConnectionLimits = {
  inboundStreams: MAX_STREAMS,
  refusedStreams: 16 * MAX_STREAMS,
  outboundStreams: MAX_STREAMS,
  pendingRequests: 256,
  unreadPerStream: RECEIVE_BUFFER_LENGTH,
  // Each of the streams that must be served may fill its own buffer before reading stops (FLT-STR-070, FLT-STR-074).
  unread: MIN_STREAMS * RECEIVE_BUFFER_LENGTH,
  output: 256 * KIBIBYTE,
  replies: 256 * KIBIBYTE,
  framesPerTurn: Number.POSITIVE_INFINITY,
};
