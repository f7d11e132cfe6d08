import type { Socket } from "node:net";
import { afterAll, describe, expect, it } from "vitest";
import type { Case } from "../src/case.ts";
import { cases as allCases } from "../src/cases/index.ts";
import { parseArguments } from "../src/cli/arguments.ts";
import { runCases } from "../src/cli/run.ts";
import { concat, u32 } from "../src/probe/bytes.ts";
import { derive } from "../src/probe/random.ts";
import type { Report } from "../src/report/schema.ts";
import { expectedWait } from "../src/runner/order.ts";
import {
  closedPort,
  handshakeReply,
  httpServer,
  type NullServer,
  refusal,
  sealedServer,
  tcpServer,
} from "./null-servers.ts";

/** Those about gateways have null targets of their own. */
const cases = allCases.filter(({ role }) => role !== "gateway");

/** What a node must not do, or must leave without an answer: all that a target which does nothing could seem to get right. */
const isNegative = ({ expect: { expect } }: Case): boolean =>
  expect === "closes" || expect === "ignores" || expect === "closes-or";

const fileOf = ({ id }: Case): string => id.slice(0, id.lastIndexOf("/"));
/** Of each file of cases two negative ones and one other, so that every chapter is there however many cases it has. */
const selection = [...new Set(cases.map(fileOf))].flatMap((path) => {
  const file = cases.filter((one) => fileOf(one) === path);
  return [
    ...file.filter(isNegative).slice(0, 2),
    ...file.filter((one) => !isNegative(one) && !one.exclusive).slice(0, 1),
  ];
});

/** Negative cases that neither wait long nor want the target for themselves: at most so many, evenly from all. */
const MOST = 200;
const quick = cases.filter((one) => isNegative(one) && !one.exclusive && expectedWait(one) < 1000);
const quickNegatives = quick.filter((_, index) => index % Math.ceil(quick.length / MOST) === 0);

const started: NullServer[] = [];
afterAll(async () => {
  await Promise.all(started.map((server) => server.stop()));
});

async function judge(server: Promise<NullServer>, which: readonly Case[] = selection): Promise<Report> {
  const { port, stop } = await server;
  started.push({ port, stop });
  const silent = { write: () => {}, isTTY: false, columns: 80, colors: false };
  const args = ["--target", `127.0.0.1:${port}`, "--timeout", "300ms", "--concurrency", "64", "--seed", "1"];
  return await runCases(parseArguments(args), {
    stdout: silent,
    stderr: silent,
    version: "1.0.0",
    cases: which,
    interrupt: new AbortController().signal,
  });
}

function passedNegatives(report: Report): string[] {
  const negative = new Set(cases.filter(isNegative).map(({ id }) => id));
  return report.cases.filter(({ id, verdict }) => verdict === "pass" && negative.has(id)).map(({ id }) => id);
}

describe("the selection", () => {
  it("has negative cases of most chapters and stays a selection", () => {
    const chapters = (which: readonly Case[]) => new Set(which.map(({ id }) => id.split("/")[0]));
    expect(chapters(selection)).toEqual(chapters(cases));
    expect(chapters(selection.filter(isNegative)).size).toBeGreaterThan(6);
    expect(selection.length).toBeLessThan(250);
  });
});

describe.concurrent("a target that is no flatend node", { timeout: 90_000 }, () => {
  it("cannot be reached where nothing listens", async () => {
    const report = await judge(closedPort());
    expect(report.exitCode).toBe(4);
    expect(report.cases).toEqual([]);
    expect(report.problems.join()).toMatch(/nothing accepts connections at 127\.0\.0\.1:\d+/);
  });

  it.each([
    ["says nothing", () => tcpServer(() => {})],
    ["closes at once", () => tcpServer((socket) => socket.end())],
    ["resets at once", () => tcpServer((socket) => socket.resetAndDestroy())],
    ["sends back what it gets", () => tcpServer((socket) => socket.pipe(socket))],
    ["sends a flood", () => tcpServer((socket) => void flood(socket))],
    ["speaks HTTP", () => httpServer()],
    ["closes after the key exchange", () => sealedServer(() => null)],
    ["exchanges keys and says nothing more", () => sealedServer(() => [])],
    ["answers every message with random ones", () => sealedServer(({ index }) => randomMessages(index))],
    ["replies with another number", () => sealedServer(({ seq }) => [handshakeReply(seq + 2)])],
  ])("and %s fails or is left undecided in every case", async (_, server) => {
    const report = await judge(server());
    // A reset may come so early that no connection was ever there.
    expect([1, 3, 4]).toContain(report.exitCode);
    expect(report.summary.pass).toBe(0);
    expect(report.summary.error).toBe(0);
    expect(report.problems.length).toBeGreaterThan(0);
  });

  it.each([
    [
      "answers every number with a Handshake",
      () => sealedServer(({ seq }) => [seq === 0 ? refusal : handshakeReply(seq)]),
    ],
    [
      "answers the first message and closes on the second",
      () => sealedServer(({ seq, index }) => (index === 0 ? [handshakeReply(seq)] : null)),
    ],
    [
      "answers the first message and none after it",
      () => sealedServer(({ seq, index }) => (index === 0 ? [handshakeReply(seq)] : [])),
    ],
  ])("and %s passes no case of what must be refused or ignored", async (_, server) => {
    const report = await judge(server(), quickNegatives);
    expect(passedNegatives(report)).toEqual([]);
    expect([1, 3]).toContain(report.exitCode);
    expect(report.summary.error).toBe(0);
  });
});

async function flood(socket: Socket): Promise<void> {
  const bytes = new Uint8Array(65_536).fill(1);
  const more = () => {
    while (!socket.destroyed && socket.write(bytes));
  };
  socket.on("drain", more);
  more();
}

/** Up to three plaintexts of up to 64 bytes, the same in each run. */
function randomMessages(index: number): Uint8Array[] {
  const bytes = derive(1, "random messages", index);
  return Array.from({ length: (bytes[0] ?? 0) % 4 }, (_, i) => {
    const text = concat(bytes, derive(1, "more", index));
    return concat(u32((bytes[i] ?? 0) % 8), text.subarray(4, 4 + ((bytes[i + 4] ?? 0) % 60)));
  });
}
