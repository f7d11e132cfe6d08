import { ConnectionError } from "../connection/index.ts";
import { KEY_LENGTH, type PeerId, toHex } from "../wire/index.ts";
import { FlatendError, messageOf } from "./errors.ts";
import { type PeerInfo, peerInfoOf } from "./peer-info.ts";

/**
 * Peers a node deals with: public keys, as 64 hexadecimal digits or 32 bytes each, or a function that returns true for those it wants. It is called for
 * each connection and each peer the node is told of, and must answer at once.
 */
export type Allow = readonly (string | Uint8Array)[] | ((peer: PeerInfo) => boolean);

/** Why a connection to a peer is closed that is not allowed. */
export const NOT_ALLOWED = "NOT_ALLOWED";

/** Says whether a peer may be dealt with: why not, or `undefined`. */
export type Fence = (id: PeerId | undefined) => ConnectionError | undefined;

/** The fence of a node (FLT-SEC-004); without `allow` there is none. Throws INVALID_ARGUMENT. */
export function fenceOf(allow: Allow | undefined): Fence {
  if (allow === undefined) return () => undefined;
  const allows = typeof allow === "function" ? askedOf(allow) : listed(allow);
  return (id) => {
    if (id === undefined) return refusal("a peer with a public key, got an anonymous one");
    try {
      // A promise is not true: a function that takes its time must not let everybody in.
      return allows(id) === true ? undefined : refusal(`a peer that is allowed, got ${toHex(id.publicKey)}`);
    } catch (error) {
      return refusal(
        `a peer that is allowed, but whether ${toHex(id.publicKey)} is could not be told: ${messageOf(error)}`,
      );
    }
  };
}

const askedOf = (allow: (peer: PeerInfo) => boolean) => (id: PeerId) => allow(peerInfoOf(id));

function listed(keys: readonly (string | Uint8Array)[]): (id: PeerId) => boolean {
  if (!Array.isArray(keys)) {
    throw new FlatendError(
      "INVALID_ARGUMENT",
      `allow: expected a list of public keys or a function, got ${typeof keys}`,
    );
  }
  const known = new Set(keys.map((key, index) => keyOf(key, index)));
  return ({ publicKey }) => known.has(toHex(publicKey));
}

function keyOf(key: string | Uint8Array, index: number): string {
  if (typeof key === "string" && /^[0-9a-fA-F]{64}$/.test(key)) return key.toLowerCase();
  if (key instanceof Uint8Array && key.length === KEY_LENGTH) return toHex(key);
  const got = key instanceof Uint8Array ? `${key.length} bytes` : JSON.stringify(key);
  throw new FlatendError(
    "INVALID_ARGUMENT",
    `allow[${index}]: expected a public key of 64 hexadecimal digits or ${KEY_LENGTH} bytes, got ${got}`,
  );
}

const refusal = (what: string): ConnectionError => new ConnectionError(NOT_ALLOWED, `expected ${what}`, "FLT-SEC-004");
