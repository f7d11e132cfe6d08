import { fromHex, hex, join, u8 } from "../bytes.ts";
import { body, handshakeFields, type Id, type Name, signedBytes } from "../packets.ts";
import { ed25519PublicKey, ed25519Sign } from "../primitives.ts";
import { Suite } from "../suite.ts";
import {
  both,
  cuts,
  IPV4,
  IPV6,
  idJson,
  idOf,
  MAPPED,
  namesJson,
  offsetOf,
  type Packet,
  reads,
  refuses,
  replaced,
} from "./packet.ts";

export function handshake(): Suite {
  const suite = new Suite(
    "handshake",
    "The Handshake packet. Signatures are not looked at here; see the suite signature.",
  );
  const random = suite.random("handshake");
  const seed = random.bytes(32);
  const publicKey = ed25519PublicKey(seed);
  const packet: Packet = {
    packet: "handshake",
    group: suite.group("Handshake", "Packets and bytes."),
    requirements: ["FLT-PKT-030", "FLT-PKT-020"],
  };
  const keyed = (id: Id, names: readonly Name[]) => {
    const signature = ed25519Sign(seed, signedBytes(id, names));
    return {
      fields: handshakeFields(id, names, signature),
      json: { id: idJson(id), services: namesJson(names), signature: hex(signature) },
    };
  };
  const add = (
    slug: string,
    comment: string,
    id: Id,
    names: readonly Name[],
    more: readonly string[] = [],
    flags: readonly string[] = [],
  ) => {
    const { fields, json } = keyed(id, names);
    return both(packet, slug, comment, fields, json, ["FLT-PKT-010", ...more], flags);
  };
  const plain = (slug: string, comment: string, names: readonly Name[], flags: readonly string[] = []) =>
    both(packet, slug, comment, handshakeFields(undefined, names), { services: namesJson(names) }, [], flags);
  plain("anonymous", "The shortest Handshake: nobody, offering nothing.", []);
  const anonymous = plain("anonymous-with-names", "No ID, two names, no signature.", ["one", "two"]);
  add("keyed", "An ID with an IPv4 address, no names.", idOf(publicKey), []);
  const twin = add("keyed-with-names", "An ID, two names, a signature.", idOf(publicKey), ["hello_world", "echo"]);
  add("ipv6", "An address of 16 bytes.", idOf(publicKey, IPV6, 65_535), ["echo"]);
  add(
    "ipv4-mapped",
    "An IPv4 address in 16 bytes, as Go writes most.",
    idOf(publicKey, MAPPED),
    ["echo"],
    ["FLT-PKT-012"],
    ["Compat"],
  );
  add("unspecified", "0.0.0.0, from a node that knows no better.", idOf(publicKey, Buffer.alloc(4), 1), ["echo"]);
  add("many-scripts", "Names count in bytes.", idOf(publicKey), ["größe", "サービス", "🚀"], ["FLT-PKT-021"]);
  add(
    "language-names",
    "Names that some languages give a meaning of their own.",
    idOf(publicKey),
    ["__proto__", "constructor", "toString"],
    [],
    ["PropertyName"],
  );
  add("name-of-255", "The longest name.", idOf(publicKey), ["n".repeat(255)], [], ["Boundary"]);
  add(
    "255-names",
    "The largest count.",
    idOf(publicKey),
    Array.from({ length: 255 }, (_, i) => `s${i}`),
    [],
    ["Boundary"],
  );
  add("marker", "A name with a tilde is a marker of later versions.", idOf(publicKey), ["~flatend/1.1"]);
  const read = (
    slug: string,
    comment: string,
    id: Id | undefined,
    names: readonly Name[],
    requirement: string,
    flags: readonly string[] = ["Compat"],
  ) => {
    if (id === undefined)
      return reads(
        packet,
        slug,
        comment,
        body(handshakeFields(undefined, names)),
        { services: namesJson(names) },
        [requirement],
        flags,
      );
    const { fields, json } = keyed(id, names);
    return reads(packet, slug, comment, body(fields), json, [requirement], flags);
  };
  read("empty-name", "A reader takes an empty name.", idOf(publicKey), ["", "echo"], "FLT-PKT-023");
  read("name-twice", "A reader takes a name that stands twice.", undefined, ["echo", "echo"], "FLT-HSK-041");
  read("port-zero", "A peer that cannot be dialed.", idOf(publicKey, IPV4, 0), ["echo"], "FLT-PKT-014");
  const { fields, json } = keyed(idOf(publicKey), ["hello_world", "echo"]);
  reads(
    packet,
    "trailing",
    "Bytes behind the packet are handed on and mean nothing.",
    join(body(fields), fromHex("c0ffee")),
    json,
    ["FLT-PKT-004"],
    [],
    "c0ffee",
  );
  reads(
    packet,
    "anonymous-trailing",
    "What looks like a signature behind no ID is trailing.",
    join(body(handshakeFields(undefined, ["one", "two"])), Buffer.alloc(64, 7)),
    { services: namesJson(["one", "two"]) },
    ["FLT-PKT-004"],
    [],
    "07".repeat(64),
  );
  cuts(packet, twin, fields);
  cuts(packet, anonymous, handshakeFields(undefined, ["one", "two"]), undefined, false);
  for (const value of [2, 127, 128, 255]) {
    refuses(
      packet,
      `has-id-${value}`,
      twin,
      body(replaced(fields, "has-ID", u8(value))),
      `has-ID of ${value}`,
      "RANGE",
      ["FLT-PKT-031"],
      0,
    );
    refuses(
      packet,
      `family-${value}`,
      twin,
      body(replaced(fields, "ID family", u8(value))),
      `family of ${value}`,
      "RANGE",
      ["FLT-PKT-011"],
      33,
    );
  }
  for (const [slug, bad] of [
    ["lone-continuation-byte", "80"],
    ["cut-character", "f09f9a"],
    ["overlong-slash", "c0af"],
    ["overlong-three", "e080af"],
    ["surrogate", "eda080"],
    ["above-unicode", "f4908080"],
    ["byte-ff", "ff"],
  ] as const) {
    const changed = keyed(idOf(publicKey), ["hello_world", fromHex(bad)]).fields;
    refuses(
      packet,
      `name-${slug}`,
      twin,
      body(changed),
      "a second name that is not UTF-8",
      "UTF8",
      ["FLT-PKT-032"],
      offsetOf(changed, "name 2"),
      ["Resigned"],
    );
  }
  return suite;
}
