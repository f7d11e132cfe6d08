import { hex, join, u8, utf8 } from "../bytes.ts";
import type { Drbg } from "../drbg.ts";
import { body, closestFields, findNodeFields, type Id } from "../packets.ts";
import { Suite } from "../suite.ts";
import type { Fields } from "../types.ts";
import {
  both,
  cuts,
  IPV4,
  IPV6,
  idJson,
  idOf,
  MAPPED,
  offsetOf,
  type Packet,
  reads,
  refuses,
  replaced,
} from "./packet.ts";

export function findNode(): Suite {
  const suite = new Suite("find-node", "FindNodeRequest and FindNodeResponse.");
  const random = suite.random("find-node");
  const asks: Packet = {
    packet: "find-node-request",
    group: suite.group("FindNodeRequest", "A key of 32 bytes."),
    requirements: ["FLT-DHT-020"],
  };
  const target = random.bytes(32);
  both(
    asks,
    "zero",
    "What an anonymous node asks for.",
    findNodeFields(Buffer.alloc(32)),
    { target: "00".repeat(32) },
    ["FLT-DHT-034"],
  );
  both(asks, "all-ones", "Any 32 bytes are a key to look up.", findNodeFields(Buffer.alloc(32, 0xff)), {
    target: "ff".repeat(32),
  });
  const asked = both(asks, "random", "A key.", findNodeFields(target), { target: hex(target) });
  reads(
    asks,
    "trailing",
    "Bytes behind the packet mean nothing.",
    join(target, u8(1)),
    { target: hex(target) },
    ["FLT-PKT-004"],
    [],
    "01",
  );
  cuts(asks, asked, findNodeFields(target));

  const gives: Packet = {
    packet: "find-node-response",
    group: suite.group("FindNodeResponse", "IDs, nearest first."),
    requirements: ["FLT-PKT-010"],
  };
  const ids = ids17(random);
  const json = (list: readonly Id[]): Fields => ({ closest: list.map(idJson) });
  both(gives, "none", "Nobody is known.", closestFields([]), json([]), ["FLT-DHT-026"]);
  const one = closestFields(ids.slice(0, 1));
  const oneId = both(gives, "one", "One ID.", one, json(ids.slice(0, 1)));
  const twin = both(
    gives,
    "three",
    "IPv4, IPv6 and a mapped address.",
    closestFields(ids.slice(0, 3)),
    json(ids.slice(0, 3)),
    ["FLT-PKT-012"],
  );
  both(
    gives,
    "sixteen",
    "As many as a node may send.",
    closestFields(ids.slice(0, 16)),
    json(ids.slice(0, 16)),
    ["FLT-PKT-070"],
    ["Boundary"],
  );
  reads(
    gives,
    "seventeen",
    "One more than a node may send: read whole, and the first sixteen are used.",
    body(closestFields(ids)),
    json(ids),
    ["FLT-PKT-071"],
    ["Boundary"],
  );
  const zero = [{ ...(ids[0] as Id), port: 0 }];
  reads(
    gives,
    "port-zero",
    "Read, and skipped by who looks up.",
    body(closestFields(zero)),
    json(zero),
    ["FLT-DHT-032"],
    ["Compat"],
  );
  const three = closestFields(ids.slice(0, 3));
  reads(
    gives,
    "trailing",
    "Bytes behind the packet mean nothing.",
    join(body(three), utf8("more")),
    json(ids.slice(0, 3)),
    ["FLT-PKT-004"],
    [],
    hex(utf8("more")),
  );
  cuts(gives, twin, three, ["FLT-PKT-003", "FLT-RPC-021"]);
  refuses(
    gives,
    "family-2",
    twin,
    body(replaced(three, "ID 2 family", u8(2))),
    "family of 2 in the second ID",
    "RANGE",
    ["FLT-PKT-011", "FLT-RPC-021"],
    offsetOf(three, "ID 2 family"),
  );
  refuses(
    gives,
    "family-1-on-4-bytes",
    oneId,
    body(replaced(one, "ID 1 family", u8(1))),
    "family 1 before an address of 4 bytes",
    "SHORT",
    ["FLT-PKT-003", "FLT-RPC-021"],
    offsetOf(one, "ID 1 address"),
  );
  refuses(
    gives,
    "count-of-255",
    twin,
    body(replaced(three, "count of IDs", u8(255))),
    "a count of 255 before three IDs",
    "SHORT",
    ["FLT-PKT-003", "FLT-PKT-005"],
    body(three).length,
    ["Memory"],
  );
  return suite;
}

function ids17(random: Drbg): Id[] {
  const addresses = [IPV4, IPV6, MAPPED];
  return Array.from({ length: 17 }, (_, index) => idOf(random.bytes(32), addresses[index % 3], 9000 + index));
}
