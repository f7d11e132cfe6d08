/** Low 32 bits of the product of two words as polynomials over GF(2). */
function multiply(x: number, y: number): number {
  // Every fourth bit at a time, so that the carries of an integer product die in the holes between. No table is looked up and
  // no branch taken that would tell of the key by the time it takes.
  const x0 = x & 0x11111111;
  const x1 = x & 0x22222222;
  const x2 = x & 0x44444444;
  const x3 = x & 0x88888888;
  const y0 = y & 0x11111111;
  const y1 = y & 0x22222222;
  const y2 = y & 0x44444444;
  const y3 = y & 0x88888888;
  return (
    ((Math.imul(x0, y0) ^ Math.imul(x1, y3) ^ Math.imul(x2, y2) ^ Math.imul(x3, y1)) & 0x11111111) |
    ((Math.imul(x0, y1) ^ Math.imul(x1, y0) ^ Math.imul(x2, y3) ^ Math.imul(x3, y2)) & 0x22222222) |
    ((Math.imul(x0, y2) ^ Math.imul(x1, y1) ^ Math.imul(x2, y0) ^ Math.imul(x3, y3)) & 0x44444444) |
    ((Math.imul(x0, y3) ^ Math.imul(x1, y2) ^ Math.imul(x2, y1) ^ Math.imul(x3, y0)) & 0x88888888)
  );
}

function reverse(word: number): number {
  let x = ((word & 0x55555555) << 1) | ((word >>> 1) & 0x55555555);
  x = ((x & 0x33333333) << 2) | ((x >>> 2) & 0x33333333);
  x = ((x & 0x0f0f0f0f) << 4) | ((x >>> 4) & 0x0f0f0f0f);
  x = ((x & 0x00ff00ff) << 8) | ((x >>> 8) & 0x00ff00ff);
  return (x << 16) | (x >>> 16);
}

/** Products of words that Karatsuba's method makes of a product of four words by four. */
const PRODUCTS = 9;

/** The factors of one side: four words, the least significant first, and those sums of them that are multiplied beside them. */
function spread(w0: number, w1: number, w2: number, w3: number, into: Int32Array, at: number): void {
  into[at] = w0;
  into[at + 1] = w1;
  into[at + 2] = w0 ^ w1;
  into[at + 3] = w2;
  into[at + 4] = w3;
  into[at + 5] = w2 ^ w3;
  into[at + 6] = w0 ^ w2;
  into[at + 7] = w1 ^ w3;
  into[at + 8] = w0 ^ w1 ^ w2 ^ w3;
}

// Scratch of `absorb`, which calls nothing that could come back to it.
const factors = new Int32Array(2 * PRODUCTS);
const reversed = new Int32Array(4);
const upper = new Int32Array(8);

/**
 * The hash of GCM (NIST SP 800-38D, 6.4) under one key, in constant time: the method of BearSSL's `ghash_ctmul32`. It is for short
 * messages, for which a cipher object costs more than the 0.2 µs that each 16 bytes take here.
 */
export class Ghash {
  /** The factors of the key, then those of its words in reverse: what is low in the product of reversed words is high in theirs. */
  readonly #key = new Int32Array(2 * PRODUCTS);
  /** The least significant word first. */
  readonly #state = new Int32Array(4);

  /** `h` is 16 bytes: what the cipher makes of a block of zeros. */
  constructor(h: Uint8Array) {
    const w3 = word(h, 0);
    const w2 = word(h, 4);
    const w1 = word(h, 8);
    const w0 = word(h, 12);
    spread(w0, w1, w2, w3, this.#key, 0);
    spread(reverse(w0), reverse(w1), reverse(w2), reverse(w3), this.#key, PRODUCTS);
  }

  /** Writes the hash of `bytes[start…end]` without associated data to `out`, the most significant of its four words first. */
  digest(bytes: Uint8Array, start: number, end: number, out: Int32Array): void {
    const state = this.#state;
    const key = this.#key;
    state.fill(0);
    let at = start;
    for (; at + 16 <= end; at += 16) {
      absorb(state, key, word(bytes, at + 12), word(bytes, at + 8), word(bytes, at + 4), word(bytes, at));
    }
    if (at < end) {
      absorb(
        state,
        key,
        lastWord(bytes, at + 12, end),
        lastWord(bytes, at + 8, end),
        lastWord(bytes, at + 4, end),
        lastWord(bytes, at, end),
      );
    }
    // The length of the associated data and that of the bytes in bits, 64 bits for each.
    const length = end - start;
    absorb(state, key, length << 3, length >>> 29, 0, 0);
    out[0] = state[3]!;
    out[1] = state[2]!;
    out[2] = state[1]!;
    out[3] = state[0]!;
  }
}

/** Adds a block, the least significant word first, and multiplies by the key. */
function absorb(state: Int32Array, key: Int32Array, w0: number, w1: number, w2: number, w3: number): void {
  const p = factors;
  state[0]! ^= w0;
  state[1]! ^= w1;
  state[2]! ^= w2;
  state[3]! ^= w3;
  // One loop each, so that the engine has one place in which to put the function in: more than a few it would rather call.
  for (let i = 0; i < 4; i++) reversed[i] = reverse(state[i]!);
  spread(state[0]!, state[1]!, state[2]!, state[3]!, p, 0);
  spread(reversed[0]!, reversed[1]!, reversed[2]!, reversed[3]!, p, PRODUCTS);
  for (let i = 0; i < p.length; i++) p[i] = multiply(p[i]!, key[i]!);

  // The upper halves of the products, still in reverse, by the word of the whole product in which they stand.
  const p2 = p[9]! ^ p[10]! ^ p[11]!;
  const q2 = p[12]! ^ p[13]! ^ p[14]!;
  upper[1] = p[9]!;
  upper[2] = p2;
  upper[3] = p[10]! ^ p[9]! ^ p[12]! ^ p[15]!;
  upper[4] = p2 ^ q2 ^ p[15]! ^ p[16]! ^ p[17]!;
  upper[5] = p[10]! ^ p[12]! ^ p[13]! ^ p[16]!;
  upper[6] = q2;
  upper[7] = p[13]!;
  for (let i = 1; i < 8; i++) upper[i] = reverse(upper[i]!);

  // The bits of GCM stand in reverse, and so the 255 of a product one place too low. The upper halves begin with the highest bit
  // of the lower ones, so that they are in their place already.
  const l1 = p[0]! ^ p[1]! ^ p[2]!;
  const l5 = p[3]! ^ p[4]! ^ p[5]!;
  const r0 = p[0]! << 1;
  const r1 = (l1 << 1) ^ upper[1]!;
  const r2 = ((p[1]! ^ p[0]! ^ p[3]! ^ p[6]!) << 1) ^ upper[2]!;
  // Modulo x^128 + x^7 + x^2 + x + 1, from the highest power on, which stands in the lowest word.
  const r3 = ((l1 ^ l5 ^ p[6]! ^ p[7]! ^ p[8]!) << 1) ^ upper[3]! ^ spill(r0);
  state[0] = ((p[3]! ^ p[1]! ^ p[4]! ^ p[7]!) << 1) ^ upper[4]! ^ fold(r0) ^ spill(r1);
  state[1] = (l5 << 1) ^ upper[5]! ^ fold(r1) ^ spill(r2);
  state[2] = (p[4]! << 1) ^ upper[6]! ^ fold(r2) ^ spill(r3);
  state[3] = upper[7]! ^ fold(r3);
}

/** What a word becomes four words higher. */
const fold = (x: number): number => x ^ (x >>> 1) ^ (x >>> 2) ^ (x >>> 7);
/** What falls out of that at the lower end, into the word below. */
const spill = (x: number): number => (x << 31) ^ (x << 30) ^ (x << 25);

/** Four bytes, the most significant first. */
const word = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;

/** The same with zeros from `end` on. */
function lastWord(bytes: Uint8Array, at: number, end: number): number {
  let value = 0;
  for (let i = 0; i < 4; i++) value = (value << 8) | (at + i < end ? bytes[at + i]! : 0);
  return value;
}
