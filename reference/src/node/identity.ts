import type { Listener, Socket } from "../transport/index.ts";
import {
  encodeHandshake,
  encodeMessage,
  KEY_LENGTH,
  Opcode,
  type PeerId,
  SIGNATURE_LENGTH,
  WireError,
} from "../wire/index.ts";
import { parseHostPort } from "./addresses.ts";
import { FlatendError } from "./errors.ts";
import { keyPairOf } from "./keys.ts";
import type { Platform } from "./platform.ts";

/** What of a node's options says who it is and where. */
export interface IdentityOptions {
  readonly publicAddr?: string | undefined;
  readonly bindAddrs?: readonly string[] | undefined;
  readonly secretKey?: Uint8Array | undefined;
}

export interface Identity {
  readonly seed: Uint8Array | undefined;
  readonly id: PeerId | undefined;
  readonly listeners: Listener[];
}

/** Binds the addresses and says who the node is. An anonymous node binds none. */
export async function identityOf(
  options: IdentityOptions,
  platform: Platform,
  onSocket: (socket: Socket) => void,
): Promise<Identity> {
  if (options.secretKey === undefined) return { seed: undefined, id: undefined, listeners: [] };
  const { seed, publicKey } = keyPairOf(options.secretKey);
  const binds = (options.bindAddrs ?? []).map((text) => parseHostPort(text, "bindAddrs", "::"));
  const announced =
    options.publicAddr === undefined ? undefined : parseHostPort(options.publicAddr, "publicAddr", "0.0.0.0");
  if (binds.length === 0) binds.push(announced ?? { host: "::", port: 0 });
  const listeners: Listener[] = [];
  try {
    for (const { host, port } of binds) listeners.push(await listen(platform, host, port, onSocket));
    const first = listeners[0] as Listener;
    const address = announced === undefined ? first.address : await platform.transport.resolve(announced.host);
    const port = announced === undefined || announced.port === 0 ? first.port : announced.port;
    return { seed, id: { publicKey, address, port }, listeners };
  } catch (error) {
    await Promise.all(listeners.map((listener) => listener.close()));
    throw error;
  }
}

/** Where there is no IPv6, all addresses are those of IPv4. */
async function listen(
  platform: Platform,
  host: string,
  port: number,
  onSocket: (socket: Socket) => void,
): Promise<Listener> {
  try {
    return await platform.transport.listen(host, port, onSocket);
  } catch (error) {
    if (host !== "::" || (error as { code?: unknown }).code !== "EAFNOSUPPORT") throw error;
    return await platform.transport.listen("0.0.0.0", port, onSocket);
  }
}

/** The longest ID, whose address may turn out to be one of IPv6. */
const LONGEST_ID: PeerId = { publicKey: new Uint8Array(KEY_LENGTH), address: new Uint8Array(16), port: 0 };

/** All services are announced in one frame, so they are refused here if they do not fit (FLT-HSK-044). */
export function checkHandshakeFits(keyed: boolean, services: readonly string[]): void {
  const id = keyed ? { id: LONGEST_ID, signature: new Uint8Array(SIGNATURE_LENGTH) } : {};
  try {
    encodeMessage(1, Uint8Array.of(Opcode.Handshake, ...encodeHandshake({ services, ...id })));
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new FlatendError("INVALID_ARGUMENT", `services: their names do not fit a Handshake: ${error.message}`, error);
  }
}
