/** A line of JSON for each request that has ended. */
import { plainAddress } from "../mapping/index.ts";
import { exchangeOf } from "./exchange.ts";
import { routedTarget } from "./head.ts";
import { type Incoming, isWhole, type Outgoing } from "./message.ts";
import { shortAddress } from "./short-address.ts";

/** Where lines go. */
export interface LineOutput {
  /** Never waits, and drops the line where too many wait already. */
  write(line: string): void;
  /** Resolves when all that was written has been taken. */
  close(): Promise<void>;
}

export interface AccessRules {
  readonly output: LineOutput;
  readonly shortenAddresses: boolean;
}

/** Characters. Nothing else that a client chooses stands in a line. */
const MAX_PATH = 512;
const MAX_METHOD = 32;
/** The connection has ended before the response had: the name that nginx gave it. */
const LEFT = 499;

/** Writes a request down when it has ended. To be called before anything else looks at it. */
export function logAccess(request: Incoming, response: Outgoing, rules: AccessRules): void {
  const time = new Date().toISOString();
  const begun = performance.now();
  // A socket that is gone has no address any more.
  const own = request.socket.remoteAddress ?? "";
  const bytesOut = countBody(request, response);
  response.once("close", () => {
    const { id, route, remoteAddress, bytesIn, broken, socket } = exchangeOf(request);
    const address = plainAddress(remoteAddress ?? own);
    const complete = socket?.complete ?? isWhole(response);
    const line = {
      time,
      request_id: id,
      remote_address: rules.shortenAddresses ? shortAddress(address) : address,
      protocol: `HTTP/${request.httpVersion}`,
      method: (request.method ?? "").slice(0, MAX_METHOD),
      path: routedTarget(request).split("?", 1)[0]?.slice(0, MAX_PATH),
      route: route?.text,
      services: route?.services,
      status: statusOf(response.statusCode, socket !== undefined, complete || broken),
      complete,
      bytes_in: bytesIn,
      bytes_out: socket?.bytesOut ?? bytesOut(),
      duration_ms: Math.round((performance.now() - begun) * 10) / 10,
    };
    rules.output.write(JSON.stringify(line));
  });
}

const SWITCHING = 101;
function statusOf(told: number, isSocket: boolean, ended: boolean): number {
  if (isSocket) return SWITCHING;
  return ended ? told : LEFT;
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
