/** The bytes that bodies are made of. Both sides know them, so that each can check what it got at the price of a comparison. */

/** Bodies are written and drawn in pieces of so many bytes, in every stack. */
export const PIECE_LENGTH = 65_536;
/** Prime, so that a piece lost, doubled or out of place never fits. */
const PERIOD = 251;
const pattern = Buffer.from(Array.from({ length: PIECE_LENGTH + PERIOD }, (_, i) => i % PERIOD));

/** The piece of a body that begins at `offset`. At most {@link PIECE_LENGTH} bytes long; a view that must not be changed. */
function patternAt(offset: number, length: number): Buffer {
  const start = offset % PERIOD;
  return pattern.subarray(start, start + length);
}

/** A body of `total` bytes, piece by piece. */
export function* pieces(total: number): Generator<Buffer, void, undefined> {
  for (let sent = 0; sent < total; sent += PIECE_LENGTH) yield patternAt(sent, Math.min(PIECE_LENGTH, total - sent));
}

/** Takes a body in whatever chunks it comes and throws on the first byte that is wrong. */
export class Verifier {
  #length = 0;

  /** Bytes taken so far, all of them right. */
  get length(): number {
    return this.#length;
  }

  take(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; at += PIECE_LENGTH) {
      const part = chunk.subarray(at, at + PIECE_LENGTH);
      if (Buffer.compare(part, patternAt(this.#length, part.length)) !== 0) {
        throw new Error(`wrong bytes between ${this.#length} and ${this.#length + part.length} of a body`);
      }
      this.#length += part.length;
    }
  }
}

/** Says how many bytes of a body came, as text of fixed meaning in every stack. */
export const countOf = (verifier: Verifier): string => String(verifier.length);
