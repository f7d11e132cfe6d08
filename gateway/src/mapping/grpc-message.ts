/** Texts of a status, whose field holds printable ASCII: what else there is of their UTF-8 is escaped with `%` (FLT-GWY-191). */
import { toByteText } from "./text.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export const encodeGrpcMessage = (text: string): string => encodeBytes(toByteText(text), true);

/** @param escapesPercent whether `%` stands for itself and not for an escape */
export function encodeBytes(byteText: string, escapesPercent: boolean): string {
  let encoded = "";
  for (const character of byteText) {
    const code = character.charCodeAt(0);
    const isPlain = code >= 0x20 && code <= 0x7e && !(escapesPercent && character === "%");
    encoded += isPlain ? character : `%${code.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return encoded;
}

/** Takes what is no escape as it is, and what is no UTF-8 for U+FFFD: a text of an error is better shown in part than not at all. */
export function decodeGrpcMessage(field: string): string {
  const bytes: number[] = [];
  for (let at = 0; at < field.length; at++) {
    const digits = field[at] === "%" ? field.slice(at + 1, at + 3) : "";
    if (/^[0-9A-Fa-f]{2}$/.test(digits)) {
      bytes.push(Number.parseInt(digits, 16));
      at += 2;
    } else bytes.push(field.charCodeAt(at) & 0xff);
  }
  return decoder.decode(Uint8Array.from(bytes));
}
