import type { AutomaticCertificates } from "../tls/automatic.ts";
import type { Handler } from "./message.ts";

const PREFIX = "/.well-known/acme-challenge/";

/** Answers a CA that asks over HTTP (RFC 8555, 8.3), and leaves all else to the handler. */
export function answeringCa(handler: Handler, certificates: AutomaticCertificates | undefined): Handler {
  if (certificates === undefined) return handler;
  return (request, response) => {
    const { url = "" } = request;
    const answer = url.startsWith(PREFIX) ? certificates.answerOverHttp(url.slice(PREFIX.length)) : undefined;
    if (answer === undefined) {
      handler(request, response);
      return;
    }
    response.setHeader("content-type", "application/octet-stream");
    response.setHeader("content-length", answer.length);
    response.end(answer);
  };
}
