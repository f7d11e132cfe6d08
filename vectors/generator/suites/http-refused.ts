/** Requests that are refused, and the ones at the edge that are not. */
import { bytesOf, type Name } from "../packets.ts";
import { type Ask, latin1, type Pairs, type Refuse, sent, type Valid } from "./http-heads.ts";

export function refusedFraming(refuse: Refuse): void {
  const framing = (slug: string, change: string, requirement: string, ...more: (readonly [Name, Name])[]) =>
    refuse(slug, change, "BAD_FRAMING", requirement, { more }, ["Smuggling"]);
  framing(
    "length-and-coding",
    "both Content-Length and Transfer-Encoding",
    "003",
    ["Content-Length", "5"],
    ["Transfer-Encoding", "chunked"],
  );
  framing("equal-lengths", "the same length twice", "004", ["Content-Length", "5"], ["Content-Length", "5"]);
  framing("other-lengths", "two lengths", "004", ["Content-Length", "5"], ["content-length", "6"]);
  const lengths = {
    list: "5, 5",
    sign: "+5",
    negative: "-5",
    hexadecimal: "0x5",
    empty: "",
    "space-inside": "1 2",
    "sixteen-digits": "0000000000000005",
    fraction: "5.0",
  };
  for (const [slug, value] of Object.entries(lengths))
    framing(`length-${slug}`, `a length of "${value}"`, "004", ["Content-Length", value]);
  const codings = {
    "gzip-chunked": "gzip, chunked",
    "chunked-chunked": "chunked, chunked",
    identity: "identity",
    xchunked: "xchunked",
    empty: "",
    parameter: "chunked;a=b",
  };
  for (const [slug, value] of Object.entries(codings))
    framing(`coding-${slug}`, `a coding of "${value}"`, "005", ["Transfer-Encoding", value]);
  framing(
    "coding-twice",
    "chunked in two fields",
    "005",
    ["Transfer-Encoding", "chunked"],
    ["Transfer-Encoding", "chunked"],
  );
  framing("coding-behind-a-byte", "a byte that some take for a space", "005", [
    "Transfer-Encoding",
    latin1("\u00a0chunked"),
  ]);
}

export function refusedFields(refuse: Refuse): void {
  const names: Readonly<Record<string, Name>> = {
    "space-before-colon": "Content-Length ",
    "space-inside": "X Y",
    "empty-name": "",
    "pseudo-header": ":path",
    "name-of-quotes": '"x"',
    "name-beyond-ascii": latin1("\u00fc"),
    "name-with-nul": "x\u0000",
  };
  for (const [slug, name] of Object.entries(names)) {
    refuse(
      slug,
      "a name that is no token",
      "BAD_FIELD",
      slug === "pseudo-header" ? "001 040" : "001",
      { more: [[name, "5"]] },
      [slug === "pseudo-header" ? "Spoofing" : "Smuggling"],
    );
  }
  const values = {
    "folded-line": "1\r\n 2",
    "bare-cr": "1\r2",
    "bare-lf": "1\n2",
    nul: "1\u00002",
    del: "1\u007f2",
    "vertical-tab": "1\u000b2",
    "first-cr": "\r1",
  };
  for (const [slug, value] of Object.entries(values)) {
    refuse(slug, "a control character in a value", "BAD_FIELD", "002", { more: [["X", value]] }, ["Smuggling"]);
  }
  refuse("authorization-twice", "two Authorization fields", "BAD_FIELD", "009", {
    more: [
      ["Authorization", "Basic YQ=="],
      ["authorization", "Basic Yg=="],
    ],
  });
  refuse("content-type-twice", "two Content-Type fields", "BAD_FIELD", "009", {
    more: [
      ["Content-Type", "text/plain"],
      ["Content-Type", "text/html"],
    ],
  });
  refuse("connect", "the method CONNECT", "BAD_METHOD", "010", { method: "CONNECT" });
  refuse("method-with-space", "a method that is no token", "BAD_METHOD", "010", { method: "GET /" });
  refuse("method-empty", "no method", "BAD_METHOD", "010", { method: "" });
}

export function hosts(refuse: Refuse, valid: Valid, against: (twin: string) => Refuse): void {
  const lines = (...hosts: string[]): Ask => ({ lines: hosts.map((host) => ["Host", host] as const) });
  refuse("no-host", "no host", "BAD_HOST", "007", lines());
  refuse("host-twice", "the same host twice", "BAD_HOST", "007", lines("example.org", "example.org"), ["Smuggling"]);
  refuse("other-host-in-target", "a target with another host", "BAD_HOST", "007", { target: "http://other.org/" }, [
    "Smuggling",
  ]);
  refuse("other-port-in-target", "a target with a port", "BAD_HOST", "007", { target: "http://example.org:80/" }, [
    "Smuggling",
  ]);
  refuse("user-in-target", "a target with a user", "BAD_HOST", "008", { target: "http://a@example.org/" });
  refuse("empty-host-in-target", "a target with an empty host", "BAD_HOST", "008", { target: "http:///" });
  const wrong = {
    empty: "",
    user: "a@b",
    path: "a/b",
    list: "a, b",
    "open-bracket": "[::1",
    "bare-ipv6": "::1",
    "port-of-letters": "a:http",
    "port-of-nothing": "a:",
    "six-digits": "a:123456",
    escape: "a%2eb",
    space: "a b",
  };
  for (const [slug, host] of Object.entries(wrong))
    refuse(`host-${slug}`, `a host of "${host}"`, "BAD_HOST", "008", lines(host));
  valid(
    "host-with-port",
    "In lower case, with its port.",
    "007 008",
    lines("EXAMPLE.org:8080"),
    sent({ ":authority": "example.org:8080" }),
  );
  valid(
    "host-ipv6",
    "An address in brackets.",
    "008",
    lines("[2001:DB8::1]:3000"),
    sent({ ":authority": "[2001:db8::1]:3000" }),
  );
  const old = valid(
    "http-1-0",
    "HTTP/1.0 needs no host.",
    "007",
    { version: "1.0", lines: [] },
    sent({ ":http-version": "1.0", ":authority": undefined }),
  );
  against(old)(
    "http-1-0-chunked",
    "a coding in HTTP/1.0",
    "BAD_FRAMING",
    "005",
    { version: "1.0", lines: [["Transfer-Encoding", "chunked"]] },
    ["Smuggling"],
  );
  const second = valid(
    "http-2",
    "The host of HTTP/2.",
    "007 040",
    { version: "2", authority: "Example.org", lines: [] },
    sent({ ":http-version": "2" }),
  );
  valid(
    "http-2-and-host",
    "Both, and the same.",
    "007",
    { version: "2", authority: "example.org" },
    sent({ ":http-version": "2" }),
  );
  const refuseSecond = against(second);
  refuseSecond(
    "http-2-other-host",
    "Host and :authority differ",
    "BAD_HOST",
    "007",
    { version: "2", authority: "Example.org", lines: [["Host", "other.org"]] },
    ["Smuggling"],
  );
  refuseSecond(
    "http-2-chunked",
    "a coding in HTTP/2",
    "BAD_FRAMING",
    "005",
    { version: "2", authority: "Example.org", lines: [["Transfer-Encoding", "chunked"]] },
    ["Smuggling"],
  );
  refuseSecond("http-2-without-host", "an empty :authority", "BAD_HOST", "008", {
    version: "2",
    authority: "",
    lines: [],
  });
}

export function refusedTargets(refuse: Refuse): void {
  const targets: readonly (readonly [string, Name, string])[] = [
    ["empty", "", "020"],
    ["without-slash", "a", "020"],
    ["asterisk-of-get", "*", "020"],
    ["authority-form", "example.org:443", "020"],
    ["other-scheme", "ftp://example.org/", "020"],
    ["space", "/a b", "021"],
    ["nul", "/a\u0000", "021"],
    ["tab", "/\ta", "021"],
    ["beyond-ascii", "/\u00fc", "021"],
    ["fragment", "/a#b", "021"],
    ["fragment-in-query", "/a?b#c", "021"],
    ["beyond-ascii-in-query", "/?\u00fc", "021"],
    ["backslash", "/a\\b", "021"],
    ["query-percent", "/?a=50%", "022"],
    ["query-nul", "/?a=%00", "022"],
    ["query-not-utf8", "/?a=%FF", "022"],
    ["query-name-not-utf8", "/?%FF=a", "022"],
    ["query-character-over-an-ampersand", "/?a=%C3&%BC=b", "022"],
  ];
  for (const [slug, target, requirement] of targets)
    refuse(`target-${slug}`, "another target", "BAD_TARGET", requirement, { target });
}

/** 4,080 bytes less number, opcode, stream, count of names, the name, count of headers. */
const ROOM = 4080 - 4 - 1 - 4 - 1 - (1 + 11) - 2;
const lengthOf = (pairs: Pairs): number =>
  pairs.reduce((sum, [key, value]) => sum + 1 + bytesOf(key).length + 2 + bytesOf(value).length, 0);

export function frames(valid: Valid, refuse: Refuse): void {
  const most = ROOM - lengthOf(sent({}, [["x", ""]]));
  const full = (value: string): Ask => ({ more: [["X", value]] });
  valid(
    "whole-frame",
    "The last byte of a frame.",
    "051",
    full("v".repeat(most)),
    sent({}, [["x", "v".repeat(most)]]),
    ["Boundary"],
  );
  refuse("frame-and-one", "a value one byte longer than the frame", "TOO_LARGE", "051", full("v".repeat(most + 1)), [
    "Boundary",
  ]);
  refuse(
    "frame-and-one-by-encoding",
    "a byte that becomes two",
    "TOO_LARGE",
    "046 051",
    { more: [["X", latin1(`${"v".repeat(most - 1)}\u00fc`)]] },
    ["Boundary"],
  );
  refuse("service-too-long", "a service whose name leaves no room", "TOO_LARGE", "051", {
    services: Array.from({ length: 16 }, (_, index) => `${index}`.padEnd(255, "s")),
  });
  const key = "q".repeat(249);
  valid("key-of-255", "The longest key.", "051", { target: `/?${key}=1` }, sent({}, [[`query.${key}`, "1"]]), [
    "Boundary",
  ]);
  refuse("key-of-256", "a key of 256 bytes", "TOO_LARGE", "051", { target: `/?${key}q=1` }, ["Boundary"]);
  refuse(
    "key-of-256-for-all-values",
    "a key of 255 bytes, and one more for all its values",
    "TOO_LARGE",
    "051",
    { target: `/?${key}=1&${key}=2` },
    ["Boundary"],
  );
}
