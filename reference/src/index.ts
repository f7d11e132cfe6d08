/**
 * flatend: microservices that find each other, call each other and stream to each other.
 *
 * ```ts
 * const node = await Node.start({ addrs: ["127.0.0.1:9000"], services: { hello_world: (ctx) => ctx.send("Hello world!") } });
 * ```
 * @packageDocumentation
 */
export {
  type Allow,
  type Body,
  type Broadcast,
  type BroadcastAnswer,
  type BroadcastOptions,
  type CallMessage,
  type CallMiddleware,
  type CallOptions,
  Canceller,
  type ChannelMessages,
  type Choice,
  Context,
  FlatendError,
  type FlatendErrorCode,
  generateSecretKey,
  type Handler,
  type Headers,
  type Limits,
  type Logger,
  loadOrCreateKey,
  type Metrics,
  type Middleware,
  Node,
  type NodeEvents,
  type NodeListeners,
  type NodeOptions,
  type OutgoingCall,
  type PeerEvent,
  type PeerInfo,
  type Provider,
  publicKeyOf,
  type ReconnectEvent,
  type RefusedEvent,
  Response,
  type SchemaInput,
  type SchemaIssue,
  type SchemaOutput,
  type SchemaResult,
  type ServeMessage,
  type ServeMiddleware,
  type ServiceMetrics,
  type ServiceSchemas,
  type StandardSchema,
  service,
} from "./node/index.ts";
