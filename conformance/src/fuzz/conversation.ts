// A conversation as plain data: what the kit writes, in order, and what the state tables say must come of it. It holds finished
// plaintexts, so that it replays in any language; only the seal depends on the key the target brings.
import { z } from "zod";

const bytes = z
  .string()
  .regex(/^([0-9a-f]{2})*$/, "expected bytes in lower-case hexadecimal")
  .describe("bytes, hexadecimal");

const message = z.strictObject({
  write: z.literal("message"),
  way: z.string(),
  seq: z.int().min(0).max(0xffff_ffff),
  /** Null: none, as in a reply. */
  opcode: z.int().min(0).max(255).nullable(),
  body: bytes,
  /** Instead of number, opcode and body. */
  plaintext: bytes.optional(),
  /** Sealed with the nonce of this frame counter. */
  counter: z.int().min(0).optional(),
  /** A bit of ciphertext and tag that is inverted, counted from the first. */
  flipBit: z.int().min(0).optional(),
  /** Only so many bytes of the frame, its length field counted, are written. */
  cut: z.int().min(0).optional(),
});

const write = z.discriminatedUnion("write", [
  z.strictObject({ write: z.literal("key"), way: z.string(), key: bytes.optional() }),
  message,
  z.strictObject({ write: z.literal("bytes"), way: z.string(), bytes }),
  z.strictObject({ write: z.literal("end"), way: z.string() }),
]);

const stream = z.strictObject({
  stream: z.int().min(0).max(0xffff_ffff),
  /** What the ServiceResponse says; "either" where the request's end has not been sent. */
  handled: z.boolean(),
  complete: z.boolean(),
});

export const conversationSchema = z.strictObject({
  format: z.literal("flatend-conversation/1"),
  /** The private key of the writer's session, X25519. */
  sessionKey: bytes,
  writes: z.array(write).max(200),
  /** How it must end: `closes` within a second of the last write, or everything answered and the connection open. */
  expect: z.discriminatedUnion("outcome", [
    z.strictObject({ outcome: z.literal("closes"), requirement: z.string(), row: z.string() }),
    z.strictObject({ outcome: z.literal("serves"), streams: z.array(stream) }),
  ]),
});

export type Conversation = z.infer<typeof conversationSchema>;
export type Write = Conversation["writes"][number];
export type StreamOutcome = z.infer<typeof stream>;

/** Frames of a conversation: everything it writes behind the key exchange. */
export function framesOf(conversation: Conversation): number {
  return conversation.writes.filter((one) => one.write === "message" || one.write === "bytes").length;
}

/** One line for each write, for a person. */
export function describeConversation(conversation: Conversation): string[] {
  if (conversation.writes.length === 0) return ["connects and leaves"];
  return conversation.writes.map((one) => {
    if (one.write === "end") return `${one.way}: FIN`;
    if (one.write === "key") return `${one.way}: ${one.key ?? "public key"}`;
    if (one.write === "bytes") return `${one.way}: ${one.bytes.length / 2} bytes ${shorten(one.bytes)}`;
    const content =
      one.plaintext === undefined
        ? `number ${one.seq}, opcode ${one.opcode ?? "none"}, body ${shorten(one.body) || "empty"}`
        : `plaintext ${shorten(one.plaintext) || "empty"}`;
    const seal = [
      one.counter === undefined ? "" : `, sealed as frame ${one.counter}`,
      one.flipBit === undefined ? "" : `, bit ${one.flipBit} inverted`,
      one.cut === undefined ? "" : `, the first ${one.cut} bytes of the frame`,
    ].join("");
    return `${one.way}: ${content}${seal}`;
  });
}

const shorten = (hex: string) => (hex.length > 80 ? `${hex.slice(0, 80)}… (${hex.length / 2} bytes)` : hex);
