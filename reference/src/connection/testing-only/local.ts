import { native } from "../../crypto/index.ts";
import { encodeHandshake, handshakeSignedBytes, type PeerId, parseAddress } from "../../wire/index.ts";
import type { LocalNode } from "../types.ts";

/** Names every node of the tests hosts. */
export const SERVICES = ["echo", "sink"] as const;

/** The seed of a node's key: the same for the same tag. */
export const seedOf = (tag: number): Uint8Array => new Uint8Array(32).fill(tag);

/** Keys are made once: tests make thousands of connections with a handful of keys. */
const keys = new Map<number, Uint8Array>();

export function idOf(tag: number, port = 9_000): PeerId {
  const publicKey = keys.get(tag) ?? native.ed25519PublicKey(seedOf(tag));
  keys.set(tag, publicKey);
  return { publicKey: publicKey.slice(), address: parseAddress(`10.0.0.${tag}`), port };
}

export interface LocalOptions {
  /** Names the key; undefined for an anonymous node. */
  readonly tag?: number | undefined;
  readonly services?: readonly string[];
  readonly findNode?: LocalNode["findNode"];
}

export function localNode({ tag, services = SERVICES, findNode = () => [] }: LocalOptions): LocalNode {
  return {
    id: tag === undefined ? undefined : idOf(tag),
    services,
    sign: (message) => native.ed25519Sign(seedOf(tag ?? 0), message),
    findNode,
  };
}

/** The packet of a true Handshake by the node with this tag. */
export function handshakeOf(tag: number | undefined, services: readonly string[] = SERVICES): Uint8Array {
  if (tag === undefined) return encodeHandshake({ services });
  const id = idOf(tag);
  return encodeHandshake({
    id,
    services,
    signature: native.ed25519Sign(seedOf(tag), handshakeSignedBytes(id, services)),
  });
}
