import { SIGNATURE_LENGTH } from "./constants.ts";
import { WireError } from "./errors.ts";
import { encodePeerId, type PeerId, readPeerId } from "./peer-id.ts";
import { Reader } from "./reader.ts";
import { decodeText, encodeText, toHex } from "./text.ts";
import { Writer } from "./writer.ts";

/** Body of a Handshake, as request and as reply (FLT-PKT-030). `id` and `signature` stand together or not at all. */
export interface Handshake {
  readonly id?: PeerId;
  readonly services: readonly string[];
  /** Ed25519 signature, 64 bytes. */
  readonly signature?: Uint8Array;
}

/** A Handshake that was read, and the bytes behind it, which a base node ignores (FLT-PKT-004). */
export interface DecodedHandshake {
  readonly packet: Handshake;
  /** ID and names as they stood on the wire: what the signature covers (FLT-HSK-021). Empty without an ID. */
  readonly signedBytes: Uint8Array;
  readonly trailing: Uint8Array;
}

/** The bytes a node signs: its ID followed by the names, without counts and lengths (FLT-HSK-020). */
export function handshakeSignedBytes(id: PeerId, services: readonly string[]): Uint8Array {
  const writer = new Writer().bytes(encodePeerId(id));
  for (const name of services) writer.bytes(encodeText(name));
  return writer.finish();
}

export function writeNames(writer: Writer, names: readonly string[]): void {
  writer.u8(names.length, "number of service names");
  for (const name of names) {
    writer.text(name, 1, "length of a service name");
  }
}

/** Throws RANGE when `id` and `signature` do not stand together, OVERLONG on a name over 255 bytes or over 255 names. */
export function encodeHandshake(handshake: Handshake): Uint8Array {
  const { id, signature } = handshake;
  if ((id === undefined) !== (signature === undefined)) {
    throw new WireError(
      "RANGE",
      "Handshake",
      "an ID and a signature, or neither",
      id ? "an ID alone" : "a signature alone",
    );
  }
  const writer = new Writer().u8(id ? 1 : 0, "has-ID");
  if (id) writer.bytes(encodePeerId(id));
  writeNames(writer, handshake.services);
  if (signature) {
    if (signature.length !== SIGNATURE_LENGTH) {
      throw new WireError("RANGE", "signature", `${SIGNATURE_LENGTH} bytes`, `${signature.length}`);
    }
    writer.bytes(signature);
  }
  return writer.finish();
}

/** Reads a Handshake; its signature is not verified here. Throws {@link WireError}. */
export function decodeHandshake(bytes: Uint8Array): DecodedHandshake {
  const reader = new Reader(bytes);
  const signed = new Writer();
  let id: PeerId | undefined;
  if (reader.flag("has-ID")) {
    id = readPeerId(reader);
    signed.bytes(bytes.subarray(1, reader.offset));
  }
  const services: string[] = [];
  for (let left = reader.u8("number of service names"); left > 0; left--) {
    const length = reader.u8("length of a service name");
    const at = reader.offset;
    const name = reader.take(length, "service name");
    const text = decodeText(name);
    if (text === undefined) throw new WireError("UTF8", "service name", "valid UTF-8", toHex(name), at);
    services.push(text);
    signed.bytes(name);
  }
  if (!id) return { packet: { services }, signedBytes: new Uint8Array(0), trailing: reader.trailing() };
  const signature = reader.take(SIGNATURE_LENGTH, "signature");
  return { packet: { id, services, signature }, signedBytes: signed.finish(), trailing: reader.trailing() };
}
