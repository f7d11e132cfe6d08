import { describe, expect, it } from "vitest";
import { ConnectionError } from "./index.ts";
import { Bench, dataOf, findNode, serviceRequest, serviceResponse } from "./testing-only/bench.ts";
import { Pair } from "./testing-only/pair.ts";
import { Tape } from "./testing-only/tape.ts";

const OWN = 0x8000_0001;
const REASON = new ConnectionError("TEST", "by the test");

/** A dialer with one call under way, its request complete, beside a stream that keeps a retired connection open. */
function called(): { bench: Bench; tape: Tape } {
  const bench = new Bench({ role: "dialer" }).open();
  bench.say(serviceRequest(6, "echo"), dataOf(6, 0));
  const tape = new Tape();
  bench.connection.endData(bench.connection.openStream(["echo"], [], tape, 0), 0);
  bench.sent();
  return { bench, tape };
}

/** Nothing happens up to a moment before, and it has happened at the moment. */
function expectAt(bench: Bench, ms: number, happened: () => boolean): void {
  bench.advance(ms - 1);
  expect(happened()).toBe(false);
  bench.advance(1);
  expect(happened()).toBe(true);
}

describe("limits of time, driven from deadline to deadline", () => {
  it("an answer: 30 s after the request (FLT-STR-016)", () => {
    const { bench, tape } = called();
    expectAt(bench, 30_000, () => tape.lost?.requirement === "FLT-STR-016");
    expect(bench.handler.retired).toBe(tape.lost);
    expect(bench.connection.state).toBe("retired");
  });

  it("a response body: 30 s after its last byte (FLT-STR-017)", () => {
    const { bench, tape } = called();
    bench.advance(20_000);
    bench.say(serviceResponse(OWN, true));
    bench.advance(20_000);
    bench.say(dataOf(OWN, 5));
    bench.connection.consumed(tape.stream!, 5, bench.now);
    expectAt(bench, 30_000, () => tape.lost?.requirement === "FLT-STR-017");
  });

  it("a response body whose user has not taken it waits for the user, however long", () => {
    const { bench, tape } = called();
    bench.say(serviceResponse(OWN, true), dataOf(OWN, 5));
    bench.advance(100_000);
    expect(tape.lost).toBeUndefined();
    bench.connection.consumed(tape.stream!, 0, bench.now);
    bench.connection.consumed(tape.stream!, 5, bench.now);
    expectAt(bench, 30_000, () => tape.lost?.requirement === "FLT-STR-017");
  });

  it("a request body: 30 s after its last byte (FLT-STR-059)", () => {
    const bench = new Bench({ role: "listener" }).open();
    bench.say(serviceRequest(7, "echo"));
    const [tape] = bench.handler.calls;
    bench.advance(10_000);
    bench.say(dataOf(7, 1));
    bench.connection.consumed(tape!.stream!, 1, bench.now);
    expectAt(bench, 30_000, () => tape!.lost?.requirement === "FLT-STR-059");
  });

  it("a handler may take as long as it likes once it has the request", () => {
    const bench = new Bench({ role: "listener" }).open();
    bench.say(serviceRequest(7, "echo"), dataOf(7, 0));
    bench.advance(1_000_000);
    expect(bench.handler.calls[0]!.lost).toBeUndefined();
    expect(bench.connection.state).toBe("open");
    expect(bench.connection.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  it("an abandoned response: 10 s, however much comes (FLT-STR-058)", () => {
    const { bench, tape } = called();
    bench.say(serviceResponse(OWN, true));
    bench.advance(5_000);
    bench.connection.abandon(tape.stream!, bench.now);
    tape.abandoned = true;
    for (let second = 0; second < 9; second++) {
      bench.advance(1_000);
      bench.say(dataOf(OWN, 100));
    }
    expectAt(bench, 1_000, () => bench.handler.retired?.requirement === "FLT-STR-058");
  });

  it("a retired connection: 10 s, unless it has nothing left to do before (FLT-STR-054, FLT-STR-055)", () => {
    const { bench, tape } = called();
    bench.connection.retire(REASON, bench.now);
    expectAt(bench, 10_000, () => bench.handler.closed === REASON);
    expect(tape.lost).toBe(REASON);
    const idle = new Bench({ role: "dialer" }).open();
    idle.sent();
    idle.connection.retire(REASON, 0);
    expect(idle.handler.closed).toBe(REASON);
  });

  it("a retired connection refuses new calls and serves the old ones to their end (FLT-STR-052, FLT-STR-053, FLT-STR-056)", () => {
    const { bench, tape } = called();
    bench.connection.retire(REASON, bench.now);
    bench.say(serviceRequest(8, "echo"));
    expect(bench.sentInShort()).toEqual(["ServiceResponse(8, 0)"]);
    expect(() => bench.connection.openStream(["echo"], [], new Tape(), 0)).toThrow(/retired/);
    bench.say(dataOf(8, 0), serviceResponse(OWN, true), dataOf(OWN, 1), dataOf(OWN, 0));
    expect(tape.finished).toBe(true);
    bench.connection.endData(bench.handler.calls[0]!.stream!, bench.now);
    expect(bench.connection.state).toBe("retired");
    // The last bytes leave, and there is nothing more to wait for.
    expect(bench.sentInShort()).toEqual(["ServiceResponse(6, 1)", "Data(6, 0)"]);
    expect(bench.handler.closed).toBe(REASON);
  });

  it("a FindNodeRequest: 5 s, and a reply that comes later is ignored (FLT-RPC-020, FLT-RPC-011)", () => {
    const bench = new Bench({ role: "dialer" }).open();
    const results: (string | number)[] = [];
    const ask = (): void =>
      bench.connection.findNode(
        new Uint8Array(32),
        ({ closest, error }) => results.push(closest?.length ?? error?.requirement ?? "?"),
        bench.now,
      );
    ask();
    expectAt(bench, 5_000, () => results.length === 1);
    ask();
    bench.reply(3, Uint8Array.of(0));
    bench.reply(5, Uint8Array.of(0));
    expect(results).toEqual(["FLT-RPC-020", 0]);
    ask();
    bench.reply(7, Uint8Array.of(9));
    expect(results).toEqual(["FLT-RPC-020", 0, "FLT-RPC-021"]);
    expect(bench.handler.closed?.requirement).toBe("FLT-RPC-021");
  });

  it("bytes that wait: 30 s without one of them leaving (FLT-SES-044)", () => {
    const bench = new Bench({ role: "listener" }).open();
    bench.say(serviceRequest(7, "echo"), dataOf(7, 0));
    bench.connection.sendData(bench.handler.calls[0]!.stream!, new Uint8Array(100), 0);
    bench.takeOutput();
    bench.advance(29_000);
    bench.written(1);
    bench.advance(29_000);
    bench.written(1);
    expectAt(bench, 30_000, () => bench.handler.closed?.requirement === "FLT-SES-044");
  });

  it("a key exchange: 5 s, not begun anew by a byte (FLT-SES-011)", () => {
    for (const role of ["dialer", "listener"] as const) {
      const bench = new Bench({ role });
      bench.takeOutput();
      bench.written();
      bench.advance(4_000);
      bench.connection.receive(new Uint8Array(31), bench.now);
      expectAt(bench, 1_000, () => bench.handler.closed?.requirement === "FLT-SES-011");
    }
  });
});

describe("bounds of memory", () => {
  it("a user who takes nothing stops the reading, and loses no byte (FLT-STR-070 to FLT-STR-073)", () => {
    const bench = new Bench({ role: "listener" }).open();
    bench.say(serviceRequest(7, "echo"));
    const [tape] = bench.handler.calls;
    const LENGTH = 2_048;
    for (let count = 0; count < 512; count++) bench.say(dataOf(7, LENGTH));
    expect(tape!.received).toBe(1_048_576);
    expect(bench.connection.readPaused).toBe(false);
    bench.say(dataOf(7, LENGTH), dataOf(7, LENGTH), dataOf(7, 0));
    expect(bench.connection.readPaused).toBe(true);
    expect(tape!.received).toBe(1_048_576 + LENGTH);
    bench.advance(500_000);
    bench.connection.consumed(tape!.stream!, 600_000, bench.now);
    expect(bench.connection.readPaused).toBe(false);
    expect(tape).toMatchObject({ received: 1_048_576 + 2 * LENGTH, ended: true });
    expect(bench.handler.log.filter((item) => /pause|resume/.test(item))).toEqual(["pause", "resume"]);
  });

  it("a peer that asks and never reads is read no further (FLT-SES-046)", () => {
    const bench = new Bench({ role: "listener", limits: { output: 4_000, replies: 4_000 } }).open();
    let asked = 0;
    while (!bench.connection.readPaused && asked < 10_000) {
      bench.say(findNode(2 * asked + 3));
      asked++;
    }
    expect(bench.connection.bufferedOutput).toBeLessThan(8_100);
    const waiting = bench.connection.bufferedOutput;
    for (let more = 0; more < 50; more++) bench.say(findNode(99_999));
    expect(bench.connection.bufferedOutput).toBe(waiting);
    // As they leave, the rest is answered.
    let replies = 0;
    for (let round = 0; round < 200; round++) replies += bench.sent().length;
    expect(replies).toBe(asked + 50);
  });

  it("refused requests that never end are counted, and too many close (FLT-ERR-005)", () => {
    const bench = new Bench({ role: "listener", limits: { refusedStreams: 10 } }).open();
    for (let stream = 0; stream < 10; stream++) bench.say(serviceRequest(stream, "nobody"));
    expect(bench.connection.state).toBe("open");
    bench.say(serviceRequest(10, "nobody"));
    expect(bench.handler.closed?.requirement).toBe("FLT-ERR-005");
  });

  it("streams beyond the limit are refused, and served again when one has ended (FLT-STR-075)", () => {
    const bench = new Bench({ role: "listener", limits: { inboundStreams: 2 } }).open();
    bench.say(serviceRequest(1, "echo"), serviceRequest(3, "echo"), serviceRequest(5, "echo"), dataOf(5, 0));
    expect(bench.sentInShort()).toEqual(["ServiceResponse(5, 0)"]);
    bench.say(dataOf(1, 0));
    bench.connection.endData(bench.handler.calls[0]!.stream!, 0);
    bench.sent();
    bench.say(serviceRequest(5, "echo"));
    expect(bench.handler.calls).toHaveLength(3);
  });
});

describe("a pair of connections", () => {
  it("that falls silent on one side closes or loses its streams on both in time", () => {
    for (const who of ["dialer", "listener"] as const) {
      const pair = new Pair({ seed: 3 }).open();
      const { connection, handler } = pair[who];
      const tape = new Tape();
      connection.endData(connection.openStream(["echo"], [], tape, pair.now), pair.now);
      pair.run(100);
      const far = who === "dialer" ? pair.listener : pair.dialer;
      far.silent = true;
      far.connection.endData(far.handler.calls[0]!.stream!, pair.now);
      const before = pair.now;
      pair.run(29_000);
      expect(tape.lost).toBeUndefined();
      pair.run(2_000);
      expect(tape.lost?.code).toBe("RESPONSE_TIMEOUT");
      expect(handler.closed).toBeDefined();
      expect(pair.now - before).toBe(31_000);
    }
  });
});
