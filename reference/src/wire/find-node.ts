import { KEY_LENGTH } from "./constants.ts";
import { WireError } from "./errors.ts";
import { encodePeerId, type PeerId, readPeerId } from "./peer-id.ts";
import { Reader } from "./reader.ts";
import { Writer } from "./writer.ts";

/** A question for the peers nearest to a key. */
export interface FindNodeRequest {
  /** The key whose neighbours are asked for, 32 bytes. */
  readonly target: Uint8Array;
}

/** The answer to it: at most 16 peers (FLT-PKT-071). */
export interface FindNodeResponse {
  readonly closest: readonly PeerId[];
}

/** The packet in bytes. Throws {@link WireError} when the target has not 32 bytes. */
export function encodeFindNodeRequest(request: FindNodeRequest): Uint8Array {
  if (request.target.length !== KEY_LENGTH) {
    throw new WireError("RANGE", "target", `${KEY_LENGTH} bytes`, `${request.target.length}`);
  }
  return request.target.slice();
}

/** The packet, and the bytes behind it. Throws {@link WireError} when it is cut short. */
export function decodeFindNodeRequest(bytes: Uint8Array): { packet: FindNodeRequest; trailing: Uint8Array } {
  const reader = new Reader(bytes);
  return { packet: { target: reader.take(KEY_LENGTH, "target") }, trailing: reader.trailing() };
}

/** Throws OVERLONG on more than 255 IDs; the limit of FLT-PKT-070 is the table's. */
export function encodeFindNodeResponse(response: FindNodeResponse): Uint8Array {
  const writer = new Writer().u8(response.closest.length, "number of IDs");
  for (const id of response.closest) writer.bytes(encodePeerId(id));
  return writer.finish();
}

/** All IDs, in wire order; a node uses the first 16 (FLT-PKT-071). */
export function decodeFindNodeResponse(bytes: Uint8Array): { packet: FindNodeResponse; trailing: Uint8Array } {
  const reader = new Reader(bytes);
  const closest: PeerId[] = [];
  for (let left = reader.u8("number of IDs"); left > 0; left--) closest.push(readPeerId(reader));
  return { packet: { closest }, trailing: reader.trailing() };
}
