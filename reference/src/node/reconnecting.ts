import { RECONNECT_ATTEMPTS, RECONNECT_DELAY_MAX_MS, RECONNECT_DELAY_MIN_MS } from "../wire/index.ts";
import { FlatendError } from "./errors.ts";

/** What of a node's options says how it comes back to addresses it has lost. */
export interface ReconnectOptions {
  readonly numReconnectAttempts?: number | undefined;
  readonly reconnectBackoffDuration?: number | undefined;
}

/** How often an address is tried again, and after what time. */
export interface ReconnectRules {
  /** Attempts at an address of `addrs`. */
  readonly configured: number;
  /** Attempts at an address the node was told of (FLT-PRV-023). */
  readonly learned: number;
  /** Least and most ms between two attempts (FLT-PRV-021, FLT-PRV-022). */
  readonly minMs: number;
  readonly maxMs: number;
}

/** The rules that options ask for. Throws INVALID_ARGUMENT. */
export function reconnectRules(options: ReconnectOptions): ReconnectRules {
  const { numReconnectAttempts: attempts, reconnectBackoffDuration: minMs = RECONNECT_DELAY_MIN_MS } = options;
  if (attempts !== undefined && !Number.isInteger(attempts)) {
    throw new FlatendError("INVALID_ARGUMENT", `numReconnectAttempts: expected a whole number, got ${attempts}`);
  }
  if (!(minMs >= RECONNECT_DELAY_MIN_MS && minMs <= RECONNECT_DELAY_MAX_MS)) {
    throw new FlatendError(
      "INVALID_ARGUMENT",
      `reconnectBackoffDuration: expected ${RECONNECT_DELAY_MIN_MS} to ${RECONNECT_DELAY_MAX_MS} ms, got ${minMs}`,
    );
  }
  const asked = attempts !== undefined && attempts < 0 ? Number.POSITIVE_INFINITY : attempts;
  return {
    configured: asked ?? Number.POSITIVE_INFINITY,
    learned: asked ?? RECONNECT_ATTEMPTS,
    minMs,
    maxMs: RECONNECT_DELAY_MAX_MS,
  };
}
