// One small interface, two providers.
export { CryptoError, type CryptoErrorCode } from "./errors.ts";
export { native } from "./native.ts";
export { portable } from "./portable.ts";
export type { Aead, Crypto } from "./types.ts";
