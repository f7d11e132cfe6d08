import { fromHex, join, u8, u16 } from "../bytes.ts";
import { body, type Headers, type Name, requestFields, responseFields } from "../packets.ts";
import { Suite } from "../suite.ts";
import type { Fields } from "../types.ts";
import {
  both,
  cuts,
  headersJson,
  namesJson,
  offsetOf,
  type Packet,
  reads,
  refuses,
  replaced,
  STREAM,
} from "./packet.ts";

export function serviceRequest(): Suite {
  const suite = new Suite("service-request", "The ServiceRequest packet.");
  const packet: Packet = {
    packet: "service-request",
    group: suite.group("ServiceRequest", "Packets and bytes."),
    requirements: ["FLT-PKT-020"],
  };
  const json = (stream: number, services: readonly Name[], headers: Headers): Fields => ({
    stream,
    services: namesJson(services),
    headers: headersJson(headers),
  });
  const add = (
    slug: string,
    comment: string,
    stream: number,
    names: readonly Name[],
    headers: Headers,
    more: readonly string[] = [],
    flags: readonly string[] = [],
  ) => both(packet, slug, comment, requestFields(stream, names, headers), json(stream, names, headers), more, flags);
  add("plain", "One name, no headers.", STREAM, ["echo"], []);
  for (const stream of [0, 1, 0x7fff_ffff, 0xffff_ffff])
    add(`stream-${stream}`, "Stream numbers are any u32.", stream, ["echo"], [], ["FLT-STR-003"], ["Boundary"]);
  const headers: Headers = [
    ["content-type", "text/plain"],
    ["x-number", "17"],
  ];
  const twin = add("names-and-headers", "Two names, two headers.", STREAM, ["first", "second"], headers, [
    "FLT-HDR-001",
  ]);
  add("empty-value", "A value may be empty.", STREAM, ["echo"], [["flag", ""]], ["FLT-HDR-004"]);
  add(
    "long-value",
    "A value whose length needs both its bytes.",
    STREAM,
    ["echo"],
    [["token", "x".repeat(3000)]],
    ["FLT-HDR-001"],
  );
  add("key-of-255", "The longest key.", STREAM, ["echo"], [["k".repeat(255), "v"]], ["FLT-HDR-001"], ["Boundary"]);
  add(
    "300-headers",
    "A count that needs both its bytes.",
    STREAM,
    ["echo"],
    Array.from({ length: 300 }, (_, i) => [`${i}`, "v"] as const),
    ["FLT-HDR-010"],
    ["Boundary"],
  );
  add(
    "255-names",
    "The largest count of names.",
    STREAM,
    Array.from({ length: 255 }, (_, i) => `${i}`),
    [],
    [],
    ["Boundary"],
  );
  add("many-scripts", "Text counts in bytes.", STREAM, ["größe"], [["名前", "🚀"]], ["FLT-HDR-002", "FLT-PKT-021"]);
  add(
    "language-names",
    "Names and keys that some languages give a meaning of their own.",
    STREAM,
    ["constructor"],
    [
      ["__proto__", "x"],
      ["toString", "y"],
    ],
    ["FLT-HDR-011"],
    ["PropertyName"],
  );
  const read = (
    slug: string,
    comment: string,
    names: readonly Name[],
    list: Headers,
    requirement: string,
    flags: readonly string[] = ["Compat"],
  ) =>
    reads(
      packet,
      slug,
      comment,
      body(requestFields(STREAM, names, list)),
      json(STREAM, names, list),
      [requirement],
      flags,
    );
  read("no-name", "No name at all: not hosted.", [], [], "FLT-PKT-042");
  read("empty-name", "An empty name names no service.", [""], [], "FLT-PKT-023");
  read("name-not-utf8", "A name that is no text: not hosted.", [fromHex("fffe")], [], "FLT-PKT-043");
  read("empty-key", "A reader takes an empty key.", ["echo"], [["", "v"]], "FLT-HDR-004");
  read(
    "key-twice",
    "Both stand in the packet; the last one counts.",
    ["echo"],
    [
      ["a", "1"],
      ["a", "2"],
    ],
    "FLT-HDR-006",
  );
  read("header-not-utf8", "Headers need not be text.", ["echo"], [[fromHex("ff"), fromHex("80")]], "FLT-HDR-005");
  const fields = requestFields(STREAM, ["first", "second"], headers);
  reads(
    packet,
    "trailing",
    "Bytes behind the packet mean nothing.",
    join(body(fields), fromHex("00")),
    json(STREAM, ["first", "second"], headers),
    ["FLT-PKT-004"],
    [],
    "00",
  );
  cuts(packet, twin, fields);
  refuses(
    packet,
    "count-of-names-255",
    twin,
    body(replaced(fields, "count of names", u8(255))),
    "a count of 255 names before two",
    "SHORT",
    ["FLT-PKT-003", "FLT-PKT-005"],
    undefined,
    ["Memory"],
  );
  refuses(
    packet,
    "count-of-headers-65535",
    twin,
    body(replaced(fields, "count of headers", u16(65_535))),
    "a count of 65,535 headers before two",
    "SHORT",
    ["FLT-PKT-003", "FLT-PKT-005"],
    body(fields).length,
    ["Memory"],
  );
  refuses(
    packet,
    "value-of-65535",
    twin,
    body(replaced(fields, "length of value 2", u16(65_535))),
    "a value of 65,535 bytes announced before two",
    "SHORT",
    ["FLT-PKT-003", "FLT-PKT-005"],
    offsetOf(fields, "value 2"),
    ["Memory"],
  );
  return suite;
}

export function serviceResponse(): Suite {
  const suite = new Suite("service-response", "The ServiceResponse packet.");
  const packet: Packet = {
    packet: "service-response",
    group: suite.group("ServiceResponse", "Packets and bytes."),
    requirements: ["FLT-PKT-050"],
  };
  const json = (stream: number, handled: boolean, headers: Headers): Fields => ({
    stream,
    handled,
    headers: headersJson(headers),
  });
  const add = (
    slug: string,
    comment: string,
    stream: number,
    handled: boolean,
    headers: Headers,
    flags: readonly string[] = [],
  ) =>
    both(
      packet,
      slug,
      comment,
      responseFields(stream, handled ? 1 : 0, headers),
      json(stream, handled, headers),
      ["FLT-STR-020"],
      flags,
    );
  add("handled", "Served, without headers.", STREAM, true, []);
  add("not-handled", "Not served.", STREAM, false, []);
  add("stream-0", "Number 0.", 0, true, [], ["Boundary"]);
  add("stream-all-ones", "The largest number.", 0xffff_ffff, false, [], ["Boundary"]);
  const headers: Headers = [
    ["content-type", "application/json"],
    ["x", ""],
  ];
  const twin = add("headers", "Served, two headers.", STREAM, true, headers);
  add(
    "many-headers",
    "Three hundred headers.",
    STREAM,
    true,
    Array.from({ length: 300 }, (_, i) => [`${i}`, `${i}`] as const),
  );
  const fields = responseFields(STREAM, 1, headers);
  reads(
    packet,
    "trailing",
    "Bytes behind the packet mean nothing.",
    join(body(fields), Buffer.alloc(9)),
    json(STREAM, true, headers),
    ["FLT-PKT-004"],
    [],
    "00".repeat(9),
  );
  reads(
    packet,
    "not-handled-with-headers",
    "Headers of a refusal are read and mean nothing.",
    body(responseFields(STREAM, 0, headers)),
    json(STREAM, false, headers),
    ["FLT-STR-043"],
  );
  cuts(packet, twin, fields);
  for (const value of [2, 128, 255])
    refuses(
      packet,
      `handled-${value}`,
      twin,
      body(replaced(fields, "handled", u8(value))),
      `handled of ${value}`,
      "RANGE",
      ["FLT-PKT-051"],
      4,
    );
  refuses(
    packet,
    "count-of-headers-65535",
    twin,
    body(replaced(fields, "count of headers", u16(65_535))),
    "a count of 65,535 headers before two",
    "SHORT",
    ["FLT-PKT-003", "FLT-PKT-005"],
    body(fields).length,
    ["Memory"],
  );
  return suite;
}
