/** What each stack is made of. A file in stacks/ for one; nothing else knows how it speaks. */
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { pieces, Verifier } from "./bytes.ts";

export const HOST = "127.0.0.1";

/** One connection to a server of the same stack. */
export interface Client {
  /** Sends `payload` and resolves with what came back. May be called again before it has resolved. */
  echo(payload: Uint8Array): Promise<Uint8Array>;
  /** Sends a body of `pieces(total)`; resolves with the number of bytes that the server has verified. */
  upload(total: number): Promise<number>;
  /** Asks for a body of `pieces(total)`; resolves with the number of bytes verified here. */
  download(total: number): Promise<number>;
  /**
   * Opens an echo, sends `payload`, resolves with what came back and leaves both halves open for as long as the process lives.
   * Not there: the stack has no streams.
   */
  openEcho?(payload: Uint8Array): Promise<Uint8Array>;
}

export interface Stack {
  readonly name: string;
  /** The most clients that one process is to hold. No limit by default. */
  readonly maxClients?: number;
  /** Listens on {@link HOST} and resolves with the port. Lives as long as its process. */
  serve(): Promise<number>;
  connect(port: number): Promise<Client>;
}

/** Writes a body no faster than it leaves, and ends it. */
export async function sendBody(to: Writable, total: number): Promise<void> {
  for (const piece of pieces(total)) if (!to.write(piece)) await once(to, "drain");
  to.end();
}

/** Reads a body to its end and checks every byte. */
export async function verifyBody(from: AsyncIterable<Uint8Array>): Promise<Verifier> {
  const verifier = new Verifier();
  for await (const chunk of from) verifier.take(chunk);
  return verifier;
}

/** Reads a short body whole. */
export async function readBody(from: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of from) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The first bytes of a stream, which stays open. */
export async function firstChunk(from: Readable): Promise<Buffer> {
  const [chunk] = (await once(from, "data")) as [Buffer];
  return chunk;
}
