import type { Readable } from "node:stream";
import { FlatendError } from "./errors.ts";

/** Most bytes of a body that are read into memory unless the caller says otherwise. */
export const DEFAULT_BODY_LIMIT = 65_536;

/** The whole body. Rejects with TOO_LARGE above `limit` bytes, and with the stream's error when it is lost. */
export async function readAll(readable: Readable, limit: number = DEFAULT_BODY_LIMIT): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of readable as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) {
      throw new FlatendError("TOO_LARGE", `expected a body of at most ${limit} bytes, got at least ${length}`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
