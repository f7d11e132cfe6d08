/** What is known of a request beside its head, for whoever writes it down. */
import { randomUUID } from "node:crypto";
import type { RouteSettings } from "../config/settings.ts";
import { Attached } from "./attached.ts";
import type { RequestWatcher, SocketWatcher } from "./ended-request.ts";
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
  /** Who learns of it while it is under way, if anybody, and the server's name for them. */
  watcher: RequestWatcher | undefined;
  server: string;
  /** Of a gRPC call: the status it was answered with. */
  grpcStatus: number | undefined;
  /** Of a WebSocket, once there is one: bytes of messages to the client, and whether both sides have closed it. */
  socket: { readonly bytesOut: number; readonly complete: boolean } | undefined;
}

const exchanges = new Attached<Incoming, Exchange>("exchange");

export function exchangeOf(message: Incoming): Exchange {
  const known = exchanges.get(message);
  if (known !== undefined) return known;
  const made: Exchange = {
    id: randomUUID(),
    route: undefined,
    remoteAddress: undefined,
    bytesIn: 0,
    broken: false,
    watcher: undefined,
    server: "",
    grpcStatus: undefined,
    socket: undefined,
  };
  exchanges.set(message, made);
  return made;
}

/** A call of this request is made again. */
export function noteRepeat(message: Incoming): void {
  const { watcher, route } = exchangeOf(message);
  if (route !== undefined) watcher?.repeated(route);
}

/** A WebSocket has become of this request. */
export const noteSocket = ({ watcher, server, route }: Exchange): SocketWatcher | undefined =>
  watcher?.opened(server, route);
