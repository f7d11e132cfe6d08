/** Responses of HTTP/1 whose head and body leave together. */
import { type IncomingMessage, ServerResponse } from "node:http";

/** Bytes of a body up to which it costs less to copy it than to hand the system two pieces. */
const SMALL_LENGTH = 8_192;

/**
 * Node gives the system a head and a body of text as one piece, and a body of bytes as a second one, for which a small response takes a fifth longer. In Latin-1 each character is one
 * byte, whatever it means.
 */
export class SmallResponse<Request extends IncomingMessage> extends ServerResponse<Request> {
  override end(...given: unknown[]): this {
    const [chunk] = given;
    const isSmall = chunk instanceof Uint8Array && chunk.length <= SMALL_LENGTH;
    if (!isSmall) return Reflect.apply(super.end, this, given) as this;
    const text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString("latin1");
    const done = given.find((one) => typeof one === "function") as (() => void) | undefined;
    return super.end(text, "latin1", done);
  }
}
