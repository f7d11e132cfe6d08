import { MAX_DATA_LENGTH, Opcode } from "../wire/index.ts";

/** Bytes of a Data message before its data: sequence number, opcode, stream number, length. */
const PREFIX_LENGTH = 11;

/** Bytes of a Data packet before its data: stream number, length. */
const PACKET_PREFIX_LENGTH = 6;

/** What {@link writeDataMessage} needs at most, in bytes. */
export const DATA_MESSAGE_LENGTH = PREFIX_LENGTH + MAX_DATA_LENGTH;

/**
 * Writes the plaintext of one Data message with the number 0 into `scratch` and returns the part it fills. The hot path of
 * every transfer: equal to the codec's encoding, which a test holds, without its copies.
 */
export function writeDataMessage(
  scratch: Uint8Array,
  stream: number,
  data: Uint8Array,
  start: number,
  end: number,
): Uint8Array {
  const length = end - start;
  if (length > MAX_DATA_LENGTH)
    throw new RangeError(`expected at most ${MAX_DATA_LENGTH} bytes of data, got ${length}`);
  scratch.fill(0, 0, 4);
  scratch[4] = Opcode.Data;
  scratch[5] = stream >>> 24;
  scratch[6] = stream >>> 16;
  scratch[7] = stream >>> 8;
  scratch[8] = stream;
  scratch[9] = length >>> 8;
  scratch[10] = length;
  if (length > 0) scratch.set(start === 0 && end === data.length ? data : data.subarray(start, end), PREFIX_LENGTH);
  return scratch.subarray(0, PREFIX_LENGTH + length);
}

/**
 * The data of a Data packet as a view of it, or `undefined` where the codec refuses the packet and says why. For the same hot path,
 * and equal to the codec's decoding, which a test holds.
 */
export function dataOf(packet: Uint8Array): Uint8Array | undefined {
  if (packet.length < PACKET_PREFIX_LENGTH) return undefined;
  const length = (packet[4]! << 8) | packet[5]!;
  if (length > MAX_DATA_LENGTH || packet.length < PACKET_PREFIX_LENGTH + length) return undefined;
  return packet.subarray(PACKET_PREFIX_LENGTH, PACKET_PREFIX_LENGTH + length);
}

/** The stream number of a packet that begins with one and is long enough for it. */
export const streamOf = (packet: Uint8Array): number =>
  ((packet[0]! << 24) | (packet[1]! << 16) | (packet[2]! << 8) | packet[3]!) >>> 0;
