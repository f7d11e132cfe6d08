import { counting, fromHex, hex, join, u16 } from "../bytes.ts";
import { body, dataFields, type Field } from "../packets.ts";
import { Suite } from "../suite.ts";
import type { Fields } from "../types.ts";
import { both, cuts, type Packet, reads, refuses, replaced, STREAM } from "./packet.ts";

export function data(): Suite {
  const suite = new Suite("data", "The Data packet.");
  const packet: Packet = {
    packet: "data",
    group: suite.group("Data", "Packets and bytes."),
    requirements: ["FLT-PKT-062"],
  };
  const json = (stream: number, bytes: Uint8Array): Fields => ({ stream, data: hex(bytes) });
  let twin = "";
  for (const length of [0, 1, 2, 10, 255, 256, 2047, 2048]) {
    twin = both(
      packet,
      `of-${length}`,
      length === 0 ? "The end of a body." : `${length} bytes of a body.`,
      dataFields(STREAM, counting(length)),
      json(STREAM, counting(length)),
      length === 0 ? ["FLT-STR-031"] : ["FLT-PKT-060"],
      length === 2048 ? ["Boundary"] : [],
    );
  }
  for (const stream of [0, 0xffff_ffff])
    both(
      packet,
      `stream-${stream}`,
      "Stream numbers are any u32.",
      dataFields(stream, counting(3)),
      json(stream, counting(3)),
      [],
      ["Boundary"],
    );
  const ten = dataFields(STREAM, counting(10));
  const tenId = "data/decode/004-of-10";
  reads(
    packet,
    "trailing",
    "Bytes behind the packet mean nothing, and are no body.",
    join(body(ten), fromHex("aabb")),
    json(STREAM, counting(10)),
    ["FLT-PKT-004"],
    [],
    "aabb",
  );
  reads(
    packet,
    "end-with-trailing",
    "An end with bytes behind it is an end.",
    join(body(dataFields(STREAM, Buffer.alloc(0))), fromHex("aabb")),
    json(STREAM, Buffer.alloc(0)),
    ["FLT-PKT-004", "FLT-STR-031"],
    [],
    "aabb",
  );
  const [stream, length, bytes] = ten as [Field, Field, Field];
  cuts(packet, tenId, [stream, length]);
  for (const [slug, size] of [
    ["before-data", 0],
    ["in-data", 9],
  ] as const) {
    refuses(
      packet,
      `cut-${slug}`,
      tenId,
      join(stream[1], length[1], bytes[1].subarray(0, size)),
      `${10 - size} of ten bytes missing`,
      "SHORT",
      ["FLT-PKT-063"],
      6,
      ["Truncated"],
    );
  }
  for (const size of [2049, 4000])
    refuses(
      packet,
      `of-${size}`,
      twin,
      body(dataFields(STREAM, counting(size))),
      `${size} bytes`,
      "RANGE",
      ["FLT-PKT-061"],
      4,
      size === 2049 ? ["Boundary"] : [],
    );
  for (const size of [2049, 65_535])
    refuses(
      packet,
      `length-${size}-on-10`,
      tenId,
      body(replaced(ten, "length", u16(size))),
      `a length of ${size} before ten bytes`,
      "RANGE",
      ["FLT-PKT-061"],
      4,
      ["Memory"],
    );
  refuses(
    packet,
    "length-2048-on-10",
    tenId,
    body(replaced(ten, "length", u16(2048))),
    "a length of 2,048 before ten bytes",
    "SHORT",
    ["FLT-PKT-063"],
    6,
    ["Memory"],
  );
  return suite;
}
