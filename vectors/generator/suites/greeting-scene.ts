import { hex } from "../bytes.ts";
import {
  findNodeFields,
  handshakeFields,
  type Id,
  message,
  type Name,
  OPCODE,
  requestFields,
  signedBytes,
} from "../packets.ts";
import { ed25519PublicKey, ed25519Sign } from "../primitives.ts";
import { Suite } from "../suite.ts";
import type { Fields } from "../types.ts";
import { idOf, namesJson } from "./packet.ts";

type Role = "dialer" | "listener";
export interface Reader {
  readonly role: Role;
  readonly ownKey?: Uint8Array;
  /** The key the dialer dialed. */
  readonly dialed?: Uint8Array;
}

/** Who greets whom: the peer's key and its Handshakes, and how a test is added. */
export function greetingScene() {
  const suite = new Suite("greeting", "The Handshakes of a connection: their order, who is who, and what is offered.");
  const group = suite.group(
    "Greeting",
    "All that one side reads from the end of the key exchange on. A dialer's own Handshake, number 1, is pending from the start.",
  );
  const random = suite.random("greeting");
  const [seed, otherSeed, own] = [random.bytes(32), random.bytes(32), ed25519PublicKey(random.bytes(32))];
  const key = ed25519PublicKey(seed);
  const shake = (names: readonly Name[], id: Id = idOf(key), signer = seed) =>
    handshakeFields(id, names, ed25519Sign(signer, signedBytes(id, names)));
  const anonymous = (names: readonly Name[]) => handshakeFields(undefined, names);
  const other = (names: readonly Name[]) => shake(names, idOf(ed25519PublicKey(otherSeed)), otherSeed);
  const asks = (seq: number, fields: ReturnType<typeof shake>) => message(seq, OPCODE.handshake, fields);
  const replies = (fields: ReturnType<typeof shake>, seq = 1) => message(seq, undefined, fields);
  const looks = (seq: number) => message(seq, OPCODE.findNodeRequest, findNodeFields(key));
  const calls = message(0, OPCODE.serviceRequest, requestFields(1, ["echo"], []));

  const input = ({ role, ownKey, dialed }: Reader, messages: readonly Uint8Array[]): Fields => ({
    role,
    ...(ownKey && { ownKey: hex(ownKey) }),
    ...(dialed && { dialed: hex(dialed) }),
    messages: messages.map(hex),
  });
  const valid = (
    reader: Reader,
    slug: string,
    comment: string,
    requirements: readonly string[],
    messages: readonly Uint8Array[],
    expect: {
      readonly peer?: Uint8Array | null;
      readonly offers?: readonly Name[];
      replied?: number[];
      open?: boolean;
    },
    flags: readonly string[] = [],
  ) => {
    const { peer = key, offers = ["echo"], replied = [], open = true } = expect;
    return group.valid("greeting", `${reader.role}-${slug}`, {
      comment,
      requirements,
      flags,
      input: input(reader, messages),
      expect: { peer: peer && hex(peer), offers: namesJson(offers), replied, open },
    });
  };
  const invalid = (
    reader: Reader,
    slug: string,
    change: string,
    kind: string,
    requirements: readonly string[],
    messages: readonly Uint8Array[],
    twin: string,
  ) =>
    group.invalid("greeting", `${reader.role}-${slug}`, {
      comment: change,
      requirements,
      input: input(reader, messages),
      error: { kind, action: "close", at: messages.length - 1 },
      twin,
      change,
    });
  return { suite, seed, own, key, shake, anonymous, other, asks, replies, looks, calls, valid, invalid };
}

export type GreetingScene = ReturnType<typeof greetingScene>;
