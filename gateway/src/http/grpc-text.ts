/** Bodies of gRPC-Web in base64, which come in parts that may each be padded. */

const QUAD = 4;

/** Decodes a body piece by piece. */
export class Base64Reader {
  #rest = "";

  /** Whether no group of four has begun that is not whole. */
  get atBoundary(): boolean {
    return this.#rest === "";
  }

  /** The bytes that have become whole with this piece; `undefined` where it is no base64. */
  read(piece: Uint8Array): Buffer | undefined {
    const text = this.#rest + Buffer.from(piece.buffer, piece.byteOffset, piece.length).toString("latin1");
    const whole = text.length - (text.length % QUAD);
    this.#rest = text.slice(whole);
    const parts: Buffer[] = [];
    // Node takes the padding of one part for the end of all.
    for (const part of text.slice(0, whole).match(/[^=]+=*|=+/g) ?? []) {
      if (part.length % QUAD !== 0 || !/^[+/0-9A-Za-z]+={0,2}$/.test(part)) return undefined;
      parts.push(Buffer.from(part, "base64"));
    }
    return Buffer.concat(parts);
  }
}

/** One piece of an answer, padded by itself, so that none waits for more. */
export const toBase64 = (bytes: Uint8Array): Buffer =>
  Buffer.from(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64"), "latin1");
