import { createHash } from "node:crypto";
import { join, u32, utf8 } from "./bytes.ts";

/**
 * The stream SHA-256(seed ‖ label ‖ u32 0) ‖ SHA-256(seed ‖ label ‖ u32 1) ‖ …, read from its beginning.
 * All that looks random in a vector file comes from here, so a file can be made again from its seed.
 */
export class Drbg {
  readonly #seed: Uint8Array;
  readonly #label: Uint8Array;
  #block = 0;
  #rest: Buffer = Buffer.alloc(0);

  constructor(seed: Uint8Array, label: string) {
    this.#seed = seed;
    this.#label = utf8(label);
  }

  bytes(length: number): Buffer {
    while (this.#rest.length < length) {
      const block = createHash("sha256")
        .update(join(this.#seed, this.#label, u32(this.#block++)))
        .digest();
      this.#rest = join(this.#rest, block);
    }
    const taken = Buffer.from(this.#rest.subarray(0, length));
    this.#rest = this.#rest.subarray(length);
    return taken;
  }

  /** The next two bytes as a number, modulo `limit` (at most 65,536). */
  below(limit: number): number {
    return this.bytes(2).readUInt16BE() % limit;
  }
}
