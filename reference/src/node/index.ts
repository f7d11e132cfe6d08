// The node: services, calls and the mesh around them.
export type { Broadcast, BroadcastAnswer, BroadcastOptions } from "./broadcast.ts";
export type { CallOptions } from "./call.ts";
export type { Choice } from "./choice.ts";
export { Context, type Handler } from "./context.ts";
export { FlatendError, type FlatendErrorCode } from "./errors.ts";
export type { NodeEvents, NodeListeners, PeerEvent, ReconnectEvent } from "./events.ts";
export type { Headers } from "./headers.ts";
export { generateSecretKey } from "./keys.ts";
export type { CallMiddleware, Middleware, OutgoingCall, ServeMiddleware } from "./middleware.ts";
export { Node } from "./node.ts";
export type { NodeOptions } from "./options.ts";
export type { PeerInfo } from "./peer-info.ts";
export { type Platform, systemPlatform } from "./platform.ts";
export type { Provider } from "./provider.ts";
export type { Body } from "./request-source.ts";
export { Response } from "./response.ts";
export { type ServiceSchemas, service } from "./service.ts";
export type { SchemaInput, SchemaIssue, SchemaOutput, SchemaResult, StandardSchema } from "./standard-schema.ts";
