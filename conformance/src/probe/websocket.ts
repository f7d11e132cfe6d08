// Frames of RFC 6455, as a client writes and a server has to write them.
import { concat, u8, u16, u32 } from "./bytes.ts";
import { Malformed } from "./decode.ts";

export interface WebSocketFrame {
  readonly opcode: number;
  readonly fin: boolean;
  readonly payload: Buffer;
}

/** Any four bytes do; these are no palindrome, so that an order that is wrong shows. */
const MASK = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d);

/** A frame of a client: masked, unless it is to be wrong. */
export function clientFrame(
  opcode: number,
  payload: Uint8Array,
  { fin = true, masked = true }: { readonly fin?: boolean; readonly masked?: boolean } = {},
): Uint8Array {
  const { length } = payload;
  const bit = masked ? 0x80 : 0;
  const size =
    length < 126
      ? u8(bit | length)
      : length < 65_536
        ? concat(u8(bit | 126), u16(length))
        : concat(u8(bit | 127), u32(0), u32(length));
  const data = masked ? payload.map((byte, index) => byte ^ (MASK[index & 3] ?? 0)) : payload;
  return concat(u8((fin ? 0x80 : 0) | opcode), size, masked ? MASK : new Uint8Array(0), data);
}

/** A frame of a server, of fewer than 126 bytes. */
export const serverFrame = (opcode: number, payload: Uint8Array): Uint8Array =>
  concat(u8(0x80 | opcode), u8(payload.length), payload);

/** The frame at the start of `bytes`, and its length; undefined while it is incomplete. Throws Malformed. */
export function readFrame(bytes: Buffer): { readonly frame: WebSocketFrame; readonly length: number } | undefined {
  if (bytes.length < 2) return undefined;
  const [first = 0, second = 0] = bytes;
  if ((first & 0x70) !== 0) throw new Malformed("a WebSocket frame with reserved bits");
  if ((second & 0x80) !== 0) throw new Malformed("a WebSocket frame of a server that is masked");
  const short = second & 0x7f;
  const start = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < start) return undefined;
  const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (bytes.length < start + length) return undefined;
  const payload = bytes.subarray(start, start + length);
  return { frame: { opcode: first & 0x0f, fin: (first & 0x80) !== 0, payload }, length: start + length };
}
