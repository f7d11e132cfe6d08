/** Messages in the body of a call: one byte of flags, four of the length, most significant first, and the data (FLT-GWY-165). The prefix is that of gRPC. */

export const PREFIX_LENGTH = 5;

export interface Envelope {
  /** 0 to 255. */
  readonly flags: number;
  readonly data: Uint8Array;
}

export function writeEnvelope({ flags, data }: Envelope): Uint8Array {
  const bytes = new Uint8Array(PREFIX_LENGTH + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, flags);
  view.setUint32(1, data.length);
  bytes.set(data, PREFIX_LENGTH);
  return bytes;
}

/** Finds envelopes in the pieces of a body. Keeps no more than one envelope that is not whole. */
export class EnvelopeReader {
  readonly #maxLength: number;
  readonly #parts: Uint8Array[] = [];
  #kept = 0;
  /** Of the prefix that was read last. */
  #flags = 0;
  /** Bytes still to come of the prefix or the data. */
  #missing = PREFIX_LENGTH;
  #inPrefix = true;
  #failed = false;

  /** @param maxLength most bytes of an envelope's data */
  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  /** Whether no envelope has begun that is not whole. */
  get atBoundary(): boolean {
    return this.#inPrefix && this.#kept === 0;
  }

  /** What has become whole with this piece. `undefined` is an envelope that is too long; nothing is read behind it. */
  *read(piece: Uint8Array): Generator<Envelope | undefined> {
    let rest = piece;
    while (rest.length > 0 && !this.#failed) {
      const part = rest.subarray(0, this.#missing);
      rest = rest.subarray(part.length);
      this.#parts.push(part);
      this.#kept += part.length;
      this.#missing -= part.length;
      if (this.#missing > 0) return;
      const whole = this.#take();
      if (!this.#inPrefix) {
        this.#expectPrefix();
        yield { flags: this.#flags, data: whole };
        continue;
      }
      const view = new DataView(whole.buffer, whole.byteOffset, PREFIX_LENGTH);
      this.#flags = view.getUint8(0);
      const length = view.getUint32(1);
      if (length > this.#maxLength) {
        this.#failed = true;
        yield undefined;
        return;
      }
      if (length === 0) yield { flags: this.#flags, data: new Uint8Array(0) };
      else {
        this.#inPrefix = false;
        this.#missing = length;
        continue;
      }
      this.#expectPrefix();
    }
  }

  #expectPrefix(): void {
    this.#inPrefix = true;
    this.#missing = PREFIX_LENGTH;
  }

  #take(): Uint8Array {
    const parts = this.#parts.splice(0);
    const length = this.#kept;
    this.#kept = 0;
    if (parts.length === 1) return parts[0] as Uint8Array;
    const whole = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}
