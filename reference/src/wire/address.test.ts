import { isIP, isIPv4 } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressKind, formatAddress, formatHostPort, parseAddress, unmapAddress, WireError } from "./index.ts";
import { bytes } from "./testing-only/packets.ts";

// Half of the groups are zero, so that runs of zeros are common.
const sparse = fc
  .array(fc.oneof(fc.constant(0), fc.nat({ max: 0xffff })), { minLength: 8, maxLength: 8 })
  .map((groups) => Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 255])));
const address = fc.oneof(bytes(4), bytes(16), sparse);

/** The canonical text of an IPv6 address as the platform's URL parser writes it. */
const platformText = (text: string): string => new URL(`http://[${text}]/`).hostname.slice(1, -1);

describe("addresses as text", () => {
  it("read back as they were, mapped ones as IPv4", () => {
    fc.assert(
      fc.property(address, (value) => {
        const text = formatAddress(value);
        expect(isIP(text)).toBe(unmapAddress(value).length === 4 ? 4 : 6);
        expect(parseAddress(text)).toEqual(unmapAddress(value));
      }),
      { numRuns: 1000 },
    );
  });

  it("are canonical as the platform writes them", () => {
    fc.assert(
      fc.property(sparse, (value) => {
        const text = formatAddress(value);
        if (!isIPv4(text)) expect(text).toBe(platformText(text));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ["::", "::"],
    ["::1", "::1"],
    ["1::", "1::"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:0DB8::0:1", "2001:db8::1"],
    ["1:0:3:4:5:6:7:8", "1:0:3:4:5:6:7:8"],
    ["::ffff:10.0.0.1", "10.0.0.1"],
    ["64:ff9b::1.2.3.4", "64:ff9b::102:304"],
  ])("%s is %s", (text, canonical) => {
    expect(formatAddress(parseAddress(text))).toBe(canonical);
  });

  it("takes what the platform takes for an address, and nothing else", () => {
    const piece = fc.constantFrom(
      ":",
      "::",
      ".",
      "0",
      "1",
      "255",
      "256",
      "01",
      "ffff",
      "fffff",
      "g",
      "1.2.3.4",
      "",
      " ",
    );
    const text = fc.oneof(
      fc.array(piece, { maxLength: 17 }).map((pieces) => pieces.join("")),
      fc.ipV4(),
      fc.ipV6(),
      fc.string({ maxLength: 20 }),
    );
    fc.assert(
      fc.property(text, (value) => {
        // Zones name an interface of one machine and have no place on the wire.
        fc.pre(!value.includes("%"));
        if (isIP(value) !== 0) expect(parseAddress(value)).toHaveLength(isIP(value) === 4 ? 4 : 16);
        else expect(() => parseAddress(value)).toThrow(WireError);
      }),
      { numRuns: 3000 },
    );
  });

  it("come with a port, IPv6 in brackets", () => {
    expect(formatHostPort(parseAddress("127.0.0.1"), 80)).toBe("127.0.0.1:80");
    expect(formatHostPort(parseAddress("::1"), 80)).toBe("[::1]:80");
    expect(() => formatAddress(new Uint8Array(5))).toThrow(WireError);
  });
});

describe("kinds of addresses", () => {
  it.each([
    ["0.0.0.0", "unspecified"],
    ["::", "unspecified"],
    ["127.255.0.1", "loopback"],
    ["::1", "loopback"],
    ["::ffff:127.0.0.1", "loopback"],
    ["10.1.2.3", "private"],
    ["172.15.0.1", "public"],
    ["172.16.0.1", "private"],
    ["172.31.255.255", "private"],
    ["172.32.0.1", "public"],
    ["192.168.0.1", "private"],
    ["100.64.0.1", "private"],
    ["100.128.0.1", "public"],
    ["fd00::1", "private"],
    ["169.254.1.1", "link-local"],
    ["fe80::1", "link-local"],
    ["febf::1", "link-local"],
    ["fec0::1", "public"],
    ["224.0.0.1", "multicast"],
    ["239.255.255.255", "multicast"],
    ["ff02::1", "multicast"],
    ["255.255.255.255", "broadcast"],
    ["8.8.8.8", "public"],
    ["2001:db8::1", "public"],
  ])("%s is %s", (text, kind) => {
    expect(addressKind(parseAddress(text))).toBe(kind);
  });
});
