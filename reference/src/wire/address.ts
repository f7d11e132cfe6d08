import { WireError } from "./errors.ts";
import { toHex } from "./text.ts";

/** Kinds of IP addresses that the rules of chapter 07 tell apart. */
export type AddressKind = "unspecified" | "loopback" | "private" | "link-local" | "multicast" | "broadcast" | "public";

const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/** An IPv4 address mapped into IPv6 as its 4 bytes, anything else as it is (FLT-PKT-012). */
export function unmapAddress(address: Uint8Array): Uint8Array {
  return address.length === 16 && MAPPED.every((byte, i) => address[i] === byte) ? address.subarray(12) : address;
}

/** `127.0.0.1` or, for IPv6, the eight groups with the longest run of zeros as `::` (RFC 5952). */
export function formatAddress(address: Uint8Array): string {
  const bytes = unmapAddress(address);
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length !== 16) throw new WireError("ADDRESS", "address", "4 or 16 bytes", toHex(bytes));
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] as number) << 8) | (bytes[2 * i + 1] as number));
  let best = { start: 0, length: 0 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  const hex = (part: number[]): string => part.map((group) => group.toString(16)).join(":");
  if (best.length < 2) return hex(groups);
  return `${hex(groups.slice(0, best.start))}::${hex(groups.slice(best.start + best.length))}`;
}

/** `host:port`, with brackets around an IPv6 host. */
export function formatHostPort(address: Uint8Array, port: number): string {
  const host = formatAddress(address);
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** 4 or 16 bytes. Throws ADDRESS on text that is no IP address; host names are not resolved here. */
export function parseAddress(text: string): Uint8Array {
  const bytes = text.includes(":") ? parseIPv6(text) : parseIPv4(text);
  if (!bytes) throw new WireError("ADDRESS", "address", "an IPv4 or IPv6 address", JSON.stringify(text));
  return Uint8Array.from(bytes);
}

function parseIPv4(text: string): number[] | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part))) return undefined;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function parseIPv6(text: string): number[] | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const parsed = halves.map((half, index) => parseGroups(half, index === halves.length - 1));
  const [head, tail] = parsed;
  if (!head) return undefined;
  if (halves.length === 1) return head.length === 16 ? head : undefined;
  if (!tail || head.length + tail.length > 14) return undefined;
  return [...head, ...new Array<number>(16 - head.length - tail.length).fill(0), ...tail];
}

function parseGroups(text: string, last: boolean): number[] | undefined {
  if (text === "") return [];
  const bytes: number[] = [];
  const groups = text.split(":");
  for (const [index, group] of groups.entries()) {
    if (last && index === groups.length - 1 && group.includes(".")) {
      const embedded = parseIPv4(group);
      if (!embedded) return undefined;
      bytes.push(...embedded);
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined;
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    }
  }
  return bytes;
}

/** What the address rules of FLT-DHT-050 to FLT-DHT-053 go by; mapped addresses count as IPv4. */
export function addressKind(address: Uint8Array): AddressKind {
  const bytes = unmapAddress(address);
  const a = bytes[0] as number;
  const b = bytes[1] as number;
  const allZero = a === 0 && bytes.every((byte) => byte === 0);
  if (allZero) return "unspecified";
  if (bytes.length === 4) {
    if (a === 127) return "loopback";
    if (a === 255 && bytes.every((byte) => byte === 255)) return "broadcast";
    if (a >= 224 && a <= 239) return "multicast";
    if (a === 169 && b === 254) return "link-local";
    // RFC 1918, and the shared space of carriers, RFC 6598.
    if (a === 10 || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168)) return "private";
    if (a === 100 && b >= 64 && b <= 127) return "private";
    return "public";
  }
  if (bytes.subarray(0, 15).every((byte) => byte === 0) && bytes[15] === 1) return "loopback";
  if (a === 0xff) return "multicast";
  if (a === 0xfe && (b & 0xc0) === 0x80) return "link-local";
  if ((a & 0xfe) === 0xfc) return "private";
  return "public";
}
