/** The address for those who run the gateway. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { isIP } from "node:net";
import type { Address } from "../config/address.ts";

/** What is answered to a GET. */
export interface AdminAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** By path. */
export type AdminPages = Readonly<Record<string, () => AdminAnswer | Promise<AdminAnswer>>>;

export interface AdminServer {
  /** With the port that was taken. */
  readonly address: Address;
  /** Takes no more connections; requests that run have a second to end. */
  retire(): Promise<void>;
  close(): Promise<void>;
}

const MAX_HEADER_SIZE = 8_192;
const MAX_CONNECTIONS = 64;
const TIMEOUT_MS = 10_000;
const RETIRE_MS = 1_000;

export const text = (status: number, body: string): AdminAnswer => ({
  status,
  type: "text/plain; charset=utf-8",
  body,
});

/** Rejects with the system's error when the address cannot be listened on. */
export async function openAdmin({ host, port }: Address, pages: () => AdminPages): Promise<AdminServer> {
  const limits = { maxHeaderSize: MAX_HEADER_SIZE, headersTimeout: TIMEOUT_MS, requestTimeout: TIMEOUT_MS };
  const server = createServer(
    limits,
    (request, response) => void respond(request, response, pages(), isLoopback(host)),
  );
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(host === "" ? { port } : { host, port }, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return {
    address: { host, port: portOf(server) },
    retire: () => closed(server, RETIRE_MS),
    close: () => closed(server, 0),
  };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  pages: AdminPages,
  onlyLocal: boolean,
): Promise<void> {
  const { status, type, body, headers } = await answerOf(request, pages, onlyLocal);
  response.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...headers,
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

async function answerOf({ method, url = "", headers }: IncomingMessage, pages: AdminPages, onlyLocal: boolean) {
  // A page of somebody else's whose name leads here must not read what this machine alone may.
  if (onlyLocal && !isLocalName(headers.host ?? "")) return text(421, "expected localhost or an IP address as host\n");
  const path = url.split("?", 1)[0] ?? "";
  const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
  if (page === undefined) return text(404, `expected one of ${Object.keys(pages).join(", ")}\n`);
  if (method !== "GET" && method !== "HEAD") return { ...text(405, "expected GET\n"), headers: { allow: "GET, HEAD" } };
  try {
    return await page();
  } catch (error) {
    return text(500, `${(error as Error).message}\n`);
  }
}

const isLoopback = (host: string): boolean => host === "localhost" || host === "::1" || /^127\./.test(host);

function isLocalName(authority: string): boolean {
  const host = authority.replace(/:\d*$/, "").toLowerCase();
  return host === "localhost" || isIP(host.replace(/^\[(.*)\]$/, "$1")) > 0;
}

function portOf(server: Server): number {
  const bound = server.address();
  return typeof bound === "object" && bound !== null ? bound.port : 0;
}

function closed(server: Server, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), ms);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
