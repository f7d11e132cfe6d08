import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Conversation, type Move } from "./testing-only/conversation.ts";
import type { PairOptions } from "./testing-only/pair.ts";

const LIMITS = {
  unreadPerStream: 8_192,
  unread: 16_384,
  output: 8_192,
  replies: 4_096,
  inboundStreams: 4,
  outboundStreams: 6,
};

const network: fc.Arbitrary<PairOptions> = fc.record({
  seed: fc.nat({ max: 0xffff_ffff }),
  maxChunk: fc.constantFrom(7, 100, 3_000, 100_000),
  maxDelay: fc.constantFrom(0, 3, 20),
  capacity: fc.constantFrom(3_000, 20_000, 1_000_000),
  limits: fc.constantFrom(LIMITS, {}, { framesPerTurn: 1 }, { ...LIMITS, framesPerTurn: 3 }),
});

const PEACEFUL = [
  "call",
  "call",
  "callNobody",
  "send",
  "send",
  "send",
  "end",
  "consume",
  "consume",
  "findNode",
  "wait",
];
const RUDE = [...PEACEFUL, ...PEACEFUL, "discard", "abandon", "fail"];
const VIOLENT = [...RUDE, "retire", "close", "silence"];

function moves(kinds: readonly string[]): fc.Arbitrary<Move[]> {
  const move = fc.record({
    who: fc.constantFrom("dialer", "listener"),
    does: fc.constantFrom(...(kinds as Move["does"][])),
    which: fc.nat({ max: 40 }),
    length: fc.oneof(fc.nat({ max: 40 }), fc.nat({ max: 12_000 })),
  });
  return fc.array(move, { maxLength: 40, size: "max" });
}

function play(options: PairOptions, script: readonly Move[]): Conversation {
  const conversation = new Conversation(options);
  for (const move of script) conversation.move(move);
  conversation.windUp();
  conversation.checkEnd();
  return conversation;
}

/** More of them on demand: `RUNS=2000 npx vitest run …`. */
const numRuns = Number(process.env.RUNS ?? 60);

describe("any conversation of two connections, in any pieces", () => {
  it.each([
    ["in which nobody breaks off: every body comes whole", PEACEFUL],
    ["with users who lose interest: no body is shortened, nobody hears more than he may", RUDE],
    ["that may be cut at any point: everybody learns of it, in time", VIOLENT],
  ])("%s", (_, kinds) => {
    fc.assert(
      fc.property(network, moves(kinds), (options, script) => {
        play(options, script);
      }),
      { numRuns },
    );
  });

  it("moves long bodies through small buffers, both ways at once (FLT-STR-014)", () => {
    const conversation = new Conversation({ seed: 5, maxChunk: 1_460, maxDelay: 2, capacity: 20_000, limits: LIMITS });
    const { pair, sides } = conversation;
    const LENGTH = 300_000;
    conversation.move({ who: "dialer", does: "call", which: 0, length: 0 });
    pair.run(100);
    expect(sides).toHaveLength(2);
    for (let round = 0; round < 20_000 && sides.some(({ sentEnd }) => !sentEnd); round++) {
      for (const side of sides) {
        const who = side.end === pair.dialer ? "dialer" : "listener";
        const left = LENGTH - side.sent;
        if (!side.sentEnd && !side.tape.waiting)
          conversation.move({ who, does: left > 0 ? "send" : "end", which: 0, length: Math.min(left, 50_000) });
        conversation.move({ who, does: "consume", which: 0, length: 50_000 });
      }
      pair.run(1);
    }
    conversation.windUp();
    conversation.checkEnd();
    for (const { tape, sent } of sides) expect([sent, tape.received, tape.ended]).toEqual([LENGTH, LENGTH, true]);
  }, 60_000);
});
