/** Why a cryptographic operation failed. */
export type CryptoErrorCode =
  /** X25519 gave all zeros: the peer's key is of small order (FLT-SES-008). */
  | "LOW_ORDER_POINT"
  /** A frame's tag does not verify (FLT-SES-034). */
  | "BAD_TAG"
  /** An argument has the wrong number of bytes: a fault of the caller. */
  | "LENGTH";

/** An operation that cannot be done with what it was given. The message never holds a key. */
export class CryptoError extends Error {
  override readonly name = "CryptoError";
  readonly code: CryptoErrorCode;

  constructor(code: CryptoErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Throws LENGTH unless `bytes` has exactly `length` bytes. */
export function checkLength(bytes: Uint8Array, length: number, what: string): void {
  if (bytes.length !== length) {
    throw new CryptoError("LENGTH", `${what}: expected ${length} bytes, got ${bytes.length}`);
  }
}
