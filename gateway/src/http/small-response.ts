/** Responses of HTTP/1 whose head and body leave together. */
import { type IncomingMessage, ServerResponse } from "node:http";

/** Bytes of a body up to which it costs less to copy it than to hand the system two pieces. */
const SMALL_LENGTH = 8_192;

/** What Node keeps of a response whose head is made and has not left: private, but what middleware has long looked at. */
interface Unsent {
  _header?: unknown;
  _headerSent?: unknown;
  _hasBody?: unknown;
}

/**
 * Node gives the system a head and a body in two pieces, or in one and an empty one, for which a small response takes a fifth longer. Here the body is part of
 * the text of the head. In Latin-1 each character is one byte, whatever it means.
 */
export class SmallResponse<Request extends IncomingMessage> extends ServerResponse<Request> {
  override end(...given: unknown[]): this {
    const [chunk] = given;
    const isSmall = chunk instanceof Uint8Array && chunk.length <= SMALL_LENGTH;
    if (!isSmall) return Reflect.apply(super.end, this, given) as this;
    const text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString("latin1");
    const done = given.find((one) => typeof one === "function") as (() => void) | undefined;
    const own: Unsent = this as unknown as Unsent;
    const isNext = typeof own._header === "string" && own._headerSent === false && own._hasBody === true;
    if (!isNext || this.chunkedEncoding || this.finished) return super.end(text, "latin1", done);
    own._header += text;
    return super.end(done);
  }
}
