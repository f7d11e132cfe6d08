/** A request without a body that the gateway makes to itself. */
import { type IncomingMessage, type RequestOptions, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP } from "node:net";
import type { Listening } from "../http/server.ts";

export interface OwnRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly host: string;
  readonly traceparent: string;
}

export interface OwnAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  /** Of the body that came until its end or a limit. */
  readonly bytes: number;
  /** Whether that was all. */
  readonly complete: boolean;
}

const MAX_BYTES = 1_048_576;
/** ms. A stream of events has no end. */
const MAX_BODY_MS = 5_000;
/** ms; what a service has for its answer, and some more. */
const MAX_HEAD_MS = 60_000;

/**
 * Rejects when there is no answer.
 * @param onHead called when the head of the answer is there
 */
export async function requestOwn(listening: Listening, own: OwnRequest, onHead: () => void): Promise<OwnAnswer> {
  const response = await headOf(listening, own);
  onHead();
  const timer = setTimeout(() => response.destroy(), MAX_BODY_MS);
  let bytes = 0;
  try {
    for await (const piece of response) {
      bytes += (piece as Buffer).length;
      if (bytes > MAX_BYTES) break;
    }
  } catch {
    // That it broke off is told by what follows.
  } finally {
    clearTimeout(timer);
    response.destroy();
  }
  const { statusCode = 0, headers, complete } = response;
  return { status: statusCode, headers, bytes, complete };
}

function headOf(
  { scheme, host: listened, port }: Listening,
  { method, target, host, traceparent }: OwnRequest,
): Promise<IncomingMessage> {
  const name = host.replace(/:\d+$/, "");
  const options: RequestOptions & { rejectUnauthorized: boolean; servername?: string } = {
    host: reachable(listened),
    port,
    method,
    path: target,
    headers: { host, traceparent, "user-agent": "flatend-gateway trace" },
    agent: false,
    // It is this gateway, whatever its certificate says.
    rejectUnauthorized: false,
    ...(isIP(name) > 0 ? {} : { servername: name }),
  };
  return new Promise((resolve, reject) => {
    const request = (scheme === "HTTPS" ? requestHttps : requestHttp)(options, (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    const timer = setTimeout(() => request.destroy(new Error("no answer in time")), MAX_HEAD_MS);
    request.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    request.end();
  });
}

/** Every address of the machine is none to connect to. */
function reachable(host: string): string {
  if (host === "" || host === "0.0.0.0") return "127.0.0.1";
  return host === "::" ? "::1" : host;
}
