// The mapping against every vector of a gateway.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  connectError,
  END_OF_MESSAGES,
  encodeGrpcMessage,
  type FieldLine,
  GrpcFault,
  GrpcScanner,
  type HttpVersion,
  normalizePath,
  paramsOf,
  Refusal,
  readConnectTimeout,
  readGrpcTimeout,
  readRequest,
  readSpeech,
  requestHeaders,
  responseHead,
  SocketFault,
  type SocketMessage,
  SocketReader,
  typeOfAnswer,
  writeSocketMessage,
} from "./index.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
interface Vector {
  readonly id: string;
  readonly op: string;
  readonly input: { [key: string]: Json };
  readonly expect?: { [key: string]: Json };
  readonly result: "valid" | "invalid";
  readonly error?: { readonly kind: string; readonly status: number };
}

const root = new URL("../../../vectors/", import.meta.url);
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, root), "utf8"));
const { files } = read("index.json") as { readonly files: readonly { readonly path: string }[] };
const vectors = files
  // A schema is no matter of this room.
  .filter(({ path }) => path.startsWith("v1/gateway/") && !path.endsWith("/grpc-schema.json"))
  .flatMap(({ path }) => (read(path) as { readonly groups: readonly { readonly tests: readonly Vector[] }[] }).groups)
  .flatMap(({ tests }) => tests);

/** Bytes as Node.js hands them out of a head, and as text. */
const bytes = (hex: Json | undefined): string => Buffer.from(hex as string, "hex").toString("latin1");
const text = (hex: Json | undefined): string => Buffer.from(hex as string, "hex").toString("utf8");
const hexOf = (value: string, encoding: "latin1" | "utf8"): string => Buffer.from(value, encoding).toString("hex");
const pairs = (list: Json | undefined, decode: (hex: Json) => string): [string, string][] =>
  (list as [Json, Json][]).map(([name, value]) => [decode(name), decode(value)]);
const hexPairs = (list: Iterable<readonly [string, string]>, encoding: "latin1" | "utf8"): [string, string][] =>
  [...list].map(([name, value]) => [hexOf(name, encoding), hexOf(value, encoding)]);
/** The order of names means nothing, the one of values of a name does. */
const sorted = (list: Json | undefined): [string, string][] =>
  [...(list as [string, string][])].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

type Result =
  | { [key: string]: Json }
  | Refusal
  | GrpcFault
  | (SocketFault & { readonly read: { [key: string]: Json }[] });

const hexOfMessage = (message: SocketMessage): { [key: string]: Json } => {
  if (message.type === "text") return { type: "text", data: hexOf(message.text, "utf8") };
  if (message.type === "binary") return { type: "binary", data: Buffer.from(message.data).toString("hex") };
  const { code, reason } = message;
  return code === undefined ? { type: "close" } : { type: "close", code, reason: hexOf(reason, "utf8") };
};
const messageOf = ({ type, data, code, reason }: Vector["input"]): SocketMessage => {
  if (type === "text") return { type, text: text(data) };
  if (type === "binary") return { type, data: Buffer.from(data as string, "hex") };
  return { type: "close", code: code as number | undefined, reason: reason === undefined ? "" : text(reason) };
};

/** A body in pieces of one byte, as it may come at worst. */
function scan(from: "client" | "service", bytes: Buffer) {
  const scanner = new GrpcScanner(from);
  const messages: Uint8Array[] = [];
  let trailers: { readonly status: number; readonly fields: readonly (readonly [string, string])[] } | undefined;
  for (let at = 0; at < bytes.length; at++) {
    for (const part of scanner.read(bytes.subarray(at, at + 1))) {
      if (part instanceof GrpcFault) return part;
      if (part instanceof Uint8Array) messages.push(part);
      else trailers = part;
    }
  }
  return scanner.end() ?? { messages: Buffer.concat(messages), trailers };
}

const OPERATIONS: Readonly<Record<string, (input: Vector["input"]) => Result>> = {
  "http-request": (input) => {
    const request = readRequest({
      method: bytes(input.method),
      target: bytes(input.target),
      version: input.version as HttpVersion,
      authority: input.authority === undefined ? undefined : bytes(input.authority),
      lines: pairs(input.lines, bytes) as FieldLine[],
    });
    if (request instanceof Refusal) return request;
    const params = input.route === undefined ? new Map<string, string>() : paramsOf(text(input.route), request.path);
    if (params === undefined) throw new Error("the route of a vector matches its path");
    const headers = requestHeaders(request, {
      scheme: input.scheme as "http" | "https",
      remoteAddress: input.remoteAddress as string,
      requestId: input.requestId as string,
      trace: input.trace as { traceId: string; spanId: string; sampled: boolean },
      services: (input.services as string[]).map(text),
      params,
    });
    return headers instanceof Refusal ? headers : { headers: sorted(hexPairs(Object.entries(headers), "utf8")) };
  },
  "http-response": (input) => {
    const head = responseHead(pairs(input.headers, text), input.method as string);
    if (head instanceof Refusal) return head;
    return {
      status: head.status,
      fields: sorted(hexPairs(head.fields, "latin1")),
      contentLength: head.contentLength ?? null,
      body: head.hasBody,
    };
  },
  "http-path": ({ path }) => {
    const normalized = normalizePath(bytes(path));
    return normalized instanceof Refusal ? normalized : { path: hexOf(normalized, "latin1") };
  },
  "http-params": ({ route, path }) => {
    const params = paramsOf(text(route), text(path));
    return { params: params ? sorted(hexPairs(params, "utf8")) : null };
  },
  "socket-write": ({ messages }) => ({
    bytes: Buffer.concat(
      (messages as Vector["input"][]).map((message) => writeSocketMessage(messageOf(message))),
    ).toString("hex"),
  }),
  "socket-read": ({ from, most, bytes: all }) => {
    const reader = new SocketReader(from as "gateway" | "service", most as number);
    const read: { [key: string]: Json }[] = [];
    for (const message of reader.read(Buffer.from(all as string, "hex"))) {
      if (message instanceof SocketFault) return Object.assign(message, { read });
      read.push(hexOfMessage(message));
    }
    const fault = reader.end();
    return fault === undefined ? { messages: read } : Object.assign(fault, { read });
  },
  "grpc-type": ({ version, type, accept }) => {
    const fields = new Map([["content-type", type as string]]);
    if (accept !== undefined) fields.set("accept", accept as string);
    const speech = readSpeech({ fields, version: version as HttpVersion });
    if (speech === undefined) return { kind: "BAD_TYPE", status: 415 };
    const { isWeb: web, asksInText, answersInText, format } = speech;
    return { web, asksInText, answersInText, format, answer: typeOfAnswer(speech) };
  },
  "grpc-timeout": ({ text: given }) => {
    const milliseconds = readGrpcTimeout(given as string);
    return milliseconds === undefined ? { kind: "BAD_FIELD" } : { milliseconds };
  },
  "grpc-message": ({ message }) => ({ field: encodeGrpcMessage(text(message)) }),
  "grpc-request": ({ bytes: all }) => {
    const found = scan("client", Buffer.from(all as string, "hex"));
    if (found instanceof GrpcFault) return found;
    return { bytes: Buffer.concat([found.messages, END_OF_MESSAGES]).toString("hex") };
  },
  "grpc-response": ({ bytes: all }) => {
    const whole = new GrpcScanner("service").read(Buffer.from(all as string, "hex"));
    const found = scan("service", Buffer.from(all as string, "hex"));
    if (found instanceof GrpcFault) return found;
    // In one piece it is the same.
    const messages = Buffer.concat([...whole].filter((part) => part instanceof Uint8Array));
    expect(messages).toEqual(found.messages);
    const { status = -1, fields = [] } = found.trailers ?? {};
    return { messages: messages.toString("hex"), status, fields: sorted(hexPairs(fields, "latin1")) };
  },
  "connect-error": ({ status, message }) => {
    const { status: answered, body } = connectError(status as number, message as string);
    return { status: answered, json: body };
  },
  "connect-timeout": ({ text: given }) => {
    const milliseconds = readConnectTimeout(given as string);
    return milliseconds === undefined ? { kind: "BAD_FIELD" } : { milliseconds };
  },
};

describe("the vectors", () => {
  test("are there", () => {
    expect(vectors.length).toBeGreaterThan(200);
  });

  test.each(vectors.map((vector) => [vector.id, vector] as const))("%s", (_, vector) => {
    const result = OPERATIONS[vector.op]?.(vector.input);
    if (vector.result === "invalid") {
      const status = vector.error?.status === undefined ? {} : { status: vector.error.status };
      expect(result).toMatchObject({ kind: vector.error?.kind, ...status });
      if (result instanceof SocketFault) expect(result).toMatchObject({ read: vector.expect?.messages ?? [] });
      return;
    }
    const expected = Object.entries(vector.expect ?? {}).map(([name, value]): [string, Json] => [
      name,
      ["headers", "fields", "params"].includes(name) && value !== null ? sorted(value) : value,
    ]);
    expect(result).toEqual(Object.fromEntries(expected));
  });
});
