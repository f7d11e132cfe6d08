/** The heads of a gRPC call: FLT-GWY-180 to FLT-GWY-188. */
import { codeOfService, GRPC_CODES, type GrpcStatus } from "./grpc-status.ts";
import type { MeshHeader } from "./headers.ts";
import { Refusal } from "./refusal.ts";
import type { HttpRequest } from "./request.ts";
import { responseHead } from "./response.ts";

/** How a client speaks gRPC. */
export interface GrpcSpeech {
  /** Whether trailers stand in the body, as gRPC-Web has them. */
  readonly isWeb: boolean;
  /** Whether bodies are base64. */
  readonly asksInText: boolean;
  readonly answersInText: boolean;
  /** How messages are written: `+` and a name in lower case, or nothing, which is protobuf. */
  readonly format: string;
}

const TYPE = /^application\/grpc(-web|-web-text)?(\+[-!#$%&'*+.^_`|~0-9a-z]+)?[\t ]*(?:;.*)?$/;
const WANTS_TEXT = /(?:^|,)[\t ]*application\/grpc-web-text(?![-a-z])/i;

/** `undefined` where it is no gRPC, or gRPC over HTTP/1, which has no trailers that clients read. */
export function readSpeech({ fields, version }: Pick<HttpRequest, "fields" | "version">): GrpcSpeech | undefined {
  const [found, kind, format = ""] = TYPE.exec((fields.get("content-type") ?? "").toLowerCase()) ?? [];
  if (found === undefined || (kind === undefined && version !== "2")) return undefined;
  const asksInText = kind === "-web-text";
  const answersInText = asksInText || (kind === "-web" && WANTS_TEXT.test(fields.get("accept") ?? ""));
  return { isWeb: kind !== undefined, asksInText, answersInText, format };
}

/** The type of an answer. */
export const typeOfAnswer = ({ isWeb, answersInText, format }: GrpcSpeech): string =>
  `application/grpc${isWeb ? "-web" : ""}${answersInText ? "-text" : ""}${format}`;

/** The request as a service gets it, however the client speaks. */
export function grpcRequest(request: HttpRequest, { format }: Pick<GrpcSpeech, "format">): HttpRequest {
  const fields = new Map(request.fields).set("content-type", `application/grpc${format}`);
  // That of base64 is another one, and a call goes on when its messages have ended.
  fields.delete("content-length");
  return { ...request, fields };
}

/** The head of an answer. Names in lower case; values as byte text. */
export type GrpcFields = readonly (readonly [name: string, value: string])[];

const isOwn = (name: string): boolean => OWN.has(name) || name.startsWith("grpc-status");
const OWN = new Set(["content-type", "content-length", "content-encoding", "grpc-message"]);

/** The fields of a service that speaks gRPC, or how the call ends where it does not (FLT-GWY-188). */
export function grpcHead(headers: Iterable<MeshHeader>): GrpcFields | GrpcStatus {
  const head = responseHead(headers, "POST");
  if (head instanceof Refusal) return { code: GRPC_CODES.INTERNAL, message: head.reason };
  if (head.status !== 200) {
    return { code: codeOfService(head.status), message: `the service answered with the status ${head.status}` };
  }
  const type = head.fields.find(([name]) => name === "content-type")?.[1];
  if (type !== undefined && !/^application\/grpc(?![-a-z])/i.test(type)) {
    return { code: GRPC_CODES.UNKNOWN, message: "the service answered with something else than gRPC" };
  }
  return head.fields.filter(([name]) => !isOwn(name));
}
