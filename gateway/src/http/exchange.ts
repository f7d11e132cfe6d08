/** What is known of a request beside its head, for whoever writes it down. */
import { randomUUID } from "node:crypto";
import type { RouteSettings } from "../config/settings.ts";
import type { Incoming } from "./message.ts";

export interface Exchange {
  /** What the service knows as `:request-id`. */
  readonly id: string;
  /** Of the configuration; undefined where no route took the request. */
  route: RouteSettings | undefined;
  /** Of the client, where a trusted proxy names it. */
  remoteAddress: string | undefined;
  /** Bytes of the body that were taken. */
  bytesIn: number;
  /** Whether the response broke off for another reason than that the client has gone. */
  broken: boolean;
  /** Of a gRPC call: the status it was answered with. */
  grpcStatus: number | undefined;
  /** Of a WebSocket, once there is one: bytes of messages to the client, and whether both sides have closed it. */
  socket: { readonly bytesOut: number; readonly complete: boolean } | undefined;
}

const exchanges = new WeakMap<Incoming, Exchange>();

export function exchangeOf(message: Incoming): Exchange {
  const known = exchanges.get(message);
  if (known !== undefined) return known;
  const made: Exchange = {
    id: randomUUID(),
    route: undefined,
    remoteAddress: undefined,
    bytesIn: 0,
    broken: false,
    grpcStatus: undefined,
    socket: undefined,
  };
  exchanges.set(message, made);
  return made;
}
