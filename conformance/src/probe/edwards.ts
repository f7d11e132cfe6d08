// Just enough of edwards25519 to make keys and signatures that no honest library makes: RFC 8032, section 5.1.
import { concat } from "./bytes.ts";

const P = 2n ** 255n - 19n;
const modulo = (value: bigint): bigint => ((value % P) + P) % P;

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = modulo(result * square);
    square = modulo(square * square);
  }
  return result;
}
const inverse = (value: bigint): bigint => power(value, P - 2n);
const D = modulo(-121665n * inverse(121666n));
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);

interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

export const fromLittleEndian = (bytes: Uint8Array): bigint =>
  BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
export const toLittleEndian = (value: bigint): Uint8Array =>
  Uint8Array.from(Buffer.from(value.toString(16).padStart(64, "0"), "hex").reverse());

function decode(bytes: Uint8Array): Point {
  const whole = fromLittleEndian(bytes);
  const y = whole & (2n ** 255n - 1n);
  const square = modulo((y * y - 1n) * inverse(D * y * y + 1n));
  let x = power(square, (P + 3n) / 8n);
  if (modulo(x * x) !== square) x = modulo(x * ROOT_OF_MINUS_ONE);
  return { x: (x & 1n) === whole >> 255n ? x : modulo(-x), y };
}

/** A point of order 8. */
const TORSION = Uint8Array.from(Buffer.from("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", "hex"));

/** The point of a canonical encoding plus one of order 8: it lies in no subgroup of prime order, and is not of small order. */
export function withTorsion(encoded: Uint8Array): Uint8Array {
  const a = decode(encoded);
  const b = decode(TORSION);
  const both = modulo(D * a.x * b.x * a.y * b.y);
  const x = modulo((a.x * b.y + b.x * a.y) * inverse(1n + both));
  const y = modulo((a.y * b.y + a.x * b.x) * inverse(1n - both));
  return concat(toLittleEndian(y | ((x & 1n) << 255n)));
}
