import { CryptoError } from "./errors.ts";
import type { GcmEngine } from "./gcm-engine.ts";

const BLOCK_LENGTH = 16;
const TAG_LENGTH = 16;

/** Blocks that are held ready for a nonce at least: one for the tag, and enough for 112 bytes, as a small call's messages have. */
const FEWEST_BLOCKS = 8;
/** Nonces for which blocks are held ready at the beginning. */
const FEWEST_NONCES = 2;

const NO_BLOCKS: Uint8Array = new Uint8Array(0);

let keys = 0;
let slotsTaken = 0;
/** The key of each slot of the engine. */
const keyOfSlot: number[] = [];

/**
 * AES-256-GCM for short messages whose nonces follow each other, from nothing but the block cipher: the blocks for many nonces are
 * made in one call, ahead of time, where a cipher object would have to be made for each. The nonces are those of frames: a counter in
 * the first eight bytes. Any other is right as well, and slower.
 */
export class ShortGcm {
  readonly #engine: GcmEngine;
  readonly #encryptBlocks: (blocks: Uint8Array) => Uint8Array;
  readonly #hashKey: Uint8Array;
  readonly #key = ++keys;
  #slot = 0;
  #blocks: Uint8Array = NO_BLOCKS;
  /** The words of the first nonce there are blocks for. */
  #high = 0;
  #first = 0;
  #low = 0;
  #nonces = 0;
  #blocksOfNonce = FEWEST_BLOCKS;
  /** The most blocks that a message wanted since blocks were made last. */
  #wanted = 0;

  /** `encryptBlocks` encrypts each 16 bytes by themselves (ECB), and does not keep its argument, nor change what it returned. */
  constructor(engine: GcmEngine, encryptBlocks: (blocks: Uint8Array) => Uint8Array) {
    this.#engine = engine;
    this.#encryptBlocks = encryptBlocks;
    this.#hashKey = encryptBlocks(new Uint8Array(BLOCK_LENGTH));
  }

  /** As in `Aead`, for at most `mostData` bytes of the engine. */
  sealInto(nonce: Uint8Array, plaintext: Uint8Array, out: Uint8Array, offset: number): void {
    const { length } = plaintext;
    const { memory, data, exports } = this.#engine;
    const slot = this.#slotOfKey();
    this.#putStream(nonce, length);
    copy(plaintext, 0, length, memory, data);
    exports.seal(slot, length);
    copy(memory, data, length + TAG_LENGTH, out, offset);
  }

  /** Puts the plaintext at the beginning of `into`, for at most `mostData` bytes and not fewer sealed bytes than a tag has. */
  openInto(nonce: Uint8Array, sealed: Uint8Array, into: Uint8Array): void {
    const length = sealed.length - TAG_LENGTH;
    const { memory, data, exports } = this.#engine;
    const slot = this.#slotOfKey();
    this.#putStream(nonce, length);
    copy(sealed, 0, sealed.length, memory, data);
    if (exports.open(slot, length) === 0) {
      throw new CryptoError("BAD_TAG", `the tag of ${sealed.length} sealed bytes does not verify`);
    }
    copy(memory, data, length, into, 0);
  }

  /** Makes the table of this key where another has taken its place, and overwrites message and key stream then. */
  #slotOfKey(): number {
    if (keyOfSlot[this.#slot] === this.#key) return this.#slot;
    const { memory, data, slots, exports } = this.#engine;
    this.#slot = slotsTaken++ % slots;
    keyOfSlot[this.#slot] = this.#key;
    memory.set(this.#hashKey, data);
    exports.setKey(this.#slot);
    return this.#slot;
  }

  /** Puts the key stream of a message where the engine looks for it. */
  #putStream(nonce: Uint8Array, length: number): void {
    const high = wordOf(nonce, 0);
    const counter = wordOf(nonce, 4);
    const low = wordOf(nonce, 8);
    const wanted = 1 + Math.ceil(length / BLOCK_LENGTH);
    if (wanted > this.#wanted) this.#wanted = wanted;
    const known = high === this.#high && low === this.#low;
    let index = known ? counter - this.#first : -1;
    if (index < 0 || index >= this.#nonces || wanted > this.#blocksOfNonce) {
      this.#fill(high, counter, low, known && index > 0 && index <= this.#nonces);
      index = 0;
    }
    const from = index * this.#blocksOfNonce * BLOCK_LENGTH;
    copy(this.#blocks, from, wanted * BLOCK_LENGTH, this.#engine.memory, this.#engine.stream);
  }

  /** Makes the blocks for `counter` and the nonces behind it: twice as many each time they were used up in turn, and few otherwise. */
  #fill(high: number, counter: number, low: number, inTurn: boolean): void {
    const { memory, stream, mostBlocks, exports } = this.#engine;
    this.#blocksOfNonce = Math.max(FEWEST_BLOCKS, Math.ceil(this.#wanted / FEWEST_BLOCKS) * FEWEST_BLOCKS);
    this.#wanted = 0;
    this.#high = high;
    this.#first = counter;
    this.#low = low;
    this.#nonces = Math.min(
      inTurn ? 2 * this.#nonces : FEWEST_NONCES,
      Math.floor(mostBlocks / this.#blocksOfNonce),
      // A counter that would overflow its word needs another upper word; it is asked for anew then.
      0x1_0000_0000 - counter,
    );
    exports.putCounters(high, counter, low, this.#nonces, this.#blocksOfNonce);
    const length = this.#nonces * this.#blocksOfNonce * BLOCK_LENGTH;
    this.#blocks = this.#encryptBlocks(memory.subarray(stream, stream + length));
  }
}

/** Below so many bytes a loop is faster than the objects that `set` wants. */
const LOOP_LENGTH = 64;

function copy(from: Uint8Array, start: number, length: number, to: Uint8Array, offset: number): void {
  if (length <= LOOP_LENGTH) {
    for (let i = 0; i < length; i++) to[offset + i] = from[start + i]!;
  } else {
    to.set(start === 0 && length === from.length ? from : from.subarray(start, start + length), offset);
  }
}

const wordOf = (bytes: Uint8Array, at: number): number =>
  ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
