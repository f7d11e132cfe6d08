export * from "./build.ts";
export { at, type Change } from "./change.ts";
export { answers, closes, closesOr, type Expectation, ignores, succeeds } from "./expectation.ts";
export * from "./http-build.ts";
export * from "./http2.ts";
export {
  anonymous,
  hex,
  type Identity,
  type KeyWish,
  keyed,
  keyedAs,
  OPCODE,
  type Packet,
  pattern,
  type SignatureForm,
  type StreamWish,
  streamOf,
  type Text,
  utf8,
} from "./packets.ts";
export { DOMAIN, expectTlsRefused, OTHER_DOMAIN, tlsDial, tlsHttp2Dial } from "./tls.ts";
export type { Step, Steps } from "./types.ts";
