import { EventEmitter } from "node:events";
import { Canceller, FlatendError, type NodeEvents, type Provider, type Response } from "flatend";
import { expect, test } from "vitest";
import { MOST_WAITING, Patience, type PatientHost, RETURN_MS } from "./patience.ts";

/** A node without providers until `back`, that has just lost one of `thing`. */
class Host extends EventEmitter<NodeEvents> {
  calls = 0;
  isBack = false;

  providersFor(): Provider[] {
    return [];
  }

  async call(): Promise<Response> {
    this.calls++;
    if (!this.isBack) throw new FlatendError("NO_PROVIDER", "nobody");
    return "answer" as unknown as Response;
  }

  back(services: string[]): void {
    this.emit("peer", { state: "connected", addr: "a", id: undefined, services, outbound: false });
  }
}

function scene(): { host: Host; patience: Patience } {
  const host = new Host();
  const patience = new Patience(host as unknown as PatientHost);
  host.emit("provider", "thing", false);
  return { host, patience };
}

const outcome = (call: Promise<Response>): Promise<string> =>
  call.then(String, (error: FlatendError) => error.code as string);

test("a call is made again when a peer connects that offers its service, and not before", async () => {
  const { host, patience } = scene();
  const call = outcome(patience.call(["other", "thing"]));
  await new Promise(setImmediate);
  host.back(["another"]);
  await new Promise(setImmediate);
  expect(host.calls).toBe(1);
  host.isBack = true;
  host.back(["thing"]);
  expect([await call, host.calls]).toEqual(["answer", 2]);
});

test("so many wait and no more", async () => {
  const { host, patience } = scene();
  const calls = Array.from({ length: MOST_WAITING }, () => outcome(patience.call("thing")));
  await new Promise(setImmediate);
  expect(await outcome(patience.call("thing"))).toBe("NO_PROVIDER");
  host.isBack = true;
  host.back(["thing"]);
  expect(new Set(await Promise.all(calls))).toEqual(new Set(["answer"]));
});

test("what else fails is no reason to wait", async () => {
  const { host, patience } = scene();
  host.call = () => Promise.reject(new FlatendError("UNHANDLED", "refused"));
  expect(await outcome(patience.call("thing"))).toBe("UNHANDLED");
});

test("services are remembered in a bounded number, the last ones", async () => {
  const { host, patience } = scene();
  for (let i = 0; i < 1_023; i++) host.emit("provider", `s${i}`, false);
  const kept = outcome(patience.call("thing"));
  await new Promise(setImmediate);
  host.emit("provider", "one more", false);
  expect(await outcome(patience.call("thing"))).toBe("NO_PROVIDER");
  expect(host.calls).toBe(2);
  host.isBack = true;
  host.back(["thing"]);
  expect(await kept).toBe("answer");
});

test("who leaves makes room at once", async () => {
  const started = performance.now();
  const { host, patience } = scene();
  const leaving = new Canceller();
  const calls = Array.from({ length: MOST_WAITING }, () => outcome(patience.call("thing", { canceller: leaving })));
  await new Promise(setImmediate);
  leaving.cancel();
  expect(new Set(await Promise.all(calls))).toEqual(new Set(["NO_PROVIDER"]));
  const call = outcome(patience.call("thing"));
  await new Promise(setImmediate);
  host.isBack = true;
  host.back(["thing"]);
  expect(await call).toBe("answer");
  expect(performance.now() - started).toBeLessThan(RETURN_MS);
});
