// Reads answers of gRPC-Web, whose trailers are the last envelope of the body.
import { Malformed } from "./decode.ts";

/** Flags and length. */
const PREFIX = 5;
const TRAILERS = 0x80;
const QUAD = 4;

export interface WebAnswer {
  /** All envelopes before the trailers, as they came. */
  readonly messages: Buffer;
  /** Absent where the body has none. */
  readonly trailers: ReadonlyMap<string, string> | undefined;
}

/** Throws Malformed. */
export function readWebAnswer(body: Buffer): WebAnswer {
  for (let at = 0; at < body.length; ) {
    if (body.length < at + PREFIX) throw new Malformed("a body that ends within a prefix");
    const end = at + PREFIX + body.readUInt32BE(at + 1);
    if (body.length < end) throw new Malformed("a body that ends within an envelope");
    if (body[at] === TRAILERS) {
      if (end < body.length) throw new Malformed(`${body.length - end} bytes behind the trailers`);
      return { messages: body.subarray(0, at), trailers: readLines(body.toString("latin1", at + PREFIX, end)) };
    }
    at = end;
  }
  return { messages: body, trailers: undefined };
}

function readLines(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const lines = text.split("\r\n");
  if (lines.pop() !== "") throw new Malformed("a last line without CR LF");
  for (const line of lines) {
    const [, name, value] = /^([!#$%&'*+.^_`|~0-9a-z-]+):[\t ]*([\t\x20-\x7e\x80-\xff]*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new Malformed(`a line that is none: ${JSON.stringify(line)}`);
    if (found.has(name)) throw new Malformed(`a name that stands twice: ${name}`);
    found.set(name, value.trimEnd());
  }
  return found;
}

/** What has come whole of a body in base64, of which each part may be padded. Throws Malformed. */
export function fromBase64(text: Buffer): Buffer {
  const quads = text.toString("latin1").slice(0, text.length - (text.length % QUAD));
  const parts: Buffer[] = [];
  for (let at = 0; at < quads.length; at += QUAD) {
    const quad = quads.slice(at, at + QUAD);
    if (!/^[+/0-9A-Za-z]{2}(?:[+/0-9A-Za-z]{2}|[+/0-9A-Za-z]=|==)$/.test(quad))
      throw new Malformed(`no base64: ${JSON.stringify(quad)}`);
    parts.push(Buffer.from(quad, "base64"));
  }
  return Buffer.concat(parts);
}
