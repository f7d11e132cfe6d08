import { describe, expect, it } from "vitest";
import { ConnectionError } from "./index.ts";
import { Bench, dataOf, findNode, serviceRequest, serviceResponse } from "./testing-only/bench.ts";
import { Tape } from "./testing-only/tape.ts";

const REASON = new ConnectionError("TEST", "closed by the test");
const OWN = 0x8000_0001;

describe("operations in the middle of callbacks", () => {
  it("ending a response in onEnd finishes the stream once, and counts it once", () => {
    const bench = new Bench({ role: "listener", limits: { inboundStreams: 1, refusedStreams: 3 } }).open();
    bench.handler.decide = (tape) => {
      tape.action = ({ stream }, event) => event === "end" && bench.connection.endData(stream!, bench.now);
      return tape;
    };
    for (let round = 0; round < 10; round++) {
      bench.say(serviceRequest(7, "echo"), dataOf(7, 3), dataOf(7, 0));
      expect(bench.connection.inboundStreams).toBe(0);
      expect(bench.sentInShort()).toEqual(["ServiceResponse(7, 1)", "Data(7, 0)"]);
    }
    expect(bench.handler.calls.every(({ finished }) => finished)).toBe(true);
    // A second stream at a time is one too many, as it was at first.
    bench.say(serviceRequest(7, "echo"), serviceRequest(9, "echo"));
    expect(bench.sentInShort()).toEqual(["ServiceResponse(9, 0)"]);
    expect(bench.connection.state).toBe("open");
  });

  it("ending a request in onEnd finishes the call once", () => {
    const bench = new Bench({ role: "dialer" }).open();
    const tape = new Tape();
    tape.action = ({ stream }, event) => event === "end" && bench.connection.endData(stream!, bench.now);
    bench.connection.openStream(["echo"], [], tape, 0);
    bench.say(serviceResponse(OWN, true), dataOf(OWN, 0));
    expect(tape.finished).toBe(true);
    expect(bench.connection.outboundStreams).toBe(0);
    expect(bench.connection.activeStreams).toBe(0);
  });

  it.each(["answer", "data", "end", "lost", "finished"] as const)("abandoning in %s ends the callbacks", (when) => {
    for (const requestEnded of [true, false]) {
      for (const handled of [true, false]) {
        const bench = new Bench({ role: "dialer" }).open();
        const tape = new Tape();
        tape.action = ({ stream }, event) => {
          if (event !== when) return;
          bench.connection.abandon(stream!, bench.now);
          tape.abandoned = true;
        };
        const stream = bench.connection.openStream(["echo"], [], tape, 0);
        if (requestEnded) bench.connection.endData(stream, 0);
        const more = handled ? [dataOf(OWN, 3), dataOf(OWN, 3), dataOf(OWN, 0)] : [];
        bench.say(serviceResponse(OWN, handled), ...more);
        bench.sent();
        bench.connection.close(REASON, 0);
      }
    }
  });

  it("abandoning a stream while another is told of the close ends its callbacks too", () => {
    const bench = new Bench({ role: "dialer" }).open();
    const tapes = [new Tape(), new Tape()];
    const streams = tapes.map((tape) => bench.connection.openStream(["echo"], [], tape, 0));
    tapes[0]!.action = () => {
      bench.connection.abandon(streams[1]!, 0);
      tapes[1]!.abandoned = true;
    };
    bench.connection.close(REASON, 0);
    expect(tapes[0]!.lost).toBe(REASON);
    expect(tapes[1]!.lost).toBeUndefined();
  });

  it.each(["peer", "open", "call", "answer", "data", "end", "retired", "writable"])(
    "closing in %s ends everything",
    (when) => {
      const bench = new Bench({ role: "dialer", limits: { output: 4_096 } });
      const close = (): void => bench.connection.close(REASON, bench.now);
      const { handler } = bench;
      const tape = new Tape();
      const { onPeer, onOpen, onRetired } = handler;
      handler.onPeer = (...args) => {
        onPeer.apply(handler, args);
        if (when === "peer") close();
      };
      handler.onOpen = () => {
        onOpen.apply(handler);
        if (when === "open") close();
      };
      handler.onRetired = (...args) => {
        onRetired.apply(handler, args);
        if (when === "retired") close();
      };
      handler.decide = (served) => {
        if (when === "call") close();
        return served;
      };
      tape.action = (_, event) => event === when && close();
      bench.open();
      if (!handler.closed) {
        const stream = bench.connection.openStream(["echo"], [], tape, 0);
        tape.waiting = true;
        bench.connection.sendData(stream, new Uint8Array(10_000), 0);
        bench.sent();
        bench.say(serviceRequest(6, "echo"), serviceResponse(OWN, true), dataOf(OWN, 3), dataOf(OWN, 0), findNode(2));
        bench.connection.retire(REASON, 0);
        if (when !== "retired") bench.connection.close(REASON, 0);
      }
      expect(handler.closed).toBe(REASON);
      expect(handler.log.filter((item) => item === "closed")).toHaveLength(1);
      expect(bench.connection.activeStreams).toBe(0);
      expect(bench.connection.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    },
  );

  it("discarding a response drops its body, and neither its answer nor its finish", () => {
    for (const handled of [true, false]) {
      const bench = new Bench({ role: "dialer" }).open();
      const tape = new Tape();
      const stream = bench.connection.openStream(["echo"], [], tape, 0);
      tape.discarded = true;
      bench.connection.discard(stream, 0);
      bench.connection.sendData(stream, new Uint8Array(9), 0);
      bench.say(serviceResponse(OWN, handled), ...(handled ? [dataOf(OWN, 3), dataOf(OWN, 0)] : []));
      if (handled) bench.connection.endData(stream, 0);
      expect(tape.answer?.handled).toBe(handled);
      expect(tape).toMatchObject({ received: 0, ended: false, finished: true });
      expect(bench.connection.unread).toBe(0);
    }
  });

  it("consuming in onData lets reading go on without a word too many", () => {
    const bench = new Bench({ role: "listener", limits: { unreadPerStream: 4_096, unread: 8_192 } }).open();
    bench.handler.decide = (tape, stream) => {
      tape.action = (_, event) => event === "data" && bench.connection.consumed(stream, 2_048, bench.now);
      return tape;
    };
    const messages = Array.from({ length: 50 }, () => dataOf(7, 2_048));
    bench.say(serviceRequest(7, "echo"), ...messages, dataOf(7, 0));
    expect(bench.handler.calls[0]).toMatchObject({ received: 50 * 2_048, ended: true });
    expect(bench.connection.unread).toBe(0);
    expect(bench.connection.readPaused).toBe(false);
  });
});

describe("deadlines", () => {
  it("are set again for a stream that waited for room and then ended its body (FLT-STR-016)", () => {
    const bench = new Bench({ role: "dialer", limits: { output: 4_096 } }).open();
    const tape = new Tape();
    tape.waiting = true;
    const stream = bench.connection.openStream(["echo"], [], tape, 0);
    expect(bench.connection.sendData(stream, new Uint8Array(9_000), 0)).toBeLessThan(9_000);
    bench.connection.endData(stream, 0);
    bench.takeOutput();
    // The peer takes one byte now and then, so that the output waits long without being stalled.
    for (let round = 0; round < 4; round++) {
      bench.advance(20_000);
      bench.written(1);
    }
    expect(tape.lost).toBeUndefined();
    bench.written();
    bench.advance(60_001);
    expect(tape.lost?.code).toBe("RESPONSE_TIMEOUT");
  });

  it("of an answer run from when the request has left, not from when it was queued (FLT-STR-016)", () => {
    for (const left of [10_000, 29_000, 31_000, 59_000]) {
      const bench = new Bench({ role: "dialer" }).open();
      const tape = new Tape();
      const stream = bench.connection.openStream(["echo"], [], tape, 0);
      bench.connection.endData(stream, 0);
      bench.takeOutput();
      for (let at = 10_000; at < left; at += 10_000) {
        bench.advance(at - bench.now);
        bench.written(1);
      }
      bench.advance(left - bench.now);
      bench.written();
      bench.advance(29_999);
      expect(tape.lost).toBeUndefined();
      bench.advance(1_001);
      expect(tape.lost?.code).toBe("RESPONSE_TIMEOUT");
    }
  });
});
