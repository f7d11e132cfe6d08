import {
  encodeFindNodeRequest,
  type Header,
  MAX_PLAINTEXT_LENGTH,
  Opcode,
  WireError,
  Writer,
  writeServiceRequest,
} from "../wire/index.ts";
import { RESERVED_MARK } from "./handshake.ts";
import { OperationError } from "./operation-error.ts";

export const SEQUENCE_LENGTH = 4;

/** The plaintext of a request or one-way message: number, opcode, packet. Throws OperationError TOO_LARGE (FLT-PKT-041). */
export function requestMessage(seq: number, opcode: number, packet: Uint8Array): Uint8Array {
  const message = plaintext(seq, packet.length + 1);
  message[SEQUENCE_LENGTH] = opcode;
  message.set(packet, SEQUENCE_LENGTH + 1);
  return message;
}

/** The plaintext of a reply: number and packet, without opcode (FLT-RPC-008). Throws OperationError TOO_LARGE. */
export function replyMessage(seq: number, packet: Uint8Array): Uint8Array {
  const message = plaintext(seq, packet.length);
  message.set(packet, SEQUENCE_LENGTH);
  return message;
}

/** The plaintext of a head that is being sealed, of whichever connection. */
let scratch = new Writer(MAX_PLAINTEXT_LENGTH);

/**
 * The plaintext of a one-way message, whose packet `write` puts behind its beginning. It is to be sealed before another one is made: heads are many and small, and an
 * array for each costs more than what is in it. Throws OperationError INVALID, or TOO_LARGE (FLT-PKT-041).
 */
export function headMessage<T>(opcode: number, write: (writer: Writer, packet: T) => void, packet: T): Uint8Array {
  try {
    const message = encodeForUser((given: T) => {
      write(scratch.again().u32(0, "number of the message").u8(opcode, "opcode"), given);
      return scratch.finish();
    }, packet);
    if (message.length > MAX_PLAINTEXT_LENGTH) throw tooLarge(message.length);
    return message;
  } finally {
    // It has grown to what somebody tried to send, if only by its length.
    if (scratch.capacity > MAX_PLAINTEXT_LENGTH) scratch = new Writer(MAX_PLAINTEXT_LENGTH);
  }
}

const tooLarge = (length: number): OperationError =>
  new OperationError(
    "TOO_LARGE",
    `expected names and headers that fit a message of ${MAX_PLAINTEXT_LENGTH} bytes, got ${length}`,
  );

function plaintext(seq: number, bodyLength: number): Uint8Array {
  const length = SEQUENCE_LENGTH + bodyLength;
  if (length > MAX_PLAINTEXT_LENGTH) throw tooLarge(length);
  const message = new Uint8Array(length);
  message[0] = seq >>> 24;
  message[1] = seq >>> 16;
  message[2] = seq >>> 8;
  message[3] = seq;
  return message;
}

/** Encodes what a user asked to send, and reports what cannot be encoded as the user's mistake. Throws OperationError. */
export function encodeForUser<T>(encode: (packet: T) => Uint8Array, packet: T): Uint8Array {
  try {
    return encode(packet);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new OperationError(error.code === "OVERLONG" ? "TOO_LARGE" : "INVALID", error.message);
  }
}

/** The packet of a FindNodeRequest. Throws OperationError INVALID unless `target` has 32 bytes. */
export const findNodePacket = (target: Uint8Array): Uint8Array => encodeForUser(encodeFindNodeRequest, { target });

/** Refuses names and keys that must not be sent (FLT-PKT-020, FLT-PKT-040, FLT-PRV-003, FLT-HDR-030). Throws OperationError INVALID. */
export function checkCall(services: readonly string[], headers: readonly Header[]): void {
  if (services.length === 0) throw new OperationError("INVALID", "expected at least one service name, got none");
  for (const name of services) {
    if (name === "" || name.startsWith(RESERVED_MARK)) {
      throw new OperationError(
        "INVALID",
        `expected a service name that does not begin with "~", got ${JSON.stringify(name)}`,
      );
    }
  }
  checkHeaders(headers);
  for (const [key] of headers) {
    if (key.startsWith(RESERVED_MARK))
      throw new OperationError(
        "INVALID",
        `expected a header key that does not begin with "~", got ${JSON.stringify(key)}`,
      );
  }
}

/** Refuses a call that could be sent to nobody, for its names, its headers or their length. Throws OperationError INVALID or TOO_LARGE. */
export function checkRequest(services: readonly string[], headers: readonly Header[]): void {
  checkCall(services, headers);
  headMessage(Opcode.ServiceRequest, writeServiceRequest, { stream: 0, services, headers });
}

/** Refuses empty keys and keys that stand twice (FLT-HDR-001, FLT-HDR-003). Throws OperationError INVALID. */
export function checkHeaders(headers: readonly Header[]): void {
  const keys = headers.length > FEW_HEADERS ? new Set<string>() : undefined;
  for (const [index, [key]] of headers.entries()) {
    if (key === "" || (keys === undefined ? standsBefore(headers, index) : keys.has(key)))
      throw new OperationError(
        "INVALID",
        `expected header keys that are not empty and stand once, got ${JSON.stringify(key)}`,
      );
    keys?.add(key);
  }
}

/** So few are compared with each other sooner than a set of them is made. */
const FEW_HEADERS = 16;

function standsBefore(headers: readonly Header[], index: number): boolean {
  const key = headers[index]?.[0];
  for (let before = 0; before < index; before++) if (headers[before]?.[0] === key) return true;
  return false;
}

/** Each key once, with its last value (FLT-HDR-006), in the order of first appearance. */
export function lastValues(headers: readonly Header[]): readonly Header[] {
  if (headers.length < 2) return headers;
  const values = new Map(headers);
  return values.size === headers.length ? headers : [...values];
}
