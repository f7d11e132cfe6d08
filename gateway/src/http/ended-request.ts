/** What is known of a request when it has ended, for whoever writes it down or counts it. */
import type { Socket } from "node:net";
import type { RouteSettings } from "../config/settings.ts";
import { plainAddress } from "../mapping/index.ts";
import { atClose } from "./at-close.ts";
import { exchangeOf } from "./exchange.ts";
import { routedTarget } from "./head.ts";
import { type Incoming, isHttp2, isWhole, type Outgoing } from "./message.ts";

export interface EndedRequest {
  /** When its head had come. */
  readonly begun: Date;
  readonly id: string;
  /** Of the client, as `trusted_proxies` let it be known. */
  readonly remoteAddress: string;
  readonly httpVersion: string;
  /** As the client wrote it. */
  readonly method: string;
  /** As the client wrote it, if it did. */
  readonly traceparent: string | undefined;
  /** Without its query; normalised, where that can be done. */
  readonly path: string;
  /** Undefined where no route took it. */
  readonly route: RouteSettings | undefined;
  /** 499 where the connection ended before the answer was whole. */
  readonly status: number;
  /** Of a gRPC call that was answered. */
  readonly grpcStatus: number | undefined;
  /** Whether all of the answer was given to the connection. */
  readonly complete: boolean;
  /** Bytes of the bodies. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly durationMs: number;
}

/** Learns of one WebSocket. */
export interface SocketWatcher {
  message(direction: "received" | "sent"): void;
  closed(): void;
}

/** Learns of the requests of a server. Nobody waits for it. */
export interface RequestWatcher {
  /** @param server its first address, as the configuration has it */
  begun(server: string): void;
  /** A call of the route was lost, and is made again. */
  repeated(route: RouteSettings): void;
  /** A request has become a WebSocket. */
  opened(server: string, route: EndedRequest["route"]): SocketWatcher;
  ended(server: string, request: EndedRequest): void;
}

/** The connection has ended before the response had: the name that nginx gave it. */
const LEFT = 499;

/** Those of a WebSocket, whose response Node does not see. */
const SWITCHING = 101;
const SWITCHING_OF_HTTP2 = 200;

/** Tells of a request when it has ended. To be called before anything else looks at it. */
export function watchRequest(request: Incoming, response: Outgoing, onEnd: (ended: EndedRequest) => void): void {
  const begun = new Date();
  const begunAt = performance.now();
  // A socket that is gone has no address any more.
  const own = request.socket.remoteAddress ?? "";
  const bytesOut = countBody(request, response);
  whenOver(request, response, () => {
    const { id, route, remoteAddress, bytesIn, broken, grpcStatus, socket } = exchangeOf(request);
    const complete = socket?.complete ?? isWhole(response);
    const told = complete || broken ? response.statusCode : LEFT;
    onEnd({
      begun,
      id,
      remoteAddress: plainAddress(remoteAddress ?? own),
      httpVersion: request.httpVersion,
      method: request.method ?? "",
      traceparent: request.headers.traceparent as string | undefined,
      path: routedTarget(request).split("?", 1)[0] ?? "",
      route,
      status: socket === undefined ? told : isHttp2(request) ? SWITCHING_OF_HTTP2 : SWITCHING,
      grpcStatus,
      complete,
      bytesIn,
      bytesOut: socket?.bytesOut ?? bytesOut(),
      durationMs: performance.now() - begunAt,
    });
  });
}

/** What is to be called at the end of a connection, by its socket. */
const onEnds = new WeakMap<Socket, Set<() => void>>();

/** Calls once when the response has ended, or its connection has: Node does not tell the end of every response of HTTP/1 that waited behind another. */
function whenOver(request: Incoming, response: Outgoing, onOver: () => void): void {
  if (isHttp2(request)) {
    atClose(response, () => {
      const { socket } = exchangeOf(request);
      // What came before the end of the stream is still on its way to the service.
      if (socket === undefined || socket.closed) onOver();
      else socket.onClosed = onOver;
    });
    return;
  }
  const { socket } = request;
  const ends = onEnds.get(socket) ?? new Set();
  if (!onEnds.has(socket)) {
    onEnds.set(socket, ends);
    // What else hangs on the end of the connection, as a WebSocket's does, tells of its own first.
    socket.once("close", () =>
      setImmediate(() => {
        for (const end of [...ends]) end();
      }),
    );
  }
  const end = (): void => {
    if (ends.delete(end)) onOver();
  };
  ends.add(end);
  atClose(response, end);
}

type Arguments = [chunk?: unknown, encoding?: unknown, done?: unknown];

/** Counts the bytes of a body on their way, as nothing of Node does. */
function countBody({ method }: Incoming, response: Outgoing): () => number {
  let bytes = 0;
  let ending = false;
  const { write, end } = response;
  const count = ([chunk, encoding]: Arguments): void => {
    if (typeof chunk === "string") bytes += Buffer.byteLength(chunk, encoding as BufferEncoding | undefined);
    else if (chunk instanceof Uint8Array) bytes += chunk.length;
  };
  // HTTP/1 and HTTP/2 declare them differently, and take the same.
  Object.assign(response, {
    write: (...given: Arguments): unknown => {
      if (!ending) count(given);
      return Reflect.apply(write, response, given);
    },
    end: (...given: Arguments): unknown => {
      // `end` may write by `write`.
      if (!ending) count(given);
      ending = true;
      return Reflect.apply(end, response, given);
    },
  });
  return () => (method === "HEAD" || response.statusCode === 204 || response.statusCode === 304 ? 0 : bytes);
}
