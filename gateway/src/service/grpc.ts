/**
 * Calls of gRPC for services behind a gateway, whose route has `grpc = true`:
 *
 *     import { Node } from "flatend";
 *     import { Code, GrpcError, grpc } from "flatend-gateway/grpc";
 *
 *     const greeter = grpc({
 *       // One message, one answer.
 *       SayHello: async (call) => encode(`Hello, ${decode(await call.message())}`),
 *       // As many as there are of either.
 *       Chat: async (call) => {
 *         for await (const message of call) await call.send(message);
 *       },
 *     });
 *     await Node.start({ addrs: ["127.0.0.1:9000"], services: { greeter } });
 *
 * Messages are bytes, as a library for protobuf reads and writes them.
 * @packageDocumentation
 */
import type { Context, Handler } from "flatend";
import { GrpcCall } from "./grpc-call.ts";
import { Code, GrpcError } from "./grpc-error.ts";

export { Code, type GrpcCall, GrpcError };

/** Serves one method. Bytes that it gives back are sent as a message; its end is the end of the call, with status 0, and what it throws another status. */
export type GrpcMethod = (call: GrpcCall, context: Context) => unknown;

export interface GrpcOptions {
  /** Bytes; a longer message of a client ends the call with RESOURCE_EXHAUSTED. Default: 4,194,304, as gRPC has it. */
  readonly maxMessageLength?: number;
}

const DEFAULT_MAX_MESSAGE_LENGTH = 4_194_304;

/**
 * A handler for a route with `grpc = true`. An error that is no {@link GrpcError} becomes UNKNOWN with its message, and the node's failure; a method that
 * is not there UNIMPLEMENTED; a call that is no gRPC is answered with 415.
 * @param methods by name, as it stands at the end of the path
 */
export function grpc(
  methods: Readonly<Record<string, GrpcMethod>>,
  { maxMessageLength = DEFAULT_MAX_MESSAGE_LENGTH }: GrpcOptions = {},
): Handler {
  return async (context) => {
    if (context.headers[":protocol"] !== "grpc") {
      context.header(":status", "415").header("content-type", "text/plain").send("expected gRPC");
      return;
    }
    const call = new GrpcCall(context, maxMessageLength);
    const method = Object.hasOwn(methods, call.method) ? methods[call.method] : undefined;
    try {
      if (method === undefined) throw new GrpcError(Code.UNIMPLEMENTED, `there is no method ${call.method}`);
      const message = await method(call, context);
      if (message !== undefined) await call.send(message as Uint8Array);
      call.finish();
    } catch (error) {
      if (error instanceof GrpcError) {
        call.fail(error);
        return;
      }
      call.fail(new GrpcError(Code.UNKNOWN, error instanceof Error ? error.message : String(error)));
      // The node knows of a response that has ended that there is nothing more to say.
      await call.sent();
      throw error;
    }
  };
}
