import { type Header, headersLength, readHeaders, writeHeaders } from "./headers.ts";
import { Reader } from "./reader.ts";
import { Writer } from "./writer.ts";

/** The head of an answer: whether the call is served, and headers (FLT-PKT-050). */
export interface ServiceResponse {
  /** Stream number, a u32. */
  readonly stream: number;
  /** False: the service is not served, and no Data follows. */
  readonly handled: boolean;
  readonly headers: readonly Header[];
}

/** Stream number and handled. */
const FIXED_LENGTH = 5;

/** Throws OVERLONG or RANGE on what its fields cannot hold. */
export function encodeServiceResponse(response: ServiceResponse): Uint8Array {
  const writer = new Writer(FIXED_LENGTH + headersLength(response.headers));
  writeServiceResponse(writer, response);
  return writer.finish();
}

/** As {@link encodeServiceResponse}, behind what was written before. */
export function writeServiceResponse(writer: Writer, response: ServiceResponse): void {
  writer.u32(response.stream, "stream number").u8(response.handled ? 1 : 0, "handled");
  writeHeaders(writer, response.headers);
}

/** Reads the head of an answer, and gives the bytes behind it. Throws {@link WireError}. */
export function decodeServiceResponse(bytes: Uint8Array): { packet: ServiceResponse; trailing: Uint8Array } {
  const reader = new Reader(bytes);
  const stream = reader.u32("stream number");
  const handled = reader.flag("handled");
  const headers = readHeaders(reader);
  return { packet: { stream, handled, headers }, trailing: reader.trailing() };
}
