import type { Crypto } from "../crypto/index.ts";
import { ProtocolError, type Role } from "../session/index.ts";
import {
  type DecodedHandshake,
  encodeHandshake,
  equalBytes,
  HANDSHAKE_TIMEOUT_MS,
  handshakeSignedBytes,
  type PeerId,
} from "../wire/index.ts";
import type { LocalNode, RemotePeer } from "./types.ts";

/** First character of names that are kept for later versions. */
export const RESERVED_MARK = "~";

/** The Handshakes of one connection: what this node says of itself, and whether it believes the peer (chapter 05). */
export class Handshakes {
  readonly #crypto: Crypto;
  readonly #local: LocalNode;
  readonly #expected: Uint8Array | undefined;
  #own: Uint8Array | undefined;
  /** Identity of the first valid Handshake; `null` stands for an anonymous peer. */
  #identity: Uint8Array | null | undefined;

  constructor(crypto: Crypto, local: LocalNode, expectedPublicKey: Uint8Array | undefined) {
    this.#crypto = crypto;
    this.#local = local;
    this.#expected = expectedPublicKey && new Uint8Array(expectedPublicKey);
  }

  /** The own Handshake without opcode, signed once per connection (FLT-HSK-020). */
  own(): Uint8Array {
    if (this.#own === undefined) {
      const { id, services } = this.#local;
      this.#own =
        id === undefined
          ? encodeHandshake({ services })
          : encodeHandshake({ id, services, signature: this.#local.sign(handshakeSignedBytes(id, services)) });
    }
    return this.#own;
  }

  /** Whether a valid Handshake was accepted before. */
  get accepted(): boolean {
    return this.#identity !== undefined;
  }

  /** What a decoded Handshake says, after every check of chapter 05. Throws {@link ProtocolError}. Changes nothing. */
  check(decoded: DecodedHandshake): RemotePeer {
    const { id, services, signature } = decoded.packet;
    if (id !== undefined) this.#checkKey(id, decoded.signedBytes, signature);
    if (this.#expected !== undefined && (id === undefined || !equalBytes(id.publicKey, this.#expected))) {
      throw new ProtocolError(
        "WRONG_PEER",
        "FLT-HSK-032",
        `expected the public key that was dialed, got ${id === undefined ? "none" : "another"}`,
      );
    }
    const key = id?.publicKey ?? null;
    if (this.#identity !== undefined && !sameIdentity(this.#identity, key)) {
      throw new ProtocolError(
        "IDENTITY_CHANGED",
        "FLT-HSK-013",
        "expected the identity of the connection's first Handshake, got another",
      );
    }
    const names = [...new Set(services)];
    return {
      // The decoder's views hold on to the whole message; what is kept for the life of the connection is copied.
      id: id && { publicKey: new Uint8Array(id.publicKey), address: new Uint8Array(id.address), port: id.port },
      services: names.filter((name) => name !== "" && !name.startsWith(RESERVED_MARK)),
      markers: names.filter((name) => name.startsWith(RESERVED_MARK)),
      trailing: new Uint8Array(decoded.trailing),
    };
  }

  /** Binds the connection to the identity of its first valid Handshake (FLT-HSK-013). */
  accept(peer: RemotePeer): void {
    if (this.#identity === undefined) this.#identity = peer.id?.publicKey ?? null;
  }

  #checkKey(id: PeerId, signedBytes: Uint8Array, signature: Uint8Array | undefined): void {
    if (this.#local.id !== undefined && equalBytes(id.publicKey, this.#local.id.publicKey)) {
      throw new ProtocolError("OWN_IDENTITY", "FLT-HSK-030", "expected another node's public key, got the own one");
    }
    if (signature === undefined || !this.#crypto.ed25519Verify(id.publicKey, signedBytes, signature)) {
      throw new ProtocolError(
        "BAD_SIGNATURE",
        "FLT-HSK-022",
        "expected a signature over ID and service names that verifies, got one that does not",
      );
    }
  }
}

/** No Handshake, or no reply to the own one, came in time (FLT-HSK-004, FLT-HSK-005). */
export function handshakeTimeout(role: Role): ProtocolError {
  return new ProtocolError(
    "HANDSHAKE_TIMEOUT",
    role === "dialer" ? "FLT-HSK-005" : "FLT-HSK-004",
    `expected a Handshake within ${HANDSHAKE_TIMEOUT_MS} ms after the key exchange, got none`,
  );
}

function sameIdentity(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === null || b === null ? a === b : equalBytes(a, b);
}
