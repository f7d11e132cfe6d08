import type { Requests } from "../rpc/index.ts";
import { ConnectionError } from "../session/index.ts";
import { REQUEST_TIMEOUT_MS } from "../wire/index.ts";
import { OperationError } from "./operation-error.ts";
import type { FindNodeResult } from "./types.ts";

/** Takes the peers that were named, or why there was no answer. */
export type FindNodeCallback = (result: FindNodeResult) => void;

/** What waits for a reply: the dialer's Handshake, or a FindNodeRequest with the function that is told. */
export type Pending = "handshake" | FindNodeCallback;
export type PendingRequests = Requests<Pending>;

/** Tells those whose reply has not come in time (FLT-RPC-020). The dialer's Handshake has a deadline of its own. */
export function failExpired(requests: PendingRequests, now: number): void {
  const message = `expected a reply within ${REQUEST_TIMEOUT_MS} ms, got none`;
  for (const pending of requests.expire(now)) {
    if (pending !== "handshake") pending({ error: new ConnectionError("TIMEOUT", message, "FLT-RPC-020") });
  }
}

/** Tells all that wait: the connection is closed. */
export function failAll(requests: PendingRequests, error: ConnectionError): void {
  for (const pending of requests.drain()) if (pending !== "handshake") pending({ error });
}

/** Throws {@link OperationError} when as many requests wait as may. */
export function checkRoom(requests: PendingRequests, limit: number): void {
  if (requests.size >= limit)
    throw new OperationError("LIMIT", `expected fewer than ${limit} pending requests on the connection`);
}
