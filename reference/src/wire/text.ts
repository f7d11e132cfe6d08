const encoder = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

/** Bytes up to which looking at each of them costs less than a call of the encoder or decoder. */
const SHORT_LENGTH = 24;

/** The bytes of text, with U+FFFD in place of half a character. */
export const encodeText = (text: string): Uint8Array => encodeShortText(text) ?? encoder.encode(text);

/** Short text of nothing but ASCII, or undefined. */
function encodeShortText(text: string): Uint8Array | undefined {
  if (text.length > SHORT_LENGTH) return undefined;
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return undefined;
    bytes[i] = code;
  }
  return bytes;
}

/** Short text of nothing but ASCII, or undefined. */
function decodeShortText(bytes: Uint8Array): string | undefined {
  if (bytes.length > SHORT_LENGTH) return undefined;
  let text = "";
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte > 0x7f) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

/** The text, or undefined where the bytes are not UTF-8. */
export function decodeText(bytes: Uint8Array): string | undefined {
  const short = decodeShortText(bytes);
  if (short !== undefined) return short;
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The text with U+FFFD in place of what is not UTF-8. */
export const decodeTextLeniently = (bytes: Uint8Array): string => decodeShortText(bytes) ?? lenient.decode(bytes);

/** Whether two byte strings are the same. Not in constant time: for keys and IDs that are public. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Lower-case hexadecimal, two digits a byte. */
export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}
