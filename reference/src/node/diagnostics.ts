import { channel, tracingChannel } from "node:diagnostics_channel";
import type { Context, Handler } from "./context.ts";
import type { FlatendError } from "./errors.ts";
import type { PeerEvent, ReconnectEvent } from "./events.ts";
import type { Headers } from "./headers.ts";
import type { Node } from "./node.ts";
import type { Response } from "./response.ts";

/** Message of the tracing channel `flatend:call`. */
export interface CallMessage {
  /** Who calls. */
  readonly node: Node;
  /** Names in order of preference. */
  readonly services: readonly string[];
  /** Those of the call. A subscriber of `start` may add some. */
  readonly headers: Record<string, string>;
  /** The head of the response has come. */
  result?: Response;
  /** Why no head of a response has come. */
  error?: unknown;
}

/** Message of the tracing channel `flatend:serve`. */
export interface ServeMessage {
  /** Who serves. */
  readonly node: Node;
  /** The name that was called. */
  readonly service: string;
  /** What the handler gets. */
  readonly ctx: Context;
  /** What the handler has thrown. */
  error?: unknown;
}

/** Messages of the other channels, by name. */
export interface ChannelMessages {
  /** A peer has come or gone. */
  "flatend:peer": { readonly node: Node; readonly event: PeerEvent };
  /** An address will be dialed again. */
  "flatend:reconnecting": { readonly node: Node; readonly event: ReconnectEvent };
  /** Something went wrong that no call has been told. */
  "flatend:error": { readonly node: Node; readonly error: FlatendError };
}

/** Each has the channels `tracing:NAME:start`, `end`, `asyncStart`, `asyncEnd` and `error` of Node.js. */
export const callChannel = tracingChannel<unknown, CallMessage>("flatend:call");
export const serveChannel = tracingChannel<unknown, ServeMessage>("flatend:serve");

type Parts = Readonly<
  Record<"start" | "end" | "asyncStart" | "asyncEnd" | "error", { readonly hasSubscribers: boolean }>
>;

/** Whether anybody listens. Not every runtime says so of a tracing channel as a whole. */
export const isWatched = (traced: Parts & { readonly hasSubscribers?: boolean | undefined }): boolean =>
  traced.hasSubscribers ??
  (traced.start.hasSubscribers ||
    traced.end.hasSubscribers ||
    traced.asyncStart.hasSubscribers ||
    traced.asyncEnd.hasSubscribers ||
    traced.error.hasSubscribers);

export const peerChannel = channel("flatend:peer");
export const reconnectChannel = channel("flatend:reconnecting");
export const errorChannel = channel("flatend:error");

/** A call, told to whoever subscribes to `flatend:call`. `make` gets the headers that it is to be made with. */
export function tracedCall(
  node: Node,
  services: readonly string[],
  headers: Headers,
  make: (headers: Headers) => Promise<Response>,
): Promise<Response> {
  const message: CallMessage = { node, services, headers: { ...headers } };
  return callChannel.tracePromise(() => make(message.headers), message);
}

/** A handler, told to whoever subscribes to `flatend:serve`. */
export const tracedHandler =
  (node: Node, handler: Handler): Handler =>
  (ctx) =>
    serveChannel.tracePromise(async () => handler(ctx), { node, service: ctx.service, ctx });
