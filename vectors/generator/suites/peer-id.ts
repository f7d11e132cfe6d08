import { fromHex, join, u8 } from "../bytes.ts";
import { body, idFields } from "../packets.ts";
import { ed25519PublicKey } from "../primitives.ts";
import { Suite } from "../suite.ts";
import { both, cuts, IPV4, IPV6, idJson, idOf, MAPPED, type Packet, reads, refuses, replaced } from "./packet.ts";

export function peerId(): Suite {
  const suite = new Suite("peer-id", "The ID that Handshakes and FindNodeResponses carry.");
  const random = suite.random("peer-id");
  const packet: Packet = {
    packet: "peer-id",
    group: suite.group("PeerId", "An ID by itself. What it means to dial one is in the suite address."),
    requirements: ["FLT-PKT-010"],
  };
  const publicKey = ed25519PublicKey(random.bytes(32));
  const add = (slug: string, comment: string, address: Uint8Array, port: number, more: string[], flags: string[]) => {
    const id = idOf(publicKey, address, port);
    return both(packet, slug, comment, idFields(id), idJson(id), more, flags);
  };
  const four = add("ipv4", "An IPv4 address: family 0 and 4 bytes.", IPV4, 9000, [], []);
  const sixteen = add("ipv6", "An IPv6 address: family 1 and 16 bytes.", IPV6, 9000, [], []);
  add(
    "ipv4-mapped",
    "The same IPv4 address in the form in which Go sends it.",
    MAPPED,
    9000,
    ["FLT-CMP-002"],
    ["Compat"],
  );
  add("port-1", "The smallest port that is sent.", IPV4, 1, ["FLT-PKT-013"], ["Boundary"]);
  add("port-255", "A port whose first byte is zero.", IPV4, 255, [], ["Boundary"]);
  add("port-256", "A port whose second byte is zero.", IPV4, 256, [], ["Boundary"]);
  add("port-65535", "The largest port.", IPV4, 65_535, [], ["Boundary"]);
  add("all-ones", "The largest address.", Buffer.alloc(16, 0xff), 9000, [], ["Boundary"]);
  const none = idOf(publicKey, IPV4, 0);
  reads(
    packet,
    "port-0",
    "A peer that cannot be dialed.",
    body(idFields(none)),
    idJson(none),
    ["FLT-PKT-014"],
    ["Compat"],
  );
  const id = idOf(publicKey);
  reads(packet, "trailing", "An ID ends by itself.", join(body(idFields(id)), fromHex("ff")), idJson(id), [], [], "ff");
  cuts(packet, four, idFields(id));
  cuts(
    packet,
    sixteen,
    idFields(idOf(publicKey, IPV6)).slice(2),
    undefined,
    false,
    idFields(idOf(publicKey, IPV6)).slice(0, 2),
  );
  for (const family of [2, 4, 6, 128, 255]) {
    const bytes = body(replaced(idFields(id), "ID family", u8(family)));
    refuses(packet, `family-${family}`, four, bytes, `family of ${family}`, "RANGE", ["FLT-PKT-011"], 32);
  }
  return suite;
}
