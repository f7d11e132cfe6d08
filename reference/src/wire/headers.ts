import type { Reader } from "./reader.ts";
import { decodeText, decodeTextLeniently, encodeText } from "./text.ts";
import type { Writer } from "./writer.ts";

/**
 * One header. Key and value are text. What is not UTF-8 in a value comes as U+FFFD (FLT-HDR-005); a key that is not UTF-8 comes
 * with each of its bytes as U+DC00 and up, which no text has, so that no two keys look alike (FLT-HDR-007).
 */
export type Header = readonly [key: string, value: string];

const BYTE = 0xdc00;

function decodeKey(bytes: Uint8Array): string {
  return decodeText(bytes) ?? String.fromCharCode(...Array.from(bytes, (byte) => BYTE + byte));
}

/** Whether a key is one that came without being text. */
const isBytes = (key: string): boolean => key.charCodeAt(0) >= BYTE;

/** The bytes of a key, also of one that came without being text. */
export function encodeHeaderKey(key: string): Uint8Array {
  if (!isBytes(key)) return encodeText(key);
  const codes = Array.from({ length: key.length }, (_, i) => key.charCodeAt(i) - BYTE);
  return codes.every((code) => code >= 0 && code <= 0xff) ? Uint8Array.from(codes) : encodeText(key);
}

/** Bytes that {@link writeHeaders} writes, or a few less where text is not ASCII. */
export function headersLength(headers: readonly Header[]): number {
  let length = 2;
  for (const [key, value] of headers) length += 3 + key.length + value.length;
  return length;
}

/** Throws OVERLONG on a key over 255 bytes, a value over 65,535, or over 65,535 headers. */
export function writeHeaders(writer: Writer, headers: readonly Header[]): void {
  writer.u16(headers.length, "number of headers");
  for (const [key, value] of headers) {
    if (isBytes(key)) {
      const keyBytes = encodeHeaderKey(key);
      writer.u8(keyBytes.length, "length of a header key").bytes(keyBytes);
    } else writer.text(key, 1, "length of a header key");
    writer.text(value, 2, "length of a header value");
  }
}

/** In wire order, duplicates included; `headerMap` resolves them. */
export function readHeaders(reader: Reader): Header[] {
  const headers: Header[] = [];
  for (let left = reader.u16("number of headers"); left > 0; left--) {
    const key = reader.take(reader.u8("length of a header key"), "header key");
    const value = reader.take(reader.u16("length of a header value"), "header value");
    headers.push([decodeKey(key), decodeTextLeniently(value)]);
  }
  return headers;
}

/** An object without a prototype, so that `__proto__` is a key like any other (FLT-HDR-011); the last value wins (FLT-HDR-006). */
export function headerMap(headers: readonly Header[]): Record<string, string> {
  const map: Record<string, string> = Object.create(null);
  for (const [key, value] of headers) map[key] = value;
  return map;
}
