// The probe's half of a session: keys, counters and seals. Every number in it can be overridden by a case.

import { createCipheriv } from "node:crypto";
import { type Aead, native as crypto } from "flatend/crypto";
import type { KeyForm, SealForm } from "../steps/packets.ts";
import { concat, u32 } from "./bytes.ts";
import { X25519Key } from "./x25519.ts";

export const MAX_FRAME = 4096;
export const MIN_FRAME = 20;
const TAG = 16;

export interface SealOptions {
  readonly counter?: number;
  readonly nonce?: Uint8Array;
  readonly form?: SealForm;
}

function nonceOf(counter: number): Uint8Array {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setBigUint64(0, BigInt(counter));
  return nonce;
}

/** A target's frame breaks the rules of chapter 02. */
export class BadFrame extends Error {
  override readonly name = "BadFrame";
}

export class ProbeSession {
  readonly publicKey: Uint8Array;
  readonly #key: X25519Key;
  #aead: Aead | undefined;
  #secret: Uint8Array = new Uint8Array(32);
  #secretIsPeerKey = false;
  #sent = 0;
  #read = 0;

  constructor(privateKey: Uint8Array) {
    this.#key = new X25519Key(privateKey);
    this.publicKey = this.#key.publicKey;
  }
  get established(): boolean {
    return this.#aead !== undefined;
  }
  /** The bytes of a key in another form; the secret that follows is made to fit. */
  keyIn(form: KeyForm): Uint8Array {
    if (form === "base-point-plus-p") {
      this.#secretIsPeerKey = true;
      return Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 0xf6 : i === 31 ? 0x7f : 0xff));
    }
    const key = this.publicKey.slice();
    key[31] = (key[31] ?? 0) | 0x80;
    return key;
  }
  /** With a low-order key on either side the secret is all zero, and the probe goes on with that, as a careless node would. */
  establish(peerKey: Uint8Array): void {
    let secret: Uint8Array;
    try {
      secret = this.#secretIsPeerKey ? peerKey : this.#key.secretWith(peerKey);
    } catch {
      secret = new Uint8Array(32);
    }
    this.#secret = secret;
    this.#aead = crypto.aes256gcm(crypto.blake2b256(secret));
  }
  /** Ciphertext and tag. The own counter moves on whatever nonce is used. */
  seal(plaintext: Uint8Array, options: SealOptions = {}): Uint8Array {
    if (this.#aead === undefined) throw new Error("a case seals a message before the key exchange is complete");
    const nonce = options.nonce ?? nonceOf(options.counter ?? this.#sent);
    this.#sent++;
    if (options.form !== undefined) return this.#sealWrongly(options.form, nonce, plaintext);
    const out = new Uint8Array(plaintext.length + TAG);
    this.#aead.sealInto(nonce, plaintext, out, 0);
    return out;
  }
  #sealWrongly(form: SealForm, nonce: Uint8Array, plaintext: Uint8Array): Uint8Array {
    const key = form === "unhashed-secret" ? this.#secret : crypto.blake2b256(this.#secret);
    if (form === "other-key") key[0] = (key[0] ?? 0) ^ 1;
    const cipher = createCipheriv("aes-256-gcm", key, nonce);
    if (form === "associated-data") cipher.setAAD(u32(plaintext.length + TAG));
    return concat(cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
  }
  frame(plaintext: Uint8Array, options: SealOptions = {}): Uint8Array {
    const sealed = this.seal(plaintext, options);
    return concat(u32(sealed.length), sealed);
  }
  open(sealed: Uint8Array): Uint8Array {
    const counter = this.#read++;
    try {
      return (this.#aead as Aead).open(nonceOf(counter), sealed);
    } catch {
      throw new BadFrame(
        `frame ${counter} of ${sealed.length} bytes does not open under the session key with the nonce of counter ${counter}`,
      );
    }
  }
}

/** The length field at the start of `bytes`, or undefined while it is incomplete. Throws on a length no conforming node writes. */
export function frameLength(bytes: Uint8Array): number | undefined {
  if (bytes.length < 4) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  if (length < MIN_FRAME || length > MAX_FRAME) {
    throw new BadFrame(`a frame announces ${length} bytes, allowed are ${MIN_FRAME} to ${MAX_FRAME}`);
  }
  return length;
}
