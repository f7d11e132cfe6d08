import { KEY_LENGTH } from "./constants.ts";
import { WireError } from "./errors.ts";
import { Reader } from "./reader.ts";
import { Writer } from "./writer.ts";

/** Who a keyed node is and where it listens (FLT-PKT-010 to FLT-PKT-014). */
export interface PeerId {
  /** Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 4 bytes (family 0) or 16 bytes (family 1), as on the wire; an IPv4 address may come mapped into 16. */
  readonly address: Uint8Array;
  /** 0 means that the peer cannot be dialed. */
  readonly port: number;
}

/** Throws RANGE on a key or address of another length. */
export function encodePeerId(id: PeerId): Uint8Array {
  if (id.publicKey.length !== KEY_LENGTH) {
    throw new WireError("RANGE", "public key", `${KEY_LENGTH} bytes`, `${id.publicKey.length}`);
  }
  if (id.address.length !== 4 && id.address.length !== 16) {
    throw new WireError("RANGE", "address", "4 or 16 bytes", `${id.address.length}`);
  }
  return new Writer()
    .bytes(id.publicKey)
    .u8(id.address.length === 4 ? 0 : 1, "family")
    .bytes(id.address)
    .u16(id.port, "port")
    .finish();
}

export function readPeerId(reader: Reader): PeerId {
  const publicKey = reader.take(KEY_LENGTH, "public key");
  const address = reader.take(reader.flag("address family") ? 16 : 4, "address");
  return { publicKey, address, port: reader.u16("port") };
}

/** Reads an ID, and gives the bytes behind it. Throws {@link WireError}. */
export function decodePeerId(bytes: Uint8Array): { packet: PeerId; trailing: Uint8Array } {
  const reader = new Reader(bytes);
  return { packet: readPeerId(reader), trailing: reader.trailing() };
}
