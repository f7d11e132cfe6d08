/** What is known of a request beside its head, for whoever writes it down. */
import { randomUUID } from "node:crypto";
import type { RouteSettings } from "../config/settings.ts";
import { Attached } from "./attached.ts";
import type { RequestWatcher, SocketWatcher } from "./ended-request.ts";
import type { Incoming } from "./message.ts";

export class Exchange {
  #id: string | undefined;
  /** Of the configuration; undefined where no route took the request. */
  route: RouteSettings | undefined;
  /** Of the client, where a trusted proxy names it. */
  remoteAddress: string | undefined;
  /** Bytes of the body that were taken. */
  bytesIn = 0;
  /** Whether the response broke off for another reason than that the client has gone. */
  broken = false;
  /** Who learns of it while it is under way, if anybody, and the server's name for them. */
  watcher: RequestWatcher | undefined;
  server = "";
  /** Of a gRPC call: the status it was answered with. */
  grpcStatus: number | undefined;
  /** Of a WebSocket, once there is one. */
  socket: SocketExchange | undefined;

  /** What the service knows as `:request-id`. */
  get id(): string {
    this.#id ??= randomUUID();
    return this.#id;
  }
}

export interface SocketExchange {
  /** Bytes of messages to the client. */
  bytesOut: number;
  /** Whether both sides have closed it. */
  complete: boolean;
  /** Whether it is over. */
  closed: boolean;
  /** Called when it is. */
  onClosed: () => void;
}

const exchanges = new Attached<Incoming, Exchange>("exchange");

export function exchangeOf(message: Incoming): Exchange {
  const known = exchanges.get(message);
  if (known !== undefined) return known;
  const made = new Exchange();
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
