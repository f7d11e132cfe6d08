import { KEY_LENGTH } from "../wire/index.ts";
import { FlatendError } from "./errors.ts";

/** Where to dial or listen, and whom to expect there. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
  /** The public key that must be there, 32 bytes (FLT-HSK-032). */
  readonly expectedPublicKey?: Uint8Array;
}

const MAX_PORT = 65_535;

/**
 * Takes `host:port`, `[ipv6]:port`, `:port` apart, and `publickey@…` in hexadecimal before it. Without a host it is `defaultHost`.
 * Throws INVALID_ARGUMENT; `option` names in its message where the text came from.
 */
export function parseHostPort(text: string, option: string, defaultHost: string): HostPort {
  const fail = (what: string): never => {
    throw new FlatendError(
      "INVALID_ARGUMENT",
      `${option}: expected ${what}, such as "127.0.0.1:9000", "[::1]:9000" or ":9000", got ${JSON.stringify(text)}`,
    );
  };
  const parts = /^(?:([^@]*)@)?(?:\[([^\]]*)\]|([^:[\]]*)):(\d+)$/.exec(text);
  if (parts === null) return fail("host:port");
  const [, key, bracketed, plain, digits] = parts;
  const port = Number(digits);
  if (port > MAX_PORT) return fail("a port of at most 65535");
  const host = bracketed ?? (plain === "" || plain === undefined ? defaultHost : plain);
  if (key === undefined) return { host, port };
  if (!/^[0-9a-fA-F]{64}$/.test(key)) return fail(`a public key of ${2 * KEY_LENGTH} hexadecimal digits before the @`);
  return { host, port, expectedPublicKey: Uint8Array.from(Buffer.from(key, "hex")) };
}

/** `host:port`, with brackets where the host has colons. */
export const formatTarget = ({ host, port }: HostPort): string =>
  host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
