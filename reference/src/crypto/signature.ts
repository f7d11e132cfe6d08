// What a signature has to pass before any library sees it, so that all libraries then agree (FLT-HSK-023 to FLT-HSK-025).

const P = 2n ** 255n - 19n;
/** Order of the base point. */
const L = 2n ** 252n + 27742317777372353535851937790883648493n;

/**
 * y coordinates of the eight points of small order: 0 (two points of order 4), 1, −1, and four points of order 8 with two
 * values of y. Anything non-canonical is refused before it gets here.
 */
const SMALL_ORDER_Y = new Set<bigint>([
  0n,
  1n,
  P - 1n,
  2707385501144840649318225287225658788936804267575313519463743609750303402022n,
  55188659117513257062467267217118295137698188065244968500265048394206261417927n,
]);

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] as number);
  return value;
}

/** Whether 32 bytes encode, canonically, a y below p that is not that of a point of small order. Whether x exists is the verifier's to find. */
function acceptableEncoding(encoded: Uint8Array): boolean {
  const y = littleEndian(encoded) & (2n ** 255n - 1n);
  // Only y = 1 and y = −1 have x = 0, the case in which a set sign bit is not canonical; both are of small order.
  return y < P && !SMALL_ORDER_Y.has(y);
}

/** S below L, and R and A acceptable. Lengths were checked: 32 and 64 bytes. */
export function acceptableSignature(publicKey: Uint8Array, signature: Uint8Array): boolean {
  return (
    littleEndian(signature.subarray(32)) < L &&
    acceptableEncoding(signature.subarray(0, 32)) &&
    acceptableEncoding(publicKey)
  );
}

export { L as GROUP_ORDER, littleEndian };
