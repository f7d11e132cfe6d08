import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { type Case, type CaseText, chapter } from "../src/case.ts";
import { parseArguments } from "../src/cli/arguments.ts";
import { runCases } from "../src/cli/run.ts";
import type { CaseReport, Report } from "../src/report/schema.ts";
import {
  anonymous,
  at,
  closes,
  connect,
  data,
  end,
  expectReply,
  expectResponse,
  findNode,
  pattern,
  request,
  send,
  succeeds,
} from "../src/steps/index.ts";

const program = fileURLToPath(new URL("./fixtures/mortal-node.mjs", import.meta.url));
const exec = ["--exec", `${process.execPath} ${program} {bind}`];

const base = { requires: ["FLT-SES-023"], why: "It shows whose doing a death is." } as const;
/** Right with any node. */
const good: CaseText = {
  ...base,
  control: [connect(anonymous), send(findNode()), expectReply("find-node-response")],
  expect: succeeds(),
};
/** Calls a service in place of `echo`; a target that dies closes its connections too, and must not pass by that. */
const calling = (service: string): CaseText => ({
  ...base,
  control: [
    connect(anonymous),
    send(request("echo")).as("probe"),
    send(data(pattern(10))),
    send(end()),
    expectResponse(),
  ],
  change: at("probe").instead(send(request(service))),
  expect: closes(),
});
const called = (service: string, headers: Record<string, string> = {}): CaseText => ({
  ...base,
  control: [connect(anonymous), send(request(service, Object.entries(headers))), send(end()), expectResponse()],
  expect: succeeds(),
});

const kept: ChildProcess[] = [];
afterAll(() => {
  for (const child of kept) child.kill("SIGKILL");
});

/** A node that the kit does not own. With `restarts` somebody starts it again whenever it ends. */
async function standing(restarts: number): Promise<string[]> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const bind = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise((resolve) => server.close(resolve));
  const start = (left: number): ChildProcess => {
    const child = spawn(process.execPath, [program, bind], { stdio: ["ignore", "pipe", "ignore"] });
    kept.push(child);
    if (left > 0) child.once("exit", (_, signal) => signal === "SIGKILL" || start(left - 1));
    return child;
  };
  await once(start(restarts).stdout as Readable, "data");
  return ["--target", bind];
}

async function judge(
  cases: Record<string, CaseText>,
  ...args: string[]
): Promise<Report & { of: (name: string) => CaseReport }> {
  const silent = { write: () => {}, isTTY: false, columns: 80, colors: false };
  const all: Case[] = chapter("crash", cases);
  const report = await runCases(parseArguments(["--timeout", "1500ms", ...args]), {
    stdout: silent,
    stderr: silent,
    version: "1.0.0",
    cases: all,
    interrupt: new AbortController().signal,
  });
  return { ...report, of: (name) => report.cases.find(({ id }) => id === `crash/${name}`) as CaseReport };
}

const verdicts = (report: Report) => Object.fromEntries(report.cases.map(({ id, verdict }) => [id.slice(6), verdict]));

describe.concurrent("a target that the kit starts", { timeout: 60_000 }, () => {
  it("is blamed on the one case it dies of, with exit code and stderr, and is there again for the next", async () => {
    const report = await judge(
      { before: good, deadly: calling("exit"), after: good, last: called("echo") },
      ...exec,
      "--concurrency",
      "1",
    );
    expect(verdicts(report)).toEqual({ before: "pass", deadly: "fail", after: "pass", last: "pass" });
    expect(report.of("deadly")).toMatchObject({ crash: true, exitCode: 7, signal: null });
    expect(report.of("deadly").stderr).toContain("mortal: a guard did not hold");
    expect(report.of("deadly").requirements).toEqual(["FLT-SES-023", "FLT-ERR-002"]);
    expect(report.deaths).toEqual([]);
    expect(report.exitCode).toBe(1);
  });

  it("is told by the signal it died of", async () => {
    const report = await judge({ deadly: calling("kill"), after: good }, ...exec, "--concurrency", "1");
    expect(verdicts(report)).toEqual({ deadly: "fail", after: "pass" });
    expect(report.of("deadly")).toMatchObject({ crash: true, exitCode: null, signal: "SIGKILL" });
  });

  it("is not blamed on cases that were under way when it died", async () => {
    const slow = called("slow", { delay: "600" });
    const report = await judge(
      { one: slow, two: slow, deadly: calling("exit"), three: slow, quick: good },
      ...exec,
      "--concurrency",
      "5",
    );
    expect(verdicts(report)).toEqual({ one: "pass", two: "pass", deadly: "fail", three: "pass", quick: "pass" });
    expect(report.cases.filter(({ crash }) => crash).map(({ id }) => id)).toEqual(["crash/deadly"]);
    expect(report.deaths).toEqual([]);
  });

  it.each(["1", "4"])("is blamed on a case that had passed when it died of it, %s at a time", async (concurrency) => {
    const slow = called("slow", { delay: "700" });
    const report = await judge(
      { deadly: called("exit-late"), slow, other: slow, third: slow },
      ...exec,
      "--concurrency",
      concurrency,
    );
    expect(verdicts(report)).toEqual({ deadly: "fail", slow: "pass", other: "pass", third: "pass" });
    expect(report.of("deadly")).toMatchObject({ crash: true, exitCode: 7 });
    expect(report.deaths).toEqual([]);
  });

  it("that serves nobody any more is a hang of that case, and is ended and started again", async () => {
    const report = await judge({ hanging: calling("hang"), after: good }, ...exec, "--concurrency", "1");
    expect(verdicts(report)).toEqual({ hanging: "fail", after: "pass" });
    expect(report.of("hanging")).toMatchObject({ hang: true });
    expect(report.of("hanging").crash).toBeUndefined();
  });

  it("dies as often as it has to: each death has its case", async () => {
    const report = await judge(
      { first: calling("exit"), between: good, second: calling("kill"), third: calling("exit") },
      ...exec,
    );
    expect(verdicts(report)).toEqual({ first: "fail", between: "pass", second: "fail", third: "fail" });
    expect(report.of("first").exitCode).toBe(7);
    expect(report.of("second").signal).toBe("SIGKILL");
    expect(report.of("third").exitCode).toBe(7);
  });

  it("that never comes up is unreachable, and what it wrote is told", async () => {
    const report = await judge({ good }, "--exec", `${process.execPath} ${program}.missing {bind}`);
    expect(report.exitCode).toBe(4);
    expect(report.problems.join()).toMatch(/exit code 1[\s\S]*Cannot find module/);
  });
});

describe.concurrent("a target that runs by itself", { timeout: 60_000 }, () => {
  it("leaves the rest undecided when it dies, and the run does not conform", async () => {
    const report = await judge(
      { before: good, deadly: calling("exit"), after: good, last: good },
      ...(await standing(0)),
      "--concurrency",
      "1",
    );
    expect(verdicts(report)).toEqual({ before: "pass", deadly: "fail", after: "inconclusive", last: "inconclusive" });
    expect(report.of("deadly")).toMatchObject({ crash: true, exitCode: null, signal: null });
    expect(report.of("after").reason).toMatch(/could not be brought back/);
    expect(report.exitCode).toBe(1);
  });

  it("blames no case at random where several were under way", async () => {
    const slow = called("slow", { delay: "600" });
    const report = await judge(
      { one: slow, deadly: calling("exit"), two: slow },
      ...(await standing(0)),
      "--concurrency",
      "3",
    );
    expect(new Set(Object.values(verdicts(report)))).toEqual(new Set(["inconclusive"]));
    expect(report.deaths).toHaveLength(1);
    expect(report.deaths[0]?.around).toContain("crash/deadly");
    expect(report.exitCode).toBe(1);
  });

  it("is used again when somebody else brings it back", async () => {
    const report = await judge(
      { before: good, deadly: calling("exit"), after: good },
      ...(await standing(3)),
      "--concurrency",
      "1",
    );
    expect(verdicts(report)).toEqual({ before: "pass", deadly: "fail", after: "pass" });
  });
});
