import { isIPv4, isIPv6 } from "node:net";

/** The network of a client instead of its address: /24 of IPv4, /48 of IPv6. */
export function shortAddress(address: string): string {
  if (isIPv4(address)) return address.replace(/\d+$/, "0");
  if (!isIPv6(address)) return "";
  const [head = "", tail] = address.split("::");
  const first = groupsOf(head);
  const last = groupsOf(tail ?? "");
  const gap = Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => "0");
  const network = [...first, ...(tail === undefined ? [] : gap), ...last].slice(0, 3).join(":");
  return new URL(`http://[${network}::]`).hostname.slice(1, -1);
}

const groupsOf = (text: string): string[] => (text === "" ? [] : text.split(":"));
