/** Requests to a CA: bounded in time and size. */
import { request } from "node:https";
import { rootCertificates } from "node:tls";

const TIMEOUT_MS = 30_000;
/** Bytes; a chain of certificates has some thousand. */
const MAX_LENGTH = 1024 * 1024;

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export type Send = (method: "GET" | "HEAD" | "POST", url: string, body?: string) => Promise<Reply>;

/**
 * @param ca root of a private CA in PEM, beside those that Node knows
 * @param signal ends what runs
 */
export const sender =
  (ca: string | undefined, signal: AbortSignal): Send =>
  (method, url, body) =>
    new Promise((resolve, reject) => {
      const headers = { "user-agent": "flatend-gateway", ...(body === undefined ? {} : CONTENT) };
      const options = { method, headers, signal, ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }) };
      const sent = request(url, options, (response) => {
        const pieces: Buffer[] = [];
        let length = 0;
        response.on("data", (piece: Buffer) => {
          length += piece.length;
          pieces.push(piece);
          if (length > MAX_LENGTH) sent.destroy(new Error("the CA answered with too much"));
        });
        response.on("error", reject).on("end", () => {
          const text = Buffer.concat(pieces).toString();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        });
      });
      const timer = setTimeout(() => sent.destroy(new Error("the CA did not answer in time")), TIMEOUT_MS);
      sent.on("error", reject).once("close", () => clearTimeout(timer));
      sent.end(body);
    });

const CONTENT = { "content-type": "application/jose+json" };
