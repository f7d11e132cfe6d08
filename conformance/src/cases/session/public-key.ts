import { type CaseText, chapter } from "../../case.ts";
import { anonymous, at, closes, dial, exchangeKeys, handshake, hex, succeeds } from "../../steps/index.ts";

const control = [dial(), exchangeKeys(), handshake(anonymous)];

/** The points of small order on Curve25519 and its twist, by their u coordinate, with p = 2^255 − 19. */
const LOW_ORDER: Readonly<Record<string, string>> = {
  zero: "00".repeat(32),
  one: `01${"00".repeat(31)}`,
  "order-eight": "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "order-eight-other": "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  "p-minus-one": `ec${"ff".repeat(30)}7f`,
  p: `ed${"ff".repeat(30)}7f`,
  "p-plus-one": `ee${"ff".repeat(30)}7f`,
  "zero-with-high-bit": `${"00".repeat(31)}80`,
};

const lowOrder = Object.fromEntries(
  Object.entries(LOW_ORDER).map(([name, key]): [string, CaseText] => [
    `low-order-${name}`,
    {
      requires: ["FLT-SES-008", "FLT-SES-007"],
      why: `With the key ${name.replace(/-/g, " ")} the secret is zero for everybody, so the connection hides nothing and proves nothing.`,
      control,
      change: at("key").key(hex(key)),
      expect: closes(),
    },
  ]),
);

export default chapter("session/public-key", {
  ...lowOrder,
  "most-significant-bit-set": {
    requires: ["FLT-SES-007"],
    why: "Libraries disagree on the spare bit of a key, and two nodes that do cannot open each other's frames.",
    control,
    change: at("key").key("high-bit"),
    expect: succeeds(),
  },
  "not-canonical": {
    requires: ["FLT-SES-007"],
    why: "Two nodes that reduce a key differently arrive at different secrets and cannot open each other's frames.",
    control,
    change: at("key").key("base-point-plus-p"),
    expect: succeeds(),
  },
});
