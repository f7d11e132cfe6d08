/** A gRPC route with a service, and clients of it. */
import * as client from "@grpc/grpc-js";
import type { Handler } from "flatend";
import { Code, GrpcError, type GrpcMethod, grpc } from "../src/service/grpc.ts";
import { atEnd, start } from "./server.ts";

export const ROUTE = '[[http.routes]]\npath = "POST /test.Echo/:method"\nservice = "echo-grpc"\ngrpc = true\n';
export const serving = (handler: Handler, keys = "", folder?: string) =>
  start(`${keys}\n${ROUTE}`, { "echo-grpc": handler }, folder);

const BYTES = Uint8Array.from([0, 1, 0xfe, 0xff]);
/** Ends of calls that their methods have seen. */
export const ends: GrpcError[] = [];

/** Each kind of call, and ends of each kind. */
export const METHODS: Readonly<Record<string, GrpcMethod>> = {
  Unary: (call) => call.message(),
  Collect: async (call) => {
    const all: Uint8Array[] = [];
    for await (const message of call) all.push(message);
    return Buffer.concat(all);
  },
  Repeat: async (call) => {
    const message = await call.message();
    for (let left = 3; left > 0; left--) await call.send(message);
  },
  Echo: async (call) => {
    for await (const message of call) await call.send(message);
  },
  Metadata: async (call) => {
    const given = Object.entries(call.headers).filter(([name]) => !["traceparent", ":request-id"].includes(name));
    call.header("x-text", "first").header("x-text", "second").header("x-bytes-bin", BYTES);
    call.trailer("x-end", "done").trailer("x-end-bin", BYTES);
    await call.message();
    const bytes = call.bytes("x-given-bin").map((value) => Buffer.from(value).toString("hex"));
    return Buffer.from(JSON.stringify({ headers: Object.fromEntries(given), bytes }));
  },
  Fail: async (call) => {
    const code = Number(Buffer.from(await call.message()).toString());
    call.trailer("x-why", "because");
    throw new GrpcError(code, "100% wrong: ü\n🚀");
  },
  FailLate: async (call) => {
    await call.send(await call.message());
    throw new GrpcError(Code.DATA_LOSS, "behind a message");
  },
  Throw: () => Promise.reject(new Error("a bug")),
  Never: (call) =>
    new Promise((_, reject) => {
      call.signal.addEventListener("abort", () => {
        ends.push(call.signal.reason as GrpcError);
        reject(call.signal.reason);
      });
    }),
  Forever: async (call) => {
    const message = await call.message();
    try {
      while (await call.send(message)) await new Promise((resolve) => setTimeout(resolve, 20));
      throw call.signal.reason;
    } catch (error) {
      ends.push(error as GrpcError);
      throw error;
    }
  },
  Wait: async (call) => {
    try {
      for await (const message of call) await call.send(message);
      return undefined;
    } catch (error) {
      ends.push(error as GrpcError);
      throw error;
    }
  },
};
export const echo: Handler = grpc(METHODS);

const same = (bytes: Buffer): Buffer => bytes;

/** What came of a call. */
export interface Outcome {
  readonly messages: readonly string[];
  /** The same as bytes. */
  readonly raw: readonly Buffer[];
  readonly code: number;
  readonly details: string;
  readonly head: client.Metadata | undefined;
  readonly trailers: client.Metadata;
}

/** Clients of one address share a connection otherwise. */
const OPTIONS = { "grpc.use_local_subchannel_pool": 1 };

/** Any kind of call is one of streams both ways on the wire. */
export class Caller {
  readonly client: client.Client;
  readonly port: number;
  readonly #service: string;

  constructor(port: number, credentials = client.credentials.createInsecure(), options = {}, service = "/test.Echo") {
    this.port = port;
    this.#service = service;
    this.client = new client.Client(`127.0.0.1:${port}`, credentials, { ...OPTIONS, ...options });
    atEnd(() => this.client.close());
  }

  unary(
    method: string,
    message: string,
    metadata = new client.Metadata(),
    options: client.CallOptions = {},
  ): Promise<string> {
    return new Promise((resolve, reject) => {
      this.client.makeUnaryRequest(
        `${this.#service}/${method}`,
        same,
        same,
        Buffer.from(message),
        metadata,
        options,
        (error, answer) => (error ? reject(error) : resolve(String(answer))),
      );
    });
  }

  open(
    method: string,
    metadata = new client.Metadata(),
    options: client.CallOptions = {},
  ): client.ClientDuplexStream<Buffer, Buffer> {
    const call = this.client.makeBidiStreamRequest(`${this.#service}/${method}`, same, same, metadata, options);
    call.on("error", () => {});
    return call;
  }

  async call(
    method: string,
    messages: readonly (string | Buffer)[],
    metadata?: client.Metadata,
    options?: client.CallOptions,
  ): Promise<Outcome> {
    const call = this.open(method, metadata, options);
    const outcome = outcomeOf(call);
    for (const message of messages) call.write(Buffer.from(message));
    call.end();
    return await outcome;
  }
}

export function outcomeOf(call: client.ClientDuplexStream<Buffer, Buffer>): Promise<Outcome> {
  const raw: Buffer[] = [];
  let head: client.Metadata | undefined;
  call.on("metadata", (metadata) => {
    head = metadata;
  });
  call.on("data", (message: Buffer) => raw.push(message));
  return new Promise((resolve) => {
    call.on("status", ({ code, details, metadata }) => {
      resolve({ messages: raw.map(String), raw, code, details, head, trailers: metadata });
    });
  });
}
