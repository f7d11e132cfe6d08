import { fromHex } from "../bytes.ts";
import { Suite } from "../suite.ts";

/** bytes, text, kind */
const ADDRESSES: readonly (readonly [string, string, string])[] = [
  ["00000000", "0.0.0.0", "unspecified"],
  ["7f000001", "127.0.0.1", "loopback"],
  ["7fffffff", "127.255.255.255", "loopback"],
  ["0a000001", "10.0.0.1", "private"],
  ["ac0fffff", "172.15.255.255", "public"],
  ["ac100000", "172.16.0.0", "private"],
  ["ac1fffff", "172.31.255.255", "private"],
  ["ac200000", "172.32.0.0", "public"],
  ["c0a80001", "192.168.0.1", "private"],
  ["643fffff", "100.63.255.255", "public"],
  ["64400000", "100.64.0.0", "private"],
  ["647fffff", "100.127.255.255", "private"],
  ["64800000", "100.128.0.0", "public"],
  ["a9fe0001", "169.254.0.1", "link-local"],
  ["e0000001", "224.0.0.1", "multicast"],
  ["efffffff", "239.255.255.255", "multicast"],
  ["ffffffff", "255.255.255.255", "broadcast"],
  ["08080808", "8.8.8.8", "public"],
  [`${"00".repeat(16)}`, "::", "unspecified"],
  [`${"00".repeat(15)}01`, "::1", "loopback"],
  ["20010db8000000000000000000000001", "2001:db8::1", "public"],
  ["20010db8000000010000000000000001", "2001:db8:0:1::1", "public"],
  ["20010db8000100000000000100000001", "2001:db8:1::1:0:1", "public"],
  ["20010db8000100020003000400050006", "2001:db8:1:2:3:4:5:6", "public"],
  ["fe800000000000000000000000000001", "fe80::1", "link-local"],
  ["febf0000000000000000000000000001", "febf::1", "link-local"],
  ["fc000000000000000000000000000001", "fc00::1", "private"],
  ["fdff0000000000000000000000000001", "fdff::1", "private"],
  ["ff020000000000000000000000000001", "ff02::1", "multicast"],
  [`${"00".repeat(10)}ffff7f000001`, "127.0.0.1", "loopback"],
  [`${"00".repeat(10)}ffff0a000001`, "10.0.0.1", "private"],
  [`${"00".repeat(10)}ffff00000000`, "0.0.0.0", "unspecified"],
  [`${"00".repeat(10)}ffff08080808`, "8.8.8.8", "public"],
];

/** address, source, whether it may be dialed */
const DIALS: readonly (readonly [string, string, boolean])[] = [
  ["00000000", "7f000001", false],
  ["e0000001", "08080808", false],
  ["ffffffff", "0a000001", false],
  ["7f000001", "7f000001", true],
  ["7f000001", "0a000001", false],
  ["7f000001", "08080808", false],
  ["0a000001", "08080808", false],
  ["0a000001", "c0a80001", true],
  ["0a000001", "7f000001", true],
  ["a9fe0001", "08080808", false],
  [`${"00".repeat(10)}ffff0a000001`, "08080808", false],
  ["08080808", "08080404", true],
  ["08080808", "0a000001", true],
  ["20010db8000000000000000000000001", "08080808", true],
];

export function address(): Suite {
  const suite = new Suite(
    "address",
    "IP addresses of IDs: their text, their kind, and whether a node may dial one it heard of.",
  );
  const kinds = suite.group("Address", "4 or 16 bytes; an IPv4 address mapped into 16 is the IPv4 address.");
  for (const [bytes, text, kind] of ADDRESSES) {
    const mapped = bytes.startsWith(`${"00".repeat(10)}ffff`);
    kinds.valid(
      "address",
      `${text.replaceAll(/[^0-9a-f]+/g, "-").replaceAll(/^-|-$/g, "") || "unspecified-ipv6"}${mapped ? "-mapped" : ""}`,
      {
        comment: `${text}: ${kind}.`,
        requirements: ["FLT-PKT-012", "FLT-DHT-050"],
        flags: mapped ? ["Compat"] : [],
        input: { address: bytes },
        expect: { text, kind, unmapped: mapped ? bytes.slice(24) : bytes },
      },
    );
  }
  const dials = suite.group(
    "Dial",
    "Whether an address that a peer named may be dialed, by where that peer's own connection comes from.",
  );
  for (const [bytes, source, allowed] of DIALS) {
    dials.valid("may-dial", `${fromHex(bytes).join("-")}-from-${fromHex(source).join("-")}`.slice(0, 60), {
      comment: allowed ? "May be dialed." : "Must not be dialed.",
      requirements: ["FLT-DHT-050", "FLT-DHT-052", "FLT-DHT-053"],
      input: { address: bytes, source },
      expect: { allowed },
    });
  }
  return suite;
}
