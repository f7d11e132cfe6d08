import { writeNames } from "./handshake.ts";
import { type Header, headersLength, readHeaders, writeHeaders } from "./headers.ts";
import { Reader } from "./reader.ts";
import { decodeText } from "./text.ts";
import { Writer } from "./writer.ts";

/** A call of a service: the names that may serve it, in order of preference, and its headers (FLT-PKT-040). */
export interface ServiceRequest {
  /** Stream number, a u32. */
  readonly stream: number;
  /** Alternatives, in order of preference. */
  readonly services: readonly string[];
  readonly headers: readonly Header[];
}

/** Stream number, and number of service names. */
const FIXED_LENGTH = 5;

/** Throws OVERLONG or RANGE on what its fields cannot hold. */
export function encodeServiceRequest(request: ServiceRequest): Uint8Array {
  let length = FIXED_LENGTH + headersLength(request.headers);
  for (const name of request.services) length += 1 + name.length;
  const writer = new Writer(length);
  writeServiceRequest(writer, request);
  return writer.finish();
}

/** As {@link encodeServiceRequest}, behind what was written before. */
export function writeServiceRequest(writer: Writer, request: ServiceRequest): void {
  writer.u32(request.stream, "stream number");
  writeNames(writer, request.services);
  writeHeaders(writer, request.headers);
}

/** A name that is not UTF-8 names no service (FLT-PKT-043) and comes as the empty name. */
export function decodeServiceRequest(bytes: Uint8Array): { packet: ServiceRequest; trailing: Uint8Array } {
  const reader = new Reader(bytes);
  const stream = reader.u32("stream number");
  const services: string[] = [];
  for (let left = reader.u8("number of service names"); left > 0; left--) {
    services.push(decodeText(reader.take(reader.u8("length of a service name"), "service name")) ?? "");
  }
  const headers = readHeaders(reader);
  return { packet: { stream, services, headers }, trailing: reader.trailing() };
}
