import { hex } from "../bytes.ts";
import { type Headers, message, type Name, nameFields, OPCODE, requestFields } from "../packets.ts";
import { Suite } from "../suite.ts";
import type { Fields } from "../types.ts";
import { headersJson, namesJson, STREAM } from "./packet.ts";

/** What of a caller's wish may be written: names, headers, and all of it in one frame. */
export function calls(): Suite {
  const suite = new Suite("calls", "What a caller may ask for, what is refused to it, and how bodies are cut.");
  const group = suite.group("Call", "The one plaintext of a ServiceRequest, or why the caller is refused.");
  const input = (services: readonly Name[], headers: Headers): Fields => ({
    stream: STREAM,
    services: namesJson(services),
    headers: headersJson(headers),
  });
  const valid = (
    slug: string,
    comment: string,
    requirements: readonly string[],
    services: readonly string[],
    headers: Headers,
    flags: readonly string[] = [],
  ) =>
    group.valid("call", slug, {
      comment,
      requirements,
      flags,
      input: input(services, headers),
      expect: { plaintext: hex(message(0, OPCODE.serviceRequest, requestFields(STREAM, services, headers))) },
    });
  const invalid = (
    slug: string,
    change: string,
    kind: string,
    requirements: readonly string[],
    services: readonly string[],
    headers: Headers,
    twin: string,
    flags: readonly string[] = [],
  ) =>
    group.invalid("call", slug, {
      comment: change,
      requirements,
      flags,
      input: input(services, headers),
      error: { kind, action: "reject" },
      twin,
      change,
    });
  const headers: Headers = [
    ["content-type", "text/plain"],
    ["x-number", "17"],
  ];
  const good = valid(
    "plain",
    "Two names, two headers.",
    ["FLT-PKT-020", "FLT-HDR-001", "FLT-RPC-006"],
    ["first", "second"],
    headers,
  );
  valid("many-scripts", "Lengths count bytes.", ["FLT-PKT-021", "FLT-HDR-002"], ["größe"], [["名前", "🚀"]]);
  valid("empty-value", "A value may be empty.", ["FLT-HDR-001"], ["echo"], [["flag", ""]]);
  valid(
    "upper-case",
    "A key goes out as it is.",
    ["FLT-HDR-007"],
    ["echo"],
    [
      ["X-Upper", "1"],
      ["x-upper", "2"],
    ],
  );
  valid("tilde-inside", "Only a first tilde is reserved.", ["FLT-PRV-003", "FLT-HDR-030"], ["a~b"], [["a~b", "c"]]);
  valid("tilde-value", "A value may be anything.", ["FLT-HDR-030"], ["echo"], [["key", "~"]]);
  valid(
    "gateway-keys",
    "What a gateway takes from a URL.",
    ["FLT-HDR-031"],
    ["echo"],
    [
      ["query.a", "1"],
      ["params.b", "2"],
    ],
  );
  valid("name-of-255", "The longest name.", ["FLT-PKT-020"], ["n".repeat(255)], [], ["Boundary"]);
  valid(
    "255-names",
    "The largest count of names.",
    ["FLT-PKT-020"],
    Array.from({ length: 255 }, (_, i) => `s${i}`),
    [],
    ["Boundary"],
  );
  valid("key-of-255", "The longest key.", ["FLT-HDR-001"], ["echo"], [["k".repeat(255), ""]], ["Boundary"]);
  // 4,080 bytes less number, opcode, stream, one name of four bytes, and one header with a key of one.
  const most = 4080 - 4 - 1 - 4 - 1 - 1 - 4 - 2 - 1 - 1 - 2;
  const full = valid(
    "whole-frame",
    "The last byte of a frame.",
    ["FLT-PKT-041"],
    ["echo"],
    [["k", "v".repeat(most)]],
    ["Boundary"],
  );
  invalid(
    "frame-and-one",
    "a value one byte longer",
    "TOO_LARGE",
    ["FLT-PKT-041"],
    ["echo"],
    [["k", "v".repeat(most + 1)]],
    full,
    ["Boundary"],
  );
  const wide = "é".repeat(Math.ceil((most + 1) / 2));
  invalid(
    "frame-and-one-in-bytes",
    "a value of fewer characters and more bytes",
    "TOO_LARGE",
    ["FLT-PKT-041", "FLT-HDR-002"],
    ["echo"],
    [["k", wide]],
    full,
  );
  invalid(
    "value-of-65536",
    "a value that its length cannot say",
    "TOO_LARGE",
    ["FLT-PKT-041", "FLT-HDR-001"],
    ["echo"],
    [["k", "v".repeat(65_536)]],
    full,
  );
  invalid(
    "names-beyond-a-frame",
    "names that do not fit",
    "TOO_LARGE",
    ["FLT-PKT-041"],
    Array.from({ length: 20 }, (_, i) => `${i}`.padEnd(250, "n")),
    headers,
    good,
  );
  invalid("no-name", "no name", "NO_NAME", ["FLT-PKT-040"], [], headers, good);
  invalid("empty-name", "an empty name among others", "EMPTY_NAME", ["FLT-PKT-020"], ["first", ""], headers, good);
  invalid(
    "name-of-256",
    "a name of 256 bytes",
    "TOO_LARGE",
    ["FLT-PKT-020"],
    ["first", "n".repeat(256)],
    headers,
    good,
    ["Boundary"],
  );
  invalid(
    "name-of-256-in-bytes",
    "a name of 128 characters and 256 bytes",
    "TOO_LARGE",
    ["FLT-PKT-021"],
    ["first", "é".repeat(128)],
    headers,
    good,
  );
  invalid(
    "256-names",
    "256 names",
    "TOO_LARGE",
    ["FLT-PKT-020"],
    Array.from({ length: 256 }, (_, i) => `s${i}`),
    headers,
    good,
    ["Boundary"],
  );
  invalid(
    "reserved-name",
    "a name that begins with a tilde",
    "RESERVED_NAME",
    ["FLT-PRV-003"],
    ["first", "~second"],
    headers,
    good,
  );
  const list = (...more: Headers): Headers => [...headers, ...more];
  invalid("empty-key", "an empty key", "EMPTY_KEY", ["FLT-HDR-001"], ["first", "second"], list(["", "v"]), good);
  invalid(
    "key-of-256",
    "a key of 256 bytes",
    "TOO_LARGE",
    ["FLT-HDR-001"],
    ["first", "second"],
    list(["k".repeat(256), "v"]),
    good,
    ["Boundary"],
  );
  invalid(
    "key-twice",
    "one key twice",
    "REPEATED_KEY",
    ["FLT-HDR-003"],
    ["first", "second"],
    list(["x-number", "17"]),
    good,
  );
  invalid(
    "reserved-key",
    "a key that begins with a tilde",
    "RESERVED_KEY",
    ["FLT-HDR-030"],
    ["first", "second"],
    list(["~key", "v"]),
    good,
  );

  offers(suite);
  bodies(suite);
  return suite;
}

function offers(suite: Suite): void {
  const group = suite.group(
    "Offer",
    "The services of an anonymous node, whose Handshake as a request must fit one frame.",
  );
  const length = (services: readonly string[]) =>
    message(1, OPCODE.handshake, [["has-ID", Buffer.alloc(1)], ...nameFields(services)]).length;
  const valid = (slug: string, comment: string, services: readonly string[], flags: readonly string[] = []) =>
    group.valid("offer", slug, {
      comment,
      requirements: ["FLT-HSK-044", "FLT-HSK-040"],
      flags,
      input: { services: namesJson(services) },
      expect: { plaintextLength: length(services) },
    });
  const invalid = (
    slug: string,
    change: string,
    kind: string,
    requirement: string,
    services: readonly string[],
    twin: string,
  ) =>
    group.invalid("offer", slug, {
      comment: change,
      requirements: [requirement],
      flags: kind === "TOO_LARGE" ? ["Boundary"] : [],
      input: { services: namesJson(services) },
      error: { kind, action: "reject" },
      twin,
      change,
    });
  const names = (count: number, size: number) => Array.from({ length: count }, (_, i) => `${i}`.padStart(size, "n"));
  const two = valid("two", "Two services.", ["hello_world", "echo"]);
  valid("none", "A node that offers nothing.", []);
  valid("255", "As many as the count can say.", names(255, 3), ["Boundary"]);
  const large = [...names(16, 239), "last".padEnd(232, "n")];
  const full = valid(
    "whole-frame",
    "The last byte of a frame.",
    [...large.slice(0, -1), "n".repeat(4080 - length(large.slice(0, -1)) - 1)],
    ["Boundary"],
  );
  invalid(
    "frame-and-one",
    "one byte more in the last name",
    "TOO_LARGE",
    "FLT-HSK-044",
    [...large.slice(0, -1), "n".repeat(4080 - length(large.slice(0, -1)))],
    full,
  );
  invalid("256", "256 services", "TOO_LARGE", "FLT-HSK-044", names(256, 3), two);
  invalid("name-of-256", "a name of 256 bytes", "TOO_LARGE", "FLT-PKT-020", ["hello_world", "n".repeat(256)], two);
  invalid("reserved", "a name that begins with a tilde", "RESERVED_NAME", "FLT-HSK-042", ["hello_world", "~echo"], two);
  invalid("empty", "an empty name", "EMPTY_NAME", "FLT-PKT-020", ["hello_world", ""], two);
}

function bodies(suite: Suite): void {
  const group = suite.group("Body", "The lengths of the Data packets of a body that is at hand, with the end.");
  for (const length of [0, 1, 2047, 2048, 2049, 4096, 4097, 10_000]) {
    const lengths = Array.from({ length: Math.ceil(length / 2048) }, (_, i) => Math.min(2048, length - i * 2048));
    group.valid("cut-body", `of-${length}`, {
      comment: length === 0 ? "An empty body is its end alone." : `A body of ${length} bytes.`,
      requirements: ["FLT-STR-076", "FLT-STR-011", "FLT-PKT-060"],
      flags: length > 0 && length % 2048 < 2 ? ["Boundary"] : [],
      input: { length },
      expect: { lengths: [...lengths, 0] },
    });
  }
}
