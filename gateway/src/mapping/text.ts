/** Bytes and text. HTTP fields come and go as *byte text*, one character of U+0000 to U+00FF per byte, as Node.js hands them out and takes them. */

const encoder = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const NOT_ASCII = /[\u0080-\uffff]/;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** A token of RFC 9110: what a method and a field name are made of. */
export const isToken = (text: string): boolean => TOKEN.test(text);

/** Whether a field value could not be written: control characters other than a tab. */
export function hasControl(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if ((code < 0x20 && code !== 0x09) || code === 0x7f) return true;
  }
  return false;
}

/** Without the spaces and tabs around it. Linear, where a regular expression with `+$` is not. */
export function trimBlanks(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && isBlank(text, start)) start++;
  while (end > start && isBlank(text, end - 1)) end--;
  return text.slice(start, end);
}

const isBlank = (text: string, index: number): boolean => text[index] === " " || text[index] === "\t";

/** A to Z in lower case, and nothing else: other letters differ from language to language. */
export const lowerAscii = (text: string): string =>
  NOT_ASCII.test(text) ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text.toLowerCase();

/** Byte text as what it says: UTF-8 where it is, and else each byte the character of its number (FLT-GWY-046). */
export function fromByteText(value: string): string {
  if (!NOT_ASCII.test(value)) return value;
  try {
    return strict.decode(Uint8Array.from(value, (character) => character.charCodeAt(0)));
  } catch {
    return value;
  }
}

/** Text as the bytes of its UTF-8. */
export function toByteText(text: string): string {
  if (!NOT_ASCII.test(text)) return text;
  let bytes = "";
  for (const byte of encoder.encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}

export const utf8Length = (text: string): number => (NOT_ASCII.test(text) ? encoder.encode(text).length : text.length);

/** Decodes escapes once; undefined where one is malformed, is `%00`, or where what comes out is not UTF-8 (FLT-GWY-022). */
export function decodeEscapes(text: string): string | undefined {
  if (!text.includes("%")) return text;
  try {
    const decoded = decodeURIComponent(text);
    return decoded.includes("\u0000") ? undefined : decoded;
  } catch {
    return undefined;
  }
}
