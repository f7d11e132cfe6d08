// Reads HTTP/1 responses to the letter of RFC 9112: what a lenient client would mend is a fault of the gateway here.
import { Malformed } from "./decode.ts";

export interface HttpField {
  /** As it came. */
  readonly name: string;
  /** Each byte as the character of that number, without the white space around it. */
  readonly value: string;
}
export interface HttpHead {
  readonly status: number;
  readonly fields: readonly HttpField[];
}

/** Bytes of a head, and of a body, above which a gateway is taken to send without end. */
const MAX_HEAD = 65_536;
const MAX_BODY = 1 << 28;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** The head at the start of `bytes` and its length; undefined while it is incomplete. Throws Malformed. */
export function readHead(bytes: Buffer): { readonly head: HttpHead; readonly length: number } | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) {
    if (bytes.length > MAX_HEAD) throw new Malformed(`${bytes.length} bytes without the end of a head`);
    return undefined;
  }
  const [first = "", ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const status = /^HTTP\/1\.[01] ([1-9][0-9]{2}) [\t\x20-\x7e\x80-\xff]*$/.exec(first)?.[1];
  if (status === undefined) throw new Malformed(`a status line that is none: ${JSON.stringify(first)}`);
  const fields = lines.map((line): HttpField => {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).replace(/^[\t ]+|[\t ]+$/g, "");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
    if (colon < 1 || !TOKEN.test(name) || /[\x00-\x08\x0a-\x1f\x7f]/.test(value))
      throw new Malformed(`a field line that is none: ${JSON.stringify(line)}`);
    return { name, value };
  });
  return { head: { status: Number(status), fields }, length: end + 4 };
}

/** Values of the fields of a name, in order. */
export function valuesOf(head: HttpHead, name: string): string[] {
  return head.fields.filter((field) => field.name.toLowerCase() === name).map((field) => field.value);
}

type Framing = { readonly kind: "none" | "chunked" | "close" } | { readonly kind: "length"; readonly length: number };

function framingOf(head: HttpHead, toHead: boolean): Framing {
  const lengths = valuesOf(head, "content-length");
  const codings = valuesOf(head, "transfer-encoding");
  if (lengths.length > 1 || codings.length > 1 || (lengths.length > 0 && codings.length > 0))
    throw new Malformed(`a response that says its length in more than one way: ${[...lengths, ...codings].join(", ")}`);
  if (toHead || head.status < 200 || head.status === 204 || head.status === 304) return { kind: "none" };
  const [length] = lengths;
  const [coding] = codings;
  if (length !== undefined) {
    if (!/^[0-9]{1,15}$/.test(length)) throw new Malformed(`a Content-Length that is none: ${length}`);
    return { kind: "length", length: Number(length) };
  }
  if (coding === undefined) return { kind: "close" };
  if (coding.toLowerCase() !== "chunked") throw new Malformed(`a Transfer-Encoding other than chunked: ${coding}`);
  return { kind: "chunked" };
}

/** One response while its body comes. */
export class HttpAnswer {
  readonly head: HttpHead;
  readonly framing: Framing;
  /** All of it has come, by the response's own word for where it ends. */
  complete: boolean;
  /** Bytes of the body that have come. */
  received = 0;
  readonly #pieces: Buffer[] = [];
  /** Bytes of the present chunk that are missing, with the CR LF behind it; undefined between chunks. */
  #chunk: number | undefined;
  #trailer = false;

  constructor(head: HttpHead, toHead: boolean) {
    this.head = head;
    this.framing = framingOf(head, toHead);
    this.complete = this.framing.kind === "none" || (this.framing.kind === "length" && this.framing.length === 0);
  }
  get body(): Buffer {
    return Buffer.concat(this.#pieces);
  }
  /** Takes what belongs to this response and gives back the rest. Throws Malformed. */
  take(bytes: Buffer): Buffer {
    if (this.complete) return bytes;
    if (this.framing.kind === "chunked") return this.#takeChunks(bytes);
    const most = this.framing.kind === "length" ? this.framing.length - this.received : bytes.length;
    this.#add(bytes.subarray(0, most));
    if (this.framing.kind === "length") this.complete = this.received === this.framing.length;
    return bytes.subarray(most);
  }
  /** The connection ended with FIN, which is the end of a response without any other. */
  ended(): void {
    if (this.framing.kind === "close") this.complete = true;
  }
  #add(piece: Buffer): void {
    this.received += piece.length;
    if (this.received > MAX_BODY) throw new Malformed(`a body of more than ${MAX_BODY} bytes`);
    if (piece.length > 0) this.#pieces.push(piece);
  }
  #takeChunks(given: Buffer): Buffer {
    let bytes = given;
    for (;;) {
      if (this.#chunk !== undefined) {
        const data = bytes.subarray(0, Math.max(0, this.#chunk - 2));
        this.#add(data);
        this.#chunk -= data.length;
        bytes = bytes.subarray(data.length);
        if (this.#chunk > 2 || bytes.length < 2) return bytes;
        if (bytes[0] !== 13 || bytes[1] !== 10) throw new Malformed("a chunk without CR LF behind it");
        bytes = bytes.subarray(2);
        this.#chunk = undefined;
      }
      const end = bytes.indexOf("\r\n");
      if (end < 0) return bytes;
      const line = bytes.subarray(0, end).toString("latin1");
      bytes = bytes.subarray(end + 2);
      if (this.#trailer) {
        if (line !== "") continue;
        this.complete = true;
        return bytes;
      }
      const size = /^([0-9A-Fa-f]{1,8})(?:;.*)?$/.exec(line)?.[1];
      if (size === undefined) throw new Malformed(`a chunk size that is none: ${JSON.stringify(line)}`);
      if (Number.parseInt(size, 16) === 0) this.#trailer = true;
      else this.#chunk = Number.parseInt(size, 16) + 2;
    }
  }
}
