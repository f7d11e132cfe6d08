/** Bytes and text. HTTP fields come and go as *byte text*, one character of U+0000 to U+00FF per byte, as Node.js hands them out and takes them. */

const encoder = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const MAX_ASCII = 0x7f;
/** 1 for each character that a token may hold. Text this short is looked through several times faster than a regular expression is called. */
const TOKEN = Uint8Array.from({ length: MAX_ASCII + 1 }, (_, code) =>
  /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(code)) ? 1 : 0,
);

/** A token of RFC 9110: what a method and a field name are made of. */
export function isToken(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (TOKEN[text.charCodeAt(index)] !== 1) return false;
  }
  return text.length > 0;
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > MAX_ASCII) return false;
  return true;
}

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
  isAscii(text) ? text.toLowerCase() : text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** Byte text as what it says: UTF-8 where it is, and else each byte the character of its number (FLT-GWY-046). */
export function fromByteText(value: string): string {
  if (isAscii(value)) return value;
  try {
    return strict.decode(Uint8Array.from(value, (character) => character.charCodeAt(0)));
  } catch {
    return value;
  }
}

/** Text as the bytes of its UTF-8. */
export function toByteText(text: string): string {
  if (isAscii(text)) return text;
  let bytes = "";
  for (const byte of encoder.encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}

export const utf8Length = (text: string): number => (isAscii(text) ? text.length : encoder.encode(text).length);

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
