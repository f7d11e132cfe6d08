import { CryptoError } from "./errors.ts";
import { Ghash } from "./ghash.ts";

const BLOCK_LENGTH = 16;
const TAG_LENGTH = 16;
const NONCE_LENGTH = 12;

/** Bytes of plaintext above which a cipher object of OpenSSL is faster: each costs it 5 µs to make, and next to nothing to feed. */
export const SHORT_LENGTH = 192;

/** Blocks that are held ready for a nonce: one for the tag, and enough for 80 bytes, as a small call's messages have. */
const BLOCKS_AHEAD = 6;
const LENGTH_AHEAD = (BLOCKS_AHEAD - 1) * BLOCK_LENGTH;
/** Nonces for which blocks are held ready, at the beginning and at most. They are 3 KiB at most. */
const FEWEST_NONCES = 2;
const MOST_NONCES = 32;

const NO_BLOCKS: Uint8Array = new Uint8Array(0);
const counters = new Uint8Array(MOST_NONCES * BLOCKS_AHEAD * BLOCK_LENGTH);
const countersView = new DataView(counters.buffer);
const hash = new Int32Array(4);

/** Opened messages lie side by side in slabs: an array of its own costs more than to open a short message. */
const SLAB_LENGTH = 8 * 1024;
let slab = new Uint8Array(0);
let slabUsed = 0;

/**
 * AES-256-GCM for short messages whose nonces follow each other, from nothing but the block cipher: the blocks for many nonces are
 * made in one call, ahead of time, where a cipher object would have to be made for each. The nonces are those of frames: a counter in
 * the first eight bytes. Any other is right as well, and slower.
 */
export class ShortGcm {
  readonly #encryptBlocks: (blocks: Uint8Array) => Uint8Array;
  readonly #ghash: Ghash;
  #blocks: Uint8Array = NO_BLOCKS;
  /** The words of the first nonce there are blocks for. */
  #high = 0;
  #first = 0;
  #low = 0;
  #nonces = 0;

  /** `encryptBlocks` encrypts each 16 bytes by themselves (ECB), and does not keep its argument, nor change what it returned. */
  constructor(encryptBlocks: (blocks: Uint8Array) => Uint8Array) {
    this.#encryptBlocks = encryptBlocks;
    this.#ghash = new Ghash(encryptBlocks(new Uint8Array(BLOCK_LENGTH)));
  }

  /** As in `Aead`, for at most {@link SHORT_LENGTH} bytes. */
  sealInto(nonce: Uint8Array, plaintext: Uint8Array, out: Uint8Array, offset: number): void {
    const { length } = plaintext;
    const blocks = this.#blocksFor(nonce, length);
    const from = this.#at + BLOCK_LENGTH;
    for (let i = 0; i < length; i++) out[offset + i] = plaintext[i]! ^ blocks[from + i]!;
    const end = offset + length;
    this.#ghash.digest(out, offset, end, hash);
    for (let i = 0; i < TAG_LENGTH; i++) out[end + i] = blocks[this.#at + i]! ^ (hash[i >> 2]! >>> (24 - 8 * (i & 3)));
  }

  /** As in `Aead`, for at most {@link SHORT_LENGTH} bytes of plaintext and not fewer bytes than a tag has. */
  open(nonce: Uint8Array, sealed: Uint8Array): Uint8Array {
    const length = sealed.length - TAG_LENGTH;
    const blocks = this.#blocksFor(nonce, length);
    this.#ghash.digest(sealed, 0, length, hash);
    // All of the tag, whatever its first bytes are: the time tells nothing of the right one.
    let difference = 0;
    for (let i = 0; i < TAG_LENGTH; i++) {
      difference |= sealed[length + i]! ^ blocks[this.#at + i]! ^ ((hash[i >> 2]! >>> (24 - 8 * (i & 3))) & 0xff);
    }
    if (difference !== 0) throw new CryptoError("BAD_TAG", `the tag of ${sealed.length} sealed bytes does not verify`);
    const plaintext = allocate(length);
    const from = this.#at + BLOCK_LENGTH;
    for (let i = 0; i < length; i++) plaintext[i] = sealed[i]! ^ blocks[from + i]!;
    return plaintext;
  }

  /** Where the blocks for the nonce asked for last begin: that of the tag, then those of the bytes. */
  #at = 0;

  #blocksFor(nonce: Uint8Array, length: number): Uint8Array {
    const high = wordOf(nonce, 0);
    const counter = wordOf(nonce, 4);
    const low = wordOf(nonce, 8);
    if (length > LENGTH_AHEAD) {
      const count = 1 + Math.ceil(length / BLOCK_LENGTH);
      this.#at = 0;
      putCounters(0, high, counter, low, count);
      return this.#encryptBlocks(counters.subarray(0, count * BLOCK_LENGTH));
    }
    const known = high === this.#high && low === this.#low;
    let index = known ? counter - this.#first : -1;
    if (index < 0 || index >= this.#nonces) {
      // Twice as many each time they were used up in turn; few again where other messages came between.
      const inTurn = known && index === this.#nonces && index > 0;
      this.#nonces = inTurn ? Math.min(MOST_NONCES, 2 * index) : FEWEST_NONCES;
      this.#fill(high, counter, low);
      index = 0;
    }
    this.#at = index * BLOCKS_AHEAD * BLOCK_LENGTH;
    return this.#blocks;
  }

  #fill(high: number, counter: number, low: number): void {
    this.#high = high;
    this.#first = counter;
    this.#low = low;
    // A counter that would overflow its word needs another upper word; it is asked for anew then.
    this.#nonces = Math.min(this.#nonces, 0x1_0000_0000 - counter);
    for (let i = 0; i < this.#nonces; i++) putCounters(i * BLOCKS_AHEAD, high, counter + i, low, BLOCKS_AHEAD);
    this.#blocks = this.#encryptBlocks(counters.subarray(0, this.#nonces * BLOCKS_AHEAD * BLOCK_LENGTH));
  }
}

/** The counter blocks of a nonce: the nonce, then 1 for the tag and 2 and up for the bytes. */
function putCounters(from: number, high: number, counter: number, low: number, count: number): void {
  for (let i = 0; i < count; i++) {
    const at = (from + i) * BLOCK_LENGTH;
    countersView.setUint32(at, high);
    countersView.setUint32(at + 4, counter);
    countersView.setUint32(at + 8, low);
    countersView.setUint32(at + NONCE_LENGTH, i + 1);
  }
}

const wordOf = (bytes: Uint8Array, at: number): number =>
  ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;

function allocate(length: number): Uint8Array {
  if (slab.length - slabUsed < length) {
    slab = new Uint8Array(SLAB_LENGTH);
    slabUsed = 0;
  }
  slabUsed += length;
  return slab.subarray(slabUsed - length, slabUsed);
}
