import { addressKind } from "../wire/index.ts";

/**
 * Whether a node may dial an address that a peer named, `source` being the address that peer's connection came from
 * (FLT-DHT-050, FLT-DHT-052, FLT-DHT-053). 4 or 16 bytes each.
 */
export function mayDial(address: Uint8Array, source: Uint8Array): boolean {
  switch (addressKind(address)) {
    case "unspecified":
    case "multicast":
    case "broadcast":
      return false;
    case "loopback":
      return addressKind(source) === "loopback";
    case "private":
    case "link-local":
      return addressKind(source) !== "public";
    default:
      return true;
  }
}

/** The address to keep of a peer: an unspecified one stands for the one its connection came from (FLT-DHT-051). */
export function effectiveAddress(announced: Uint8Array, source: Uint8Array): Uint8Array {
  return addressKind(announced) === "unspecified" ? source : announced;
}
