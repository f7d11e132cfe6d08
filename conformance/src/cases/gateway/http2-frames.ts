// Frames of RFC 9113, for what no client library sends.
import { concat, u8, u16, u32 } from "../../probe/bytes.ts";
import { utf8 } from "../../steps/index.ts";

const [DATA, HEADERS, RST_STREAM, SETTINGS] = [0, 1, 3, 4] as const;
const [END_STREAM, END_HEADERS, ACK] = [0x1, 0x4, 0x1] as const;
const CANCEL = 8;
/** Of the one request of a connection. */
const STREAM = 1;

const frame = (type: number, flags: number, stream: number, payload: Uint8Array): Uint8Array =>
  concat(u8(payload.length >> 16), u16(payload.length & 0xffff), u8(type), u8(flags), u32(stream), payload);

/** A field as HPACK writes it without its tables; name and value are shorter than 127 bytes. */
const field = ([name, value]: readonly [string, string]): Uint8Array =>
  concat(u8(0), u8(name.length), utf8(name), u8(value.length), utf8(value));

/** What a connection begins with, and the head of a request whose body is to come. */
export const openRequest = (
  method: string,
  path: string,
  ...fields: readonly (readonly [string, string])[]
): Uint8Array =>
  concat(
    utf8("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    frame(SETTINGS, 0, 0, new Uint8Array(0)),
    frame(SETTINGS, ACK, 0, new Uint8Array(0)),
    frame(
      HEADERS,
      END_HEADERS,
      STREAM,
      concat(
        ...[[":method", method], [":scheme", "http"], [":path", path], [":authority", "kit.example"], ...fields].map(
          (one) => field(one as [string, string]),
        ),
      ),
    ),
  );
export const bodyPiece = (text: string): Uint8Array => frame(DATA, 0, STREAM, utf8(text));
export const bodyEnd = (text: string): Uint8Array => frame(DATA, END_STREAM, STREAM, utf8(text));
/** An end of the request with fields behind its body. */
export const bodyTrailers = (...fields: readonly (readonly [string, string])[]): Uint8Array =>
  frame(HEADERS, END_STREAM | END_HEADERS, STREAM, concat(...fields.map(field)));
/** Settings of one request, which RFC 9113 calls an error of the whole connection. */
export const straySettings = (): Uint8Array => frame(SETTINGS, 0, STREAM, new Uint8Array(0));
export const cancel = (): Uint8Array => frame(RST_STREAM, 0, STREAM, u32(CANCEL));
