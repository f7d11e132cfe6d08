/**
 * flatend: microservices that find each other, call each other and stream to each other.
 *
 * ```ts
 * const node = await Node.start({ addrs: ["127.0.0.1:9000"], services: { hello_world: (ctx) => ctx.send("Hello world!") } });
 * ```
 * @packageDocumentation
 */
export {
  type Body,
  type CallOptions,
  Context,
  FlatendError,
  type FlatendErrorCode,
  generateSecretKey,
  type Handler,
  type Headers,
  Node,
  type NodeOptions,
  type PeerInfo,
  type Provider,
  Response,
} from "./node/index.ts";
