import { formatAddress, formatHostPort, type PeerId, toHex } from "../wire/index.ts";

/** Who a keyed peer says it is. Not proof of it: see the security chapter (FLT-SEC-001). */
export interface PeerInfo {
  /** Ed25519 public key, 32 bytes. */
  readonly publicKey: Buffer;
  /** The same in 64 hexadecimal digits. */
  readonly key: string;
  readonly host: string;
  /** 0 means that the peer cannot be dialed. */
  readonly port: number;
  /** `host:port`. */
  readonly addr: string;
}

export function peerInfoOf(id: PeerId): PeerInfo {
  return {
    publicKey: Buffer.from(id.publicKey),
    key: toHex(id.publicKey),
    host: formatAddress(id.address),
    port: id.port,
    addr: formatHostPort(id.address, id.port),
  };
}
