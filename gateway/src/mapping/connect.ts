/** Calls of one JSON message and one answer, as the protocol of Connect has them (https://connectrpc.com/docs/protocol): FLT-GWY-203 to FLT-GWY-205. */

import { decodeGrpcMessage } from "./grpc-message.ts";
import type { GrpcTrailers } from "./grpc-trailers.ts";
import type { HttpRequest } from "./request.ts";

/** By the numbers of gRPC: the names of its codes, and the statuses of HTTP they are answered with. */
const CODES: readonly (readonly [name: string, status: number])[] = [
  ["unknown", 500],
  ["canceled", 499],
  ["unknown", 500],
  ["invalid_argument", 400],
  ["deadline_exceeded", 504],
  ["not_found", 404],
  ["already_exists", 409],
  ["permission_denied", 403],
  ["resource_exhausted", 429],
  ["failed_precondition", 400],
  ["aborted", 409],
  ["out_of_range", 400],
  ["unimplemented", 501],
  ["internal", 500],
  ["unavailable", 503],
  ["data_loss", 500],
  ["unauthenticated", 401],
];

/** Whether a request is one of Connect in JSON, whose body is the message and nothing else. */
export const isConnect = ({ fields }: Pick<HttpRequest, "fields">): boolean =>
  /^application\/json[\t ]*(?:;.*)?$/i.test(fields.get("content-type") ?? "");

/** The field `connect-timeout-ms`: ms; `undefined` where it is malformed. */
export const readConnectTimeout = (text: string): number | undefined =>
  /^[0-9]{1,10}$/.test(text) ? Number(text) : undefined;

export interface ConnectError {
  readonly status: number;
  /** JSON. */
  readonly body: string;
}

/** How a call ends that has failed. */
export function connectError(code: number, message: string): ConnectError {
  const [name, status] = CODES[code] ?? ["unknown", 500];
  return { status, body: JSON.stringify(message === "" ? { code: name } : { code: name, message }) };
}

/** The text of a status that stands in trailers. */
export const messageIn = ({ fields }: GrpcTrailers): string =>
  decodeGrpcMessage(fields.find(([name]) => name === "grpc-message")?.[1] ?? "");

/** What stands behind the last message in gRPC stands in the head here. */
export const trailingFields = ({ fields }: GrpcTrailers): [name: string, value: string][] =>
  fields.filter(([name]) => !name.startsWith("grpc-")).map(([name, value]) => [`trailer-${name}`, value]);
