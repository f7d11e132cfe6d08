import { describe, expect, it } from "vitest";
import { ConnectionError } from "./index.ts";
import { Bench, dataOf, serviceRequest } from "./testing-only/bench.ts";

const CALL = [serviceRequest(7, "echo"), dataOf(7, 3), dataOf(7, 0)];

function openBench(framesPerTurn: number): Bench {
  return new Bench({ role: "listener", limits: { framesPerTurn } }).open();
}

describe("frames that came at once", () => {
  it("are acted upon so many at a time, in order", () => {
    const bench = openBench(2);
    bench.say(...CALL);
    const [call] = bench.handler.calls;
    expect(call?.received).toBe(3);
    expect(call?.ended).toBe(false);
    expect(bench.connection.hasMore).toBe(true);
    bench.connection.proceed(0);
    expect(call?.ended).toBe(true);
    expect(bench.connection.hasMore).toBe(false);
  });

  it("are acted upon all at once when the peer has ended", () => {
    const bench = openBench(1);
    bench.say(...CALL);
    bench.connection.peerEnded(0);
    expect(bench.handler.calls[0]?.ended).toBe(true);
  });

  it("never wait in numbers: more than one read of a socket is worked off", () => {
    const bench = openBench(1);
    const most = Array.from({ length: 40 }, () => dataOf(7, 2_000));
    bench.say(serviceRequest(7, "echo"), ...most, dataOf(7, 0));
    expect(bench.handler.calls[0]?.ended).toBe(true);
  });

  it("are answered before a connection that has been given up is closed", () => {
    const bench = openBench(1);
    bench.say(serviceRequest(7, "echo"), serviceRequest(9, "echo"));
    bench.connection.abandon(bench.handler.calls[0]!.stream!, 0);
    bench.connection.retire(new ConnectionError("TEST", "given up"), 0);
    expect(bench.connection.state).toBe("retired");
    bench.connection.proceed(0);
    expect(bench.sentInShort()).toContain("ServiceResponse(9, 0)");
  });
});
