/** Routes whose services know nothing of protobuf: their messages are JSON in the mesh, and what the schema says to clients. */
import { readFile } from "node:fs/promises";
import { GRPC_CODES, type GrpcSpeech, type HttpRequest, MessageRecoder, type RecodeFault } from "../mapping/index.ts";
import { type Method, readMethods } from "../schema/methods.ts";
import { HttpFault } from "./fault.ts";

export type Methods = ReadonlyMap<string, Method>;

/** A fault that HTTP has no status for. */
export class GrpcFaultAnswer extends HttpFault {
  readonly code: number;

  constructor(code: number, message: string) {
    super(500, message);
    this.code = code;
  }
}

/** Rejects where there is no schema in the file. */
export async function readSchema(file: string): Promise<Methods> {
  const bytes = await readFile(file).catch(() => {
    throw new Error(`schema: expected a file at ${file}, got none`);
  });
  try {
    const methods = readMethods(bytes);
    if (methods.size > 0) return methods;
  } catch {
    // It is told below.
  }
  throw new Error(`schema: expected a FileDescriptorSet with services and all that they import at ${file}, got none`);
}

/** How the messages of a call are written anew, each way. */
export interface Recoding {
  readonly request: MessageRecoder;
  readonly response: MessageRecoder;
}

/** `undefined` where a client writes JSON itself. Throws a {@link HttpFault} where the schema has no such method, or a client writes neither. */
export function recodingOf(
  methods: Methods,
  { path }: HttpRequest,
  { format }: GrpcSpeech,
  maxMessageLength: number,
): Recoding | undefined {
  if (!["", "+proto", "+json"].includes(format)) throw new HttpFault(415, "expected messages of protobuf or JSON");
  const method = methods.get(path);
  if (method === undefined) throw new GrpcFaultAnswer(GRPC_CODES.UNIMPLEMENTED, "there is no such method");
  if (format === "+json") return undefined;
  return {
    request: new MessageRecoder(method.request, maxMessageLength),
    response: new MessageRecoder(method.response, maxMessageLength),
  };
}

/** The request as a service gets it that reads JSON, and cannot be answered with messages that are compressed. */
export function jsonRequest(request: HttpRequest): HttpRequest {
  const fields = new Map(request.fields).set("content-type", "application/grpc+json");
  for (const name of ["grpc-encoding", "grpc-accept-encoding"]) fields.delete(name);
  return { ...request, fields };
}

/** What a client is told of a message of its own. */
export function faultOfMessage(fault: RecodeFault): HttpFault {
  if (fault === "TOO_LARGE") return new GrpcFaultAnswer(GRPC_CODES.RESOURCE_EXHAUSTED, "the message is too long");
  if (fault === "COMPRESSED") {
    return new GrpcFaultAnswer(GRPC_CODES.UNIMPLEMENTED, "expected messages that are not compressed");
  }
  return new GrpcFaultAnswer(GRPC_CODES.INTERNAL, "expected a message of the method's type");
}
