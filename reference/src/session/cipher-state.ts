import type { Aead } from "../crypto/index.ts";

const NONCE_LENGTH = 12;
const LOW_WORD = 0x1_0000_0000;

/** Cipher and frame counter of one direction. The nonce is the counter as u64 followed by four zero bytes (FLT-SES-031). */
export class CipherState {
  readonly #aead: Aead;
  readonly #nonce = new Uint8Array(NONCE_LENGTH);
  readonly #view = new DataView(this.#nonce.buffer);
  #counter: number;

  /** `counter` is that of the next frame; a session starts at 0 (FLT-SES-032, FLT-SES-035). */
  constructor(aead: Aead, counter = 0) {
    this.#aead = aead;
    this.#counter = counter;
  }

  /** The counter of the next frame. Stays far below 2^53: at a million frames a second that takes 285 years. */
  get counter(): number {
    return this.#counter;
  }

  /** Writes ciphertext and tag of `plaintext` at `out[offset…]` and counts the frame, also when the cipher throws (FLT-SES-033). */
  sealInto(plaintext: Uint8Array, out: Uint8Array, offset: number): void {
    this.#aead.sealInto(this.#advance(), plaintext, out, offset);
  }

  /** Opens ciphertext and tag where they are and counts the frame. Throws what the cipher throws on a tag that does not verify. */
  openInPlace(sealed: Uint8Array): Uint8Array {
    return this.#aead.openInPlace(this.#advance(), sealed);
  }

  #advance(): Uint8Array {
    const counter = this.#counter++;
    this.#view.setUint32(0, Math.floor(counter / LOW_WORD));
    this.#view.setUint32(4, counter % LOW_WORD);
    return this.#nonce;
  }
}
