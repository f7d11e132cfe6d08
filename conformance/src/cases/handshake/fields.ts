import { type CaseText, chapter } from "../../case.ts";
import { anonymous, at, closes, connect, expectServed, hex, keyed, succeeds, utf8 } from "../../steps/index.ts";

const control = [connect(keyed, ["conformance"]), expectServed()];
const plain = [connect(anonymous, ["conformance"]), expectServed()];

const hasId = Object.fromEntries(
  [2, 3, 127, 128, 255].map((value): [string, CaseText] => [
    `has-id-${value}`,
    {
      requires: ["FLT-PKT-031"],
      why: "A flag read as true by one node and as false by another gives the same bytes two meanings.",
      control,
      change: at("handshake").set({ hasId: value }),
      expect: closes(),
    },
  ]),
);
const family = Object.fromEntries(
  [2, 4, 6, 255].map((value): [string, CaseText] => [
    `family-${value}`,
    {
      requires: ["FLT-PKT-011"],
      why: "Who guesses the length of an address of an unknown kind reads everything behind it wrong.",
      control,
      change: at("handshake").set({ family: value, address: hex("00000000000000000000000000000001") }),
      expect: closes(),
    },
  ]),
);
const accepted = (
  why: string,
  requirement: CaseText["requires"][0],
  change: NonNullable<CaseText["change"]>,
): CaseText => ({
  requires: [requirement],
  why,
  control,
  change,
  expect: succeeds(),
});
const notUtf8 = (why: string, name: Uint8Array): CaseText => ({
  requires: ["FLT-PKT-032"],
  why,
  control,
  change: at("handshake").set({ services: [name] }),
  expect: closes(),
});

export default chapter("handshake/fields", {
  ...hasId,
  ...family,
  "anonymous-has-id-2": {
    requires: ["FLT-PKT-031"],
    why: "An anonymous Handshake behind a flag that is neither is not an anonymous Handshake.",
    control: plain,
    change: at("handshake").set({ hasId: 2 }),
    expect: closes(),
  },
  "ipv6-address": accepted(
    "A peer on a network without IPv4 has no other address to give.",
    "FLT-PKT-012",
    at("handshake").set({ address: hex("20010db8000000000000000000000001") }),
  ),
  "ipv4-mapped-into-ipv6": {
    requires: ["FLT-PKT-012", "FLT-CMP-002"],
    why: "The Go original writes nearly every IPv4 address in this form.",
    control,
    change: at("handshake").set({ address: "mapped" }),
    expect: succeeds(),
  },
  "unspecified-address": accepted(
    "A node that was bound to all addresses announces 0.0.0.0 and is a peer all the same.",
    "FLT-DHT-051",
    at("handshake").set({ address: hex("00000000") }),
  ),
  "port-zero": accepted(
    "A peer that cannot be dialed can still call and be called.",
    "FLT-PKT-014",
    at("handshake").set({ port: 0 }),
  ),
  "empty-name": accepted(
    "An empty name is nobody's service, and no reason to lose a peer.",
    "FLT-PKT-023",
    at("handshake").set({ services: ["", "conformance"] }),
  ),
  "name-twice": accepted(
    "Go lists its services in the order of a map, and a sloppy peer lists one twice.",
    "FLT-HSK-041",
    at("handshake").set({ services: ["conformance", "conformance"] }),
  ),
  "name-of-255-bytes": accepted(
    "The longest name there is must not be the one that breaks the parser.",
    "FLT-HSK-041",
    at("handshake").set({ services: ["n".repeat(255)] }),
  ),
  "marker-name": accepted(
    "Later versions announce themselves by names that begin with a tilde, and must find peers that let them.",
    "FLT-HSK-043",
    at("handshake").set({ services: ["~flatend/1.1", "conformance"] }),
  ),
  "name-in-many-scripts": accepted(
    "Names are text, in any script, and counted in bytes.",
    "FLT-HSK-021",
    at("handshake").set({ services: ["größe", "サービス", "🚀"] }),
  ),
  "names-of-the-language": accepted(
    "A node that keeps services in an object of its language dies of a peer that offers these.",
    "FLT-HSK-041",
    at("handshake").set({ services: ["__proto__", "constructor", "toString", "hasOwnProperty"] }),
  ),
  "no-names": accepted(
    "A client that offers nothing is a peer too.",
    "FLT-HSK-041",
    at("handshake").set({ services: [] }),
  ),
  "255-names": {
    requires: ["FLT-HSK-045"],
    why: "The count has one byte; a reader that takes it for signed, or stops at 127, loses every larger peer.",
    control,
    change: at("handshake").set({ services: Array.from({ length: 255 }, (_, i) => `service-${i}`) }),
    expect: succeeds(),
  },
  "frame-filled-with-names": {
    requires: ["FLT-HSK-045", "FLT-SES-022"],
    why: "The largest Handshake that fits a frame is a legal one.",
    control,
    // 4 number, 1 opcode, 40 ID, 1 count, 64 signature: 3,970 bytes are left for names and their lengths.
    change: at("handshake").set({
      services: [...Array.from({ length: 15 }, (_, i) => `${i}`.padEnd(255, "n")), "n".repeat(129)],
    }),
    expect: succeeds(),
  },
  "anonymous-255-names": {
    requires: ["FLT-HSK-045"],
    why: "What holds for peers with a key holds for those without.",
    control: plain,
    change: at("handshake").set({ services: Array.from({ length: 255 }, (_, i) => `service-${i}`) }),
    expect: succeeds(),
  },
  "name-with-a-lone-continuation-byte": notUtf8(
    "Bytes that are no text become different names in each language that tries.",
    hex("6180"),
  ),
  "name-cut-in-a-character": notUtf8(
    "A name cut in the middle of a character is a name nobody can type.",
    hex("61f09f9a"),
  ),
  "name-with-an-overlong-form": notUtf8(
    "An overlong form is a second spelling that slips past comparisons.",
    hex("c0af"),
  ),
  "name-with-a-surrogate": notUtf8("A lone surrogate is no character, and some decoders let it pass.", hex("eda080")),
  "name-above-unicode": notUtf8("Beyond U+10FFFF there is nothing to read.", hex("f4908080")),
  "name-with-a-byte-order-mark": accepted(
    "A decoder that swallows a byte order mark verifies the signature over other bytes than were signed.",
    "FLT-HSK-021",
    at("handshake").set({ services: [new Uint8Array([0xef, 0xbb, 0xbf, ...utf8("conformance")])] }),
  ),
});
