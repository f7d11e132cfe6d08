import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { cases } from "../src/cases/index.ts";
import { requirements } from "../src/generated/requirements.ts";
import { main, version } from "../src/main.ts";
import { type Report, reportSchema } from "../src/report/schema.ts";
import { closedPort } from "./null-servers.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const bin = join(root, "conformance/bin/flatend-conformance.js");
const folder = mkdtempSync(join(tmpdir(), "flatend-conformance-"));
const SIMPLE = "session/frame/byte-by-byte";
const PROBE = ["--only", SIMPLE, "--seed", "1"];

beforeAll(() => {
  // The program is tried as it is installed, and must not be an older one than the sources.
  const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  spawnSync(process.execPath, [compiler, "-b", "conformance"], { cwd: root });
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true }));

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program in a process of its own. */
async function run(args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  const child = spawn(process.execPath, [bin, ...args], { env: { ...process.env, FORCE_COLOR: "", ...env } });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, stdout, stderr };
}

it("goes on to its verdict when nobody reads what it prints any more", async () => {
  const child = spawn(process.execPath, [bin, ...PROBE]);
  child.stdout.destroy();
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  expect([code, stderr]).toEqual([0, ""]);
});

/** The same function in this process: for what ends before anything runs. */
async function call(...args: string[]): Promise<Outcome> {
  const stdout = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    const code = await main(args);
    const said = (spy: typeof stdout) => spy.mock.calls.map(([text]) => String(text)).join("");
    return { code, stdout: said(stdout), stderr: said(stderr) };
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
}

function reportIn(directory: string): Report {
  return reportSchema.parse(JSON.parse(readFileSync(join(directory, "report.json"), "utf8")));
}

describe.concurrent("the exit code", { timeout: 60_000 }, () => {
  it("is 0 for a node that conforms, and report.json says the same", async () => {
    const out = join(folder, "conforms");
    const { code, stdout } = await run([...PROBE, "--out", out]);
    expect(code).toBe(0);
    expect(stdout).toContain("1 cases: 1 pass");
    expect(stdout).toContain("conforms (exit code 0)");
    expect(reportIn(out)).toMatchObject({ exitCode: 0, conclusion: "conforms", seed: 1, summary: { pass: 1 } });
    expect(reportIn(out).target.kind).toBe("embedded");
  });

  it("is 1 for a node that does not", async () => {
    const list = join(folder, "known.toml");
    writeFileSync(list, `[[failure]]\ncase = "${SIMPLE}"\nverdict = "fail"\nreason = "it was so once"\n`);
    const { code, stdout } = await run([...PROBE, "--known-failures", list]);
    expect(code).toBe(1);
    expect(stdout).toContain(`unexpected pass: ${SIMPLE}`);
  });

  it("is 2 for a command line that cannot be obeyed, with the reason on stderr and in report.json", async () => {
    const out = join(folder, "usage");
    const { code, stdout, stderr } = await run(["--out", out, "--onyl", "x"]);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toBe("flatend-conformance: unknown option --onyl, did you mean --only?\n");
    expect(reportIn(out)).toMatchObject({ exitCode: 2, conclusion: "wrong usage" });
    expect(reportIn(out).problems.join()).toContain("--onyl");
  });

  it("is 3 when no case is left", async () => {
    const out = join(folder, "empty");
    const { code, stdout } = await run(["--only", SIMPLE, "--skip", "session/**", "--out", out]);
    expect(code).toBe(3);
    expect(stdout).toContain("--only and --skip leave no case to run");
    expect(reportIn(out)).toMatchObject({ exitCode: 3, conclusion: "incomplete", cases: [] });
  });

  it("is 3 when the cases that are left are about gateways, and the target is a node", async () => {
    const { code, stdout } = await run(["--only", "gateway/head/**"]);
    expect(code).toBe(3);
    expect(stdout).toContain("cases about gateways want --gateway or --gateway-exec");
  });

  it("is 3 for an interrupted run, which ends at once and says what is known", async () => {
    const out = join(folder, "interrupted");
    const child = spawn(process.execPath, [bin, "--out", out], { stdio: ["ignore", "pipe", "ignore"] });
    let seen = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      seen += text;
      if (seen.includes("✓")) child.kill("SIGINT");
    });
    expect(await new Promise((resolve) => child.once("close", resolve))).toBe(3);
    const report = reportIn(out);
    expect(report).toMatchObject({ exitCode: 3, conclusion: "incomplete" });
    expect(report.summary.pass).toBeGreaterThan(0);
    expect(report.summary.skipped).toBeGreaterThan(0);
    expect(report.cases).toHaveLength(cases.filter(({ role }) => role !== "gateway").length);
  });

  it("is 4 when nothing answers at the address", async () => {
    const out = join(folder, "unreachable");
    const { port } = await closedPort();
    const { code } = await run(["--target", `127.0.0.1:${port}`, ...PROBE, "--out", out]);
    expect(code).toBe(4);
    expect(reportIn(out)).toMatchObject({ exitCode: 4, conclusion: "unreachable", target: { kind: "address" } });
  });

  it("is 4 for a program that cannot be started", async () => {
    const { code, stdout } = await run(["--exec", "no-such-program-anywhere {bind}", ...PROBE]);
    expect(code).toBe(4);
    expect(stdout).toContain("it could not be started");
  });
});

describe.concurrent("what a run writes", { timeout: 60_000 }, () => {
  it("is one JSON document on stdout with --reporter json, and nothing beside it", async () => {
    const out = join(folder, "json");
    const { stdout, code } = await run([...PROBE, "--reporter", "json", "--out", out]);
    expect(code).toBe(0);
    expect(reportSchema.parse(JSON.parse(stdout))).toEqual(reportIn(out));
  });

  it("has a decrypted transcript per case with --transcript", async () => {
    const directory = join(folder, "transcripts");
    await run(["--only", "session/frame/{longer-than-allowed,byte-by-byte}", "--transcript", directory]);
    expect(readdirSync(directory).sort()).toEqual([
      "session_frame_byte-by-byte.txt",
      "session_frame_longer-than-allowed.txt",
    ]);
    const text = readFileSync(join(directory, "session_frame_longer-than-allowed.txt"), "utf8");
    expect(text).toMatch(/control: the same exchange without the change/);
    expect(text).toMatch(/seq = 1 {2}\(00000001\)/);
    expect(text).toMatch(/closes \((FIN|RST)\)/);
  });

  it("is coloured where that is asked for, and never with NO_COLOR", async () => {
    const control = String.fromCharCode(27);
    const [plain, coloured, refused] = await Promise.all([
      run(PROBE),
      run(PROBE, { FORCE_COLOR: "1" }),
      run(PROBE, { FORCE_COLOR: "1", NO_COLOR: "1" }),
    ]);
    expect(plain.stdout).not.toContain(control);
    expect(coloured.stdout).toContain(`${control}[32m`);
    expect(refused.stdout).not.toContain(control);
  });

  it("says the same of each case for the same seed, however often it runs", async () => {
    const { code, stdout } = await run(["--only", "session/frame/length-*", "--verify", "2", "--reporter", "json"]);
    expect(code).toBe(0);
    expect(reportSchema.parse(JSON.parse(stdout)).cases.every((one) => one.verdicts === undefined)).toBe(true);
  });
});

describe("what is asked of the kit itself", () => {
  it("--help begins with examples, names each option and exit code", async () => {
    const { code, stdout } = await call("--help");
    expect(code).toBe(0);
    expect(stdout.split("\n").slice(0, 6).join("\n")).toMatch(/npx flatend-conformance/);
    for (const option of ["--target", "--exec", "--only", "--known-failures", "--seed", "--out", "--transcript"])
      expect(stdout).toContain(option);
    expect(stdout).toMatch(/0 conforms, 1 does not, 2 wrong usage, 3 incomplete .*, 4 target unreachable/);
  });

  it("--version is that of the package", async () => {
    expect((await call("--version")).stdout).toBe(`${version()}\n`);
    expect(version()).toMatch(/^\d+\.\d+\.\d+/);
  });

  it("--list names every case once with its requirements, and obeys --only and --skip", async () => {
    const all = (await call("--list")).stdout.trim().split("\n");
    expect(all.map((line) => line.split(/\s+/)[0])).toEqual(cases.map(({ id }) => id));
    expect(all.every((line) => /FLT-[A-Z]{3}-\d{3}/.test(line))).toBe(true);
    const some = (await call("--list", "--only", "session/**", "--only", "rpc/**", "--skip", "session/frame/**"))
      .stdout;
    expect(some).toContain("session/seal/");
    expect(some).toContain("rpc/number/");
    expect(some).not.toContain("session/frame/");
    expect(some).not.toContain("handshake/");
    const byRequirement = (await call("--list", "--only", "flt-ses-023")).stdout.trim().split("\n");
    expect(byRequirement.every((line) => line.includes("FLT-SES-023"))).toBe(true);
  });

  it("--list of nothing is an empty list", async () => {
    expect(await call("--list", "--only", SIMPLE, "--skip", "session/**")).toEqual({
      code: 0,
      stdout: "\n",
      stderr: "",
    });
  });

  it("--explain of a requirement gives its text from the specification, why it matters, and its cases", async () => {
    const { stdout, code } = await call("--explain", "flt-ses-023");
    expect(code).toBe(0);
    expect(stdout).toContain(requirements["FLT-SES-023"].text);
    expect(stdout).toContain("A length that nobody bounds lets any stranger exhaust the node's memory.");
    expect(stdout).toContain("session/frame/longer-than-allowed");
    expect(stdout).toMatch(/spec\/02-session\.md:\d+/);
  });

  it("--explain has something to say of every requirement and every case", async () => {
    for (const id of [...Object.keys(requirements), ...cases.map((one) => one.id)]) {
      const { code, stdout } = await call("--explain", id);
      expect([id, code]).toEqual([id, 0]);
      expect(stdout.split("\n").length).toBeGreaterThan(3);
      expect(stdout).not.toMatch(/undefined|\[object/);
    }
  });

  it("--explain of a case gives its control, the change and what is expected", async () => {
    const { stdout } = await call("--explain", "session/frame/longer-than-allowed");
    expect(stdout).toMatch(/Control:[\s\S]*"probe"[\s\S]*Change:[\s\S]*4097[\s\S]*Expected:/);
  });
});

describe("a command line that cannot be obeyed", () => {
  it.each([
    [["--onyl", "x"], /unknown option --onyl, did you mean --only\?/],
    [["--transcripts", "x"], /did you mean --transcript\?/],
    [["session/**"], /Unexpected argument 'session\/\*\*'; everything is given by options, see --help/],
    [["--only"], /--only/],
    [["--only", "sesion/frame/byte-by-byte"], /no case matches .*the nearest is session\/frame\/byte-by-byte/],
    [["--skip", "nothing/**"], /--skip: no case matches/],
    [["--only", "FLT-SES-999"], /no requirement is called FLT-SES-999, the nearest is FLT-SES-\d+/],
    [["--explain", "session/frame/byte-by-bite"], /nearest is session\/frame\/byte-by-byte/],
    [["--explain", "FLT-SSE-023"], /nearest is FLT-SES-023/],
    [["--reporter", "jsn"], /--reporter takes pretty or json, not "jsn"; did you mean json\?/],
    [["--profile", "strict"], /--profile takes base or base-strict.*did you mean base-strict\?/],
    [["--target", "localhost"], /--target takes HOST:PORT/],
    [["--target", "127.0.0.1:0"], /--target takes HOST:PORT/],
    [["--target", "127.0.0.1:65536"], /--target takes HOST:PORT/],
    [["--target", "127.0.0.1:1", "--exec", "x {bind}"], /exclude each other/],
    [["--target", "127.0.0.1:1", "--gateway-exec", "x {config}"], /exclude each other/],
    [["--gateway", "127.0.0.1:8080"], /--gateway HOST:PORT needs --target/],
    [["--gateway-bounded", "127.0.0.1:8081"], /is another server of --gateway/],
    [["--target", "127.0.0.1:1", "--gateway", "8080"], /--gateway takes HOST:PORT/],
    [["--gateway-exec", "my-gateway {bind}"], /needs \{config\}, or \{bind\} and \{http\}/],
    [["--fuzz", "1s", "--gateway-exec", "x {config}"], /--fuzz is about nodes/],
    [["--exec", "my-node"], /needs \{bind\}/],
    [["--exec", "my-node '{bind}"], /is not closed/],
    [["--exec", ""], /needs a command/],
    [["--seed", "-1"], /--seed/],
    [["--seed", "4294967296"], /--seed takes a whole number/],
    [["--concurrency", "0"], /--concurrency takes a whole number from 1 to 256/],
    [["--timeout", "1h"], /--timeout takes a time from 100ms to 10m/],
    [["--timeout", "5ms"], /--timeout takes a time from 100ms to 10m/],
    [["--verify", "x"], /--verify takes a whole number/],
    [["--update-expectations"], /needs --known-failures FILE/],
    [["--known-failures", "no-such-file.toml"], /--known-failures: .*no-such-file\.toml/],
  ])("%j is refused with a word on what to do", async (args, message) => {
    const { code, stdout, stderr } = await call(...args);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^flatend-conformance: [^\n]*\n$/);
  });

  it("leaves a report where --out says, whichever way it is written", async () => {
    for (const args of [["--out", join(folder, "a")], [`--out=${join(folder, "b")}`]])
      await call(...args, "--nonsense");
    expect(reportIn(join(folder, "a")).exitCode).toBe(2);
    expect(reportIn(join(folder, "b")).exitCode).toBe(2);
    expect((await call("--nonsense", "--out")).code).toBe(2);
    expect(existsSync(join(root, "report.json"))).toBe(false);
  });
});
