/** What HTTP answers beside HTTPS: where to go. */
import { answerBody, redirect } from "../mapping/index.ts";
import { HttpFault } from "./fault.ts";
import { readHead } from "./head.ts";
import type { Handler, Outgoing } from "./message.ts";
import { checkHost } from "./misdirected.ts";

const HTTPS_PORT = 443;

/** @param httpsPort asked for each request, since the system may choose it */
export function redirectToHttps(domains: readonly string[], httpsPort: () => number): Handler {
  return (request, response) => {
    try {
      const { method, authority = "", path, query } = readHead(request);
      checkHost(domains, authority);
      const there = redirect(method, path, query);
      if (there === undefined) throw new HttpFault(404, "no route leads here");
      const port = httpsPort();
      const host = authority.replace(/:\d+$/, "");
      const location = `https://${host}${port === HTTPS_PORT ? "" : `:${port}`}${there.location}`;
      write(response, there.status, { location, "content-length": "0" }, "");
    } catch (error) {
      if (!(error instanceof HttpFault)) throw error;
      const { contentType, body } = answerBody(error.message, request.headers.accept);
      write(response, error.status, { "content-type": contentType, "content-length": String(body.length) }, body);
    }
  };
}

/** What may follow of the request is not read. */
function write(response: Outgoing, status: number, headers: Record<string, string>, body: string): void {
  const isHttp2 = "stream" in response;
  const all = isHttp2 ? headers : { ...headers, connection: "close" };
  // The two know different sets of headers, and these are in both.
  (response as { writeHead(status: number, headers: Record<string, string>): unknown }).writeHead(status, all);
  response.end(body);
}
