// AES-256-GCM (NIST SP 800-38D) of one message at a time, all but the block cipher, in AssemblyScript. `npm run wasm` compiles it to
// src/generated/short-gcm.ts. No branch and no address depends on a key or a message: tables are looked up by `swizzle`, which
// takes the same time for each of its sixteen entries.

const BLOCK: usize = 16;

/** The keys that have a table at the same time. */
export const SLOTS: usize = 64;
/** Rows of a table, one for each byte of a product, with two vectors for each of four powers of the key. */
const ROW: usize = 128;
const TABLE: usize = 16 * ROW;
/** Where messages begin; in front of it are three blocks of zeros. */
export const DATA: usize = SLOTS * TABLE + 3 * BLOCK;
export const MOST_DATA: usize = 2112;
/** Where the blocks of the key stream are put: that for the tag, then those for the bytes. Behind a message: its tag and lengths. */
export const STREAM: usize = DATA + MOST_DATA + 3 * BLOCK;
export const MOST_BLOCKS: usize = 1088;

/** A block one byte to the right, and the last byte of `entering` in front. */
@inline
function shifted(entering: v128, block: v128): v128 {
  return v128.shuffle<u8>(entering, block, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
}

/** The remainder of a product by x^128 + x^7 + x^2 + x + 1. Its last byte is 0, so that nothing goes beyond the lower half. */
@inline
function reduce(low: v128, high: v128): v128 {
  const before = shifted(i64x2.splat(0), high);
  let sum = v128.xor(low, high);
  sum = v128.xor(sum, v128.shr<u8>(high, 1));
  sum = v128.xor(sum, v128.shr<u8>(high, 2));
  sum = v128.xor(sum, v128.shr<u8>(high, 7));
  sum = v128.xor(sum, v128.shl<u8>(before, 7));
  sum = v128.xor(sum, v128.shl<u8>(before, 6));
  return v128.xor(sum, v128.shl<u8>(before, 1));
}

/** Both halves of each byte, looked up in the two vectors of a row that belong to one power of the key. */
@inline
function lookedUp(row: usize, power: usize, block: v128): v128 {
  return v128.xor(
    v128.swizzle(v128.load(row + power * 32), v128.shr<u8>(block, 4)),
    v128.swizzle(v128.load(row + power * 32 + BLOCK), v128.and(block, i8x16.splat(15))),
  );
}

/** The hash of a multiple of four blocks. Zeros in front of a message change nothing of it. */
function hash(table: usize, from: usize, end: usize): v128 {
  let state = i64x2.splat(0);
  for (let at = from; at < end; at += 4 * BLOCK) {
    const first = v128.xor(state, v128.load(at));
    const second = v128.load(at + BLOCK);
    const third = v128.load(at + 2 * BLOCK);
    const fourth = v128.load(at + 3 * BLOCK);
    let low = i64x2.splat(0);
    let high = i64x2.splat(0);
    // The row of the last byte comes first and is moved the furthest.
    for (let rows: usize = 16; rows > 0; rows--) {
      const row = table + (rows - 1) * ROW;
      high = shifted(low, high);
      low = shifted(i64x2.splat(0), low);
      low = v128.xor(low, v128.xor(lookedUp(row, 0, first), lookedUp(row, 1, second)));
      low = v128.xor(low, v128.xor(lookedUp(row, 2, third), lookedUp(row, 3, fourth)));
    }
    state = reduce(low, high);
  }
  return state;
}

/** The product with x. The bits of GCM stand in reverse, so that it is a shift to the right. */
@inline
function timesX(block: v128): v128 {
  const moved = v128.xor(v128.shr<u8>(block, 1), v128.shl<u8>(shifted(i64x2.splat(0), block), 7));
  const carry = i8x16.extract_lane_u(block, 15) & 1;
  return v128.xor(moved, i8x16.replace_lane(i64x2.splat(0), 0, <i8>((0 - carry) & 0xe1)));
}

/** Fills the vectors of one power: for each value of half a byte, upper and lower, the bytes of its product. */
function fill(table: usize, power: usize, key: v128): void {
  // The key times x^0 to x^7, and behind them a product of the upper and one of the lower half.
  const multiples: usize = STREAM;
  const products: usize = STREAM + 8 * BLOCK;
  let multiple = key;
  for (let bit: usize = 0; bit < 8; bit++) {
    v128.store(multiples + bit * BLOCK, multiple);
    multiple = timesX(multiple);
  }
  for (let value: usize = 0; value < 16; value++) {
    let upper = i64x2.splat(0);
    let lower = i64x2.splat(0);
    for (let bit: usize = 0; bit < 4; bit++) {
      const taken = i64x2.splat(0 - (<i64>(value >> (3 - bit)) & 1));
      upper = v128.xor(upper, v128.and(taken, v128.load(multiples + bit * BLOCK)));
      lower = v128.xor(lower, v128.and(taken, v128.load(multiples + (bit + 4) * BLOCK)));
    }
    v128.store(products, upper);
    v128.store(products + BLOCK, lower);
    for (let byte: usize = 0; byte < 16; byte++) {
      const at = table + byte * ROW + power * 32 + value;
      store<u8>(at, load<u8>(products + byte));
      store<u8>(at + BLOCK, load<u8>(products + BLOCK + byte));
    }
  }
}

/** Makes the table of a slot for the 16 bytes at DATA: what the cipher makes of a block of zeros. */
export function setKey(slot: usize): void {
  const table = slot * TABLE;
  let power = v128.load(DATA);
  memory.fill(table, 0, TABLE);
  fill(table, 3, power);
  for (let place: usize = 3; place > 0; place--) {
    v128.store(DATA, power);
    power = hash(table, DATA - 3 * BLOCK, DATA + BLOCK);
    fill(table, place - 1, power);
  }
}

/** The tag of the sealed bytes at DATA, behind which there are zeros to the end of their last block. */
@inline
function tagOf(slot: usize, length: usize): v128 {
  const lengths = DATA + ((length + BLOCK - 1) & ~(BLOCK - 1));
  // That of the associated data, which frames have not, and that of the bytes, in bits.
  store<u64>(lengths, 0);
  store<u64>(lengths + 8, bswap<u64>(<u64>length << 3));
  const blocks = (lengths - DATA) / BLOCK + 1;
  const zeros = ((<usize>0 - blocks) & 3) * BLOCK;
  return v128.xor(hash(slot * TABLE, DATA - zeros, lengths + BLOCK), v128.load(STREAM));
}

@inline
function cipher(length: usize): void {
  for (let at: usize = 0; at < length; at += BLOCK) {
    v128.store(DATA + at, v128.xor(v128.load(DATA + at), v128.load(STREAM + BLOCK + at)));
  }
}

/** Seals the bytes at DATA in place, and puts the tag behind them. */
export function seal(slot: usize, length: usize): void {
  cipher(length);
  v128.store(DATA + length, i64x2.splat(0));
  const tag = tagOf(slot, length);
  v128.store(DATA + length, tag);
}

/** Opens the bytes at DATA in place, with their tag behind them. Whether the tag is right: where not, the bytes are to be thrown away. */
export function open(slot: usize, length: usize): bool {
  const given = v128.load(DATA + length);
  v128.store(DATA + length, i64x2.splat(0));
  const difference = v128.xor(tagOf(slot, length), given);
  cipher(length);
  return !v128.any_true(difference);
}

/** Puts the counter blocks of nonces that follow each other at STREAM, `blocks` for each: its words, then 1 for the tag and 2 and up. */
export function putCounters(high: u32, counter: u32, low: u32, nonces: u32, blocks: u32): void {
  let at: usize = STREAM;
  for (let nonce: u32 = 0; nonce < nonces; nonce++) {
    const middle = i32x4.replace_lane(i32x4.splat(bswap<u32>(high)), 1, bswap<u32>(counter + nonce));
    const words = i32x4.replace_lane(middle, 2, bswap<u32>(low));
    for (let block: u32 = 1; block <= blocks; block++) {
      v128.store(at, i32x4.replace_lane(words, 3, bswap<u32>(block)));
      at += BLOCK;
    }
  }
}
