// TLS towards a gateway: a handshake as a case wants it, and whether it was the gateway that ended it.
import { readFileSync } from "node:fs";
import { connect as connectTcp, type Socket } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { fileURLToPath } from "node:url";

const place = (name: string): string => fileURLToPath(new URL(`../../certificate/${name}`, import.meta.url));
/** What the HTTPS server of appendix C shows, and its secret key, which everybody knows. */
export const CERTIFICATE = { certificate: place("certificate.pem"), key: place("key.pem") } as const;

/** What a client says in its handshake. */
export interface TlsHello {
  /** The domain it asks for; none without. */
  readonly name?: string;
  /** What it speaks behind it, in its order, by ALPN; it uses none without. */
  readonly offers?: readonly string[];
  /** The only version it speaks. Default: those of Node. */
  readonly version?: "TLSv1.1" | "TLSv1.2" | "TLSv1.3";
}

/** The gateway ended the handshake, by an alert or by the end of the connection. */
export class TlsRefused extends Error {
  override readonly name = "TlsRefused";
}
/** This Node cannot say what the case wants it to. */
export class TlsUnable extends Error {
  override readonly name = "TlsUnable";
}

/**
 * Resolves with the connection once the handshake is complete. Rejects with TlsRefused, TlsUnable, or the error of TCP or TLS.
 * @param verified whether the certificate has to be that of appendix C, for the name
 */
export async function openTls(
  address: { readonly host: string; readonly port: number },
  hello: TlsHello,
  verified: boolean,
  timeoutMs: number,
): Promise<TLSSocket> {
  const { name, offers, version } = hello;
  const tcp = await openTcp(address, timeoutMs);
  const socket = connect({
    socket: tcp,
    rejectUnauthorized: verified,
    ca: readFileSync(CERTIFICATE.certificate),
    ...(name === undefined ? {} : { servername: name }),
    ...(offers === undefined ? {} : { ALPNProtocols: [...offers] }),
    // Old versions have no signatures that the usual level of OpenSSL takes.
    ...(version === undefined ? {} : { minVersion: version, maxVersion: version, ciphers: "DEFAULT@SECLEVEL=0" }),
  });
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => socket.destroy(new Error(`no TLS handshake within ${timeoutMs} ms`)), timeoutMs);
    const onError = (error: NodeJS.ErrnoException): void => {
      clearTimeout(timer);
      reject(explained(error));
    };
    socket.once("error", onError);
    socket.once("secureConnect", () => {
      clearTimeout(timer);
      socket.removeListener("error", onError);
      resolve();
    });
  }).catch((error: unknown) => {
    socket.on("error", () => {}).destroy();
    tcp.destroy();
    throw error;
  });
  return socket;
}

/** The gateway's FIN ends its half alone: a client that still sends sees what becomes of that. */
export async function openTcp(
  { host, port }: { readonly host: string; readonly port: number },
  timeoutMs: number,
): Promise<Socket> {
  const socket = connectTcp({ host, port, allowHalfOpen: true });
  await new Promise<void>((resolve, reject) => {
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no TCP connection within ${timeoutMs} ms`)));
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.setTimeout(0);
      socket.removeListener("error", reject);
      resolve();
    });
  });
  return socket;
}

function explained(error: NodeJS.ErrnoException): Error {
  const { code = "", message } = error;
  if (/NO_PROTOCOLS_AVAILABLE|NO_CIPHERS_AVAILABLE|NO_CIPHER_MATCH/.test(code)) return new TlsUnable(message);
  // OpenSSL tells of an alert that came by its number.
  if (/alert number/.test(message)) return new TlsRefused(message);
  return /^(?:ECONNRESET|ECONNABORTED|EPIPE)$/.test(code) ? new TlsRefused(message) : error;
}
