import { type CaseText, chapter } from "../../case.ts";
import { anonymous, at, type Change, closes, connect, hex, keyed } from "../../steps/index.ts";

const control = connect(keyed, ["conformance"]);
const bare = connect(anonymous, ["conformance"]);

// A keyed Handshake: has-ID, key 32, family, address 4 or 16, port 2, count, length, name 11, signature 64. What lies behind the
// address is counted from the end, because its length is not known before the target is.
const CUTS: Readonly<Record<string, number>> = {
  "without-has-id": 0,
  "without-id": 1,
  "in-the-public-key": 32,
  "without-family": 33,
  "without-address": 34,
  "in-the-address": 37,
  "without-port": -(64 + 11 + 2 + 2),
  "in-the-port": -(64 + 11 + 2 + 1),
  "without-service-count": -(64 + 11 + 2),
  "without-service": -(64 + 11 + 1),
  "without-name": -(64 + 11),
  "in-the-name": -(64 + 1),
  "without-signature": -64,
  "in-the-signature": -1,
};

function closing(from: typeof control, change: Change, why: string): CaseText {
  return { requires: ["FLT-PKT-003"], why, control: from, change, expect: closes() };
}

const cut = Object.fromEntries(
  Object.entries(CUTS).map(([name, to]): [string, CaseText] => [
    name,
    closing(
      control,
      at("handshake").truncateBody(to),
      `A Handshake that ends ${name.replace(/-/g, " ")} must not make a node read past its end, die, or wait for the rest.`,
    ),
  ]),
);

export default chapter("packet/short-handshake", {
  ...cut,
  "anonymous-without-service-count": closing(
    bare,
    at("handshake").truncateBody(1),
    "A Handshake of one byte is the shortest a stranger can send, and a node that reads the missing count as 0 lets him in.",
  ),
  "anonymous-without-service": closing(
    bare,
    at("handshake").truncateBody(2),
    "A count of one name with none behind it must not become a name made of nothing.",
  ),
  "anonymous-in-the-name": closing(
    bare,
    at("handshake").truncateBody(-1),
    "A name cut short is another name, and a node that takes it offers calls to a service that nobody hosts.",
  ),
  "anonymous-with-too-high-a-count": closing(
    bare,
    at("handshake").patch(1, [255]),
    "A count of 255 names in a body that holds one must not be believed.",
  ),
  "anonymous-with-too-long-a-name": closing(
    bare,
    at("handshake").patch(2, [12]),
    "A name that reaches one byte past the body takes in memory that is not the message's, or the next message.",
  ),
  "id-announced-and-absent": closing(
    bare,
    at("handshake").set({ hasId: 1 }),
    "With has-ID 1 the names are read as a key, and a node that does not look how many bytes are left reads beyond them.",
  ),
  "ipv4-marked-as-ipv6": closing(
    control,
    at("handshake").set({ family: 1, address: hex("7f000001") }),
    "An address of 4 bytes read as one of 16 swallows the names and the start of the signature.",
  ),
});
