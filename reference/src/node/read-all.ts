import type { Readable } from "node:stream";
import { tooLarge } from "./collection.ts";

/** The whole body. Rejects with TOO_LARGE above `limit` bytes, and with the stream's error when it is lost. */
export async function readAll(readable: Readable, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of readable as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw tooLarge(limit, length);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
