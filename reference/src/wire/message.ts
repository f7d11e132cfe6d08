import { MAX_PLAINTEXT_LENGTH } from "./constants.ts";
import { WireError } from "./errors.ts";
import { Reader } from "./reader.ts";
import { Writer } from "./writer.ts";

/** The plaintext of a frame: a sequence number, 0 where no reply is expected or given, and a body (FLT-RPC-001). */
export interface Message {
  /** 0 for a message without a reply. */
  readonly seq: number;
  readonly body: Uint8Array;
}

/** The plaintext of one frame (FLT-RPC-001). Throws OVERLONG above 4,080 bytes. */
export function encodeMessage(seq: number, body: Uint8Array): Uint8Array {
  if (body.length + 4 > MAX_PLAINTEXT_LENGTH) {
    throw new WireError("OVERLONG", "message", `at most ${MAX_PLAINTEXT_LENGTH} bytes`, `${body.length + 4}`);
  }
  return new Writer().u32(seq, "sequence number").bytes(body).finish();
}

/** `body` is a view of `plaintext`. Throws SHORT under 4 bytes. */
export function decodeMessage(plaintext: Uint8Array): Message {
  const reader = new Reader(plaintext);
  const seq = reader.u32("sequence number");
  return { seq, body: reader.trailing() };
}
