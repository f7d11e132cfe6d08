/** Metadata: texts, and bytes under names that end with `-bin`, which are base64. */

/** Printable ASCII. */
const TEXT = /^[ -~]*$/;
const NAME = /^[0-9a-z_.-]+$/;
const BASE64 = /^[+/0-9A-Za-z]*={0,2}$/;

/** The name and the value as they are sent. Throws a TypeError for what cannot be. */
export function metadataField(name: string, value: string | Uint8Array): [name: string, value: string] {
  const key = name.toLowerCase();
  if (!NAME.test(key) || key.startsWith("grpc-")) throw new TypeError(`"${name}": expected a name of metadata`);
  const isBinary = key.endsWith("-bin");
  if (isBinary !== value instanceof Uint8Array) {
    throw new TypeError(`"${name}": expected ${isBinary ? "bytes, as its name ends with -bin" : "text"}`);
  }
  const text = typeof value === "string" ? value : toBase64(value);
  if (!TEXT.test(text))
    throw new TypeError(`"${name}": expected printable ASCII; bytes have a name that ends with -bin`);
  return [key, text];
}

/** Values of a name that ends with `-bin`; those that are no base64 are left out. */
export function bytesOf(field: string | undefined): Uint8Array[] {
  if (field === undefined) return [];
  return field
    .split(",")
    .map((text) => text.trim())
    .filter((text) => BASE64.test(text) && text.replace(/=+$/, "").length % 4 !== 1)
    .map((text) => Uint8Array.from(atob(text.replace(/=+$/, "")), (character) => character.charCodeAt(0)));
}

/** Without padding, as gRPC wants it. */
function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replace(/=+$/, "");
}
