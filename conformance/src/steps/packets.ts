// What a step sends, as data. The probe turns it into bytes only when the step runs, because keys and ports are known only
// then. Every field can be set to a wrong value: a packet here is a wish, not a promise of validity.

/** A string is written as UTF-8; bytes are written as they are, so that invalid UTF-8 can be sent too. */
export type Text = string | Uint8Array;

/**
 * Who the probe is in a Handshake. `keyed` has an Ed25519 key and a listener of the kit behind the address it announces.
 * Two Handshakes with the same `as` share the key; without it each connection has a key of its own.
 */
export type Identity = { readonly kind: "anonymous" } | { readonly kind: "keyed"; readonly as?: string };

export const anonymous: Identity = { kind: "anonymous" };
export const keyed: Identity = { kind: "keyed" };
export function keyedAs(name: string): Identity {
  return { kind: "keyed", as: name };
}

/** Ways to get a signature wrong (or nearly right) that need the private key or the message. */
export type SignatureForm =
  | "valid"
  | "flipped"
  | "s-plus-l"
  | "small-order-r"
  | "non-canonical-r"
  | "small-order-key"
  | "names-left-out"
  /** A key with a part of small order that the equation with, and only with, the cofactor does not see; or that k makes vanish. */
  | "mixed-order-key-with-cofactor"
  | "mixed-order-key-holds"
  | "mixed-order-r-with-cofactor"
  | "r-that-is-no-point";

/**
 * Public keys of a session that are not the plain ones. `high-bit` is the probe's own with its most significant bit set;
 * `reflected` is the target's own, sent back; `base-point-plus-p` is the number 9 written as 9 + p, with which the shared secret is the target's own public key.
 */
export type KeyForm = "high-bit" | "base-point-plus-p" | "reflected";

/** Ways to seal that are wrong in one thing. */
export type SealForm = "unhashed-secret" | "other-key" | "associated-data";

/** A 32-byte key to look up: bytes, an identity's public key, the target's own, or a key that differs from one in one bit. */
export type KeyWish =
  | Uint8Array
  | { readonly keyOf: string }
  | "target"
  | { readonly near: string; readonly bit: number };

export interface HandshakePacket {
  readonly packet: "handshake";
  readonly identity: Identity;
  readonly services: readonly Text[];
  readonly hasId?: number;
  /** `mixed-order` is the identity's own key plus a point of order 8. */
  readonly publicKey?: KeyWish | "mixed-order";
  readonly family?: number;
  /** 4 or 16 bytes; `mapped` is the real IPv4 address in the form ::ffff:a.b.c.d with family 1. */
  readonly address?: Uint8Array | "mapped";
  readonly port?: number;
  readonly signature?: SignatureForm | Uint8Array;
}
/** A stream by its number, or the one that the target opened with the ServiceRequest of that name. */
export type StreamWish = number | { readonly streamOf: string };
export const streamOf = (name: string): StreamWish => ({ streamOf: name });

export interface ServiceRequestPacket {
  readonly packet: "service-request";
  readonly stream: StreamWish;
  readonly services: readonly Text[];
  readonly headers: readonly (readonly [Text, Text])[];
}
export interface ServiceResponsePacket {
  readonly packet: "service-response";
  readonly stream: StreamWish;
  readonly handled: number;
  readonly headers: readonly (readonly [Text, Text])[];
}
export interface DataPacket {
  readonly packet: "data";
  readonly stream: StreamWish;
  readonly data: Uint8Array;
  /** The length written, where it shall differ from that of `data`. */
  readonly length?: number;
}
export interface FindNodeRequestPacket {
  readonly packet: "find-node-request";
  readonly target: KeyWish;
}
/** An ID in a list: that of the named identity, with other values where they are given. */
export interface IdWish {
  readonly who?: string;
  readonly publicKey?: KeyWish;
  /** 4 or 16 bytes. */
  readonly address?: Uint8Array;
  readonly port?: number;
}
export interface FindNodeResponsePacket {
  readonly packet: "find-node-response";
  /** IDs of identities of this case by their names, or made up. */
  readonly closest: readonly (string | IdWish)[];
}
/** The body of a message that the target sent earlier in this case, byte for byte: a replay. */
export interface CopyPacket {
  readonly packet: "copy";
  readonly of: string;
  readonly opcode: number;
}
/** Any body at all. `opcode` null sends none. */
export interface RawPacket {
  readonly packet: "raw";
  readonly opcode: number | null;
  readonly body: Uint8Array;
}

export type Packet =
  | HandshakePacket
  | ServiceRequestPacket
  | ServiceResponsePacket
  | DataPacket
  | FindNodeRequestPacket
  | FindNodeResponsePacket
  | CopyPacket
  | RawPacket;

/** Opcodes of chapter 04, written down here once more so that the kit does not take them from the reference. */
export const OPCODE = {
  handshake: 0,
  "service-request": 1,
  "service-response": 2,
  data: 3,
  "find-node-request": 4,
  "find-node-response": 5,
} as const;

/** The pattern of appendix B: byte i is (offset + i) mod 251. */
export function pattern(length: number, offset = 0): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = (offset + i) % 251;
  return bytes;
}
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
export function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replace(/\s+/g, ""), "hex"));
}
