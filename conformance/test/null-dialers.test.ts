import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterAll, describe, expect, it } from "vitest";
import type { Case } from "../src/case.ts";
import { cases } from "../src/cases/index.ts";
import { parseArguments } from "../src/cli/arguments.ts";
import { runCases } from "../src/cli/run.ts";
import { concat, u8, u32 } from "../src/probe/bytes.ts";
import { derive } from "../src/probe/random.ts";
import { ProbeSession } from "../src/probe/session.ts";
import type { Report } from "../src/report/schema.ts";
import { expectedWait } from "../src/runner/order.ts";
import { type Answer, handshakeReply, sealed } from "./null-servers.ts";

/** What a dialer that does nothing could seem to get right. */
const isNegative = ({ expect: { expect } }: Case): boolean =>
  expect === "closes" || expect === "ignores" || expect === "closes-or";
const ofDialer = cases.filter((one) => one.role === "dialer" && expectedWait(one) < 1500);
/** Those of a close at the end of the bytes are left to the cases: there these dialers are right, as any program on TCP is. */
const negatives = ofDialer.filter((one) => isNegative(one) && !/\/end-/.test(one.id));
/** The kit is dialed by one case at a time, so each program has a third of them, and three programs together have all. */
const third = (number: number): readonly Case[] => negatives.filter((_, index) => index % 3 === number % 3);

/** Programs that dial the kit again as soon as they have lost it, each with manners of its own. */
class Dialers {
  #stopped = false;
  readonly #sockets = new Set<Socket>();
  constructor(port: number, behave: (socket: Socket) => void) {
    const dial = () => {
      if (this.#stopped) return;
      const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
      this.#sockets.add(socket);
      socket.on("error", () => {});
      socket.on("end", () => socket.end());
      socket.on("connect", () => behave(socket));
      socket.on("close", () => {
        this.#sockets.delete(socket);
        setTimeout(dial, 20);
      });
    };
    dial();
  }
  stop(): void {
    this.#stopped = true;
    for (const socket of this.#sockets) socket.destroy();
  }
}

const dialers: Dialers[] = [];
afterAll(() => {
  for (const one of dialers) one.stop();
});

async function freePort(): Promise<number> {
  const server = createServer().listen({ host: "127.0.0.1", port: 0 });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

async function judge(behave: (socket: Socket) => void, which: readonly Case[] = ofDialer): Promise<Report> {
  const port = await freePort();
  dialers.push(new Dialers(port, behave));
  const silent = { write: () => {}, isTTY: false, columns: 80, colors: false };
  return await runCases(parseArguments(["--listen", `127.0.0.1:${port}`, "--timeout", "300ms", "--seed", "1"]), {
    stdout: silent,
    stderr: silent,
    version: "1.0.0",
    cases: which,
    interrupt: new AbortController().signal,
  });
}

let connections = 0;
/** A dialer whose first message is a Handshake without an identity; what comes then is up to `answer`. */
const greeting =
  (answer: Answer) =>
  (socket: Socket): void => {
    const handshake = concat(u32(1), u8(0), handshakeReply(0).subarray(4));
    sealed(socket, new ProbeSession(derive(1, "null dialer", connections++)), answer, [handshake]);
  };

describe.concurrent("a program that dials and is no flatend node", { timeout: 120_000 }, () => {
  it("has cases to be judged by", () => {
    expect(negatives.length).toBeGreaterThan(30);
    expect(new Set([...third(0), ...third(1), ...third(2)]).size).toBe(negatives.length);
  });

  it.each<[string, (socket: Socket) => void]>([
    ["closes at once", (socket) => void socket.end()],
    ["sends back what it gets", (socket) => void socket.pipe(socket)],
    ["speaks HTTP", (socket) => void socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n")],
    ["exchanges keys and closes", (socket) => sealed(socket, new ProbeSession(derive(1, "k")), () => null, [u32(7)])],
  ])("and %s passes nothing", async (_, behave) => {
    const report = await judge(behave);
    expect(report.summary.pass).toBe(0);
    expect(report.summary.error).toBe(0);
    expect([1, 3]).toContain(report.exitCode);
  });

  it.each<[string, number, Answer]>([
    ["says nothing after its Handshake", 0, () => []],
    ["answers everything with a Handshake", 0, ({ seq }) => [handshakeReply(seq)]],
    ["answers everything with noise", 1, ({ index }) => [derive(1, "noise", index)]],
    ["closes on whatever comes", 2, () => null],
  ])("and %s passes no case of what must be refused or ignored", async (_, part, answer) => {
    const report = await judge(greeting(answer), third(part));
    expect(report.cases.filter(({ verdict }) => verdict === "pass").map(({ id }) => id)).toEqual([]);
    expect(report.summary.error).toBe(0);
    expect([1, 3]).toContain(report.exitCode);
  });
});
