import type { Requests } from "../rpc/index.ts";
import type { FindNodeResult } from "./types.ts";

export type FindNodeCallback = (result: FindNodeResult) => void;

/** What waits for a reply: the dialer's Handshake, or a FindNodeRequest with the function that is told. */
export type Pending = "handshake" | FindNodeCallback;
export type PendingRequests = Requests<Pending>;
