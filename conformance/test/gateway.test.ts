// The kit against the project's gateway, as a process that it starts and as one that runs, and against what is none.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Report, reportSchema } from "../src/report/schema.ts";
import { gatewayConfiguration } from "../src/targets/gateway-configuration.ts";
import { freePort } from "../src/targets/program.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const bin = join(root, "conformance/bin/flatend-conformance.js");
const gateway = join(root, "gateway/bin/flatend-gateway.js");
const folder = mkdtempSync(join(tmpdir(), "flatend-kit-gateway-"));

beforeAll(() => {
  // Programs are tried as they are installed, and must not be older than the sources.
  const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  const { status, stdout } = spawnSync(process.execPath, [compiler, "-b", "conformance", "gateway"], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stdout);
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true }));

const quoted = (...words: readonly string[]): string => words.map((word) => `"${word}"`).join(" ");

/** The program in a process of its own, and its report. */
async function judge(...args: readonly string[]): Promise<{ readonly code: number | null; readonly report: Report }> {
  const child = spawn(process.execPath, [bin, ...args, "--reporter", "json", "--seed", "1"], { stdio: "pipe" });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, report: reportSchema.parse(JSON.parse(stdout)) };
}

const SOME = [
  ...["--only", "gateway/{head,answer}/**", "--only", "gateway/websocket-handshake/opens"],
  // After these the gateway is another one.
  ...["--only", "gateway/reload/connections", "--only", "gateway/https/http-1"],
  ...(process.platform === "win32" ? [] : ["--only", "gateway/ending/a-web-socket"]),
];

describe("a gateway", () => {
  it("that the kit starts conforms, and the report counts what clients and services see of it", async () => {
    const { code, report } = await judge(
      "--gateway-exec",
      quoted(process.execPath, gateway, "-c", "{config}"),
      ...SOME,
    );
    expect(report.cases.filter(({ verdict }) => verdict !== "pass")).toEqual([]);
    expect(code).toBe(0);
    expect(report.target.kind).toBe("exec");
    expect(report.requirements.exercised).toBeGreaterThan(20);
    expect(report.requirements.of).toBeGreaterThan(80);
    expect(report.requirements.broken).toEqual([]);
  }, 60_000);

  it("that runs conforms as well, and without its second server the cases about that are unimplemented", async () => {
    const address = async () => ({ host: "127.0.0.1", port: await freePort() });
    const [mesh, main] = [await address(), await address()];
    const others = { bounded: await address(), secure: await address(), redirect: await address() };
    const config = join(folder, "config.toml");
    writeFileSync(config, gatewayConfiguration(mesh, { main, ...others }));
    const child = spawn(process.execPath, [gateway, "-c", config], { stdio: ["ignore", "ignore", "pipe"] });
    try {
      await new Promise<void>((resolve) => {
        let said = "";
        child.stderr.setEncoding("utf8").on("data", (text: string) => {
          said += text;
          if (said.split("Listening for HTTP").length > 2) resolve();
        });
      });
      const { code, report } = await judge(
        ...["--target", `127.0.0.1:${mesh.port}`, "--gateway", `127.0.0.1:${main.port}`],
        ...["--only", "gateway/limits/a-*", "--skip", "gateway/limits/a-body-above-the-limit"],
        ...["--only", "gateway/target/absolute"],
      );
      expect(code).toBe(0);
      const verdicts = report.cases.map(({ id, verdict }) => `${id.split("/")[1]} ${verdict}`);
      expect([...new Set(verdicts)].sort()).toEqual(["limits unimplemented", "target pass"]);
    } finally {
      child.kill();
    }
  }, 60_000);

  it("takes the file that --gateway-config prints", () => {
    const printed = spawnSync(process.execPath, [bin, "--gateway-config"], { encoding: "utf8" });
    const config = join(folder, "printed.toml");
    writeFileSync(config, printed.stdout);
    const checked = spawnSync(process.execPath, [gateway, "check", "-c", config], { encoding: "utf8" });
    expect([checked.status, checked.stdout]).toEqual([0, `${config} is valid.\n`]);
  }, 30_000);
});

describe("what is no gateway", () => {
  const fixture = fileURLToPath(new URL("fixtures/null-gateway.mjs", import.meta.url));

  // A case that is content with a refusal must not be so with who refuses everything.
  it.each([
    ["400", "gateway/{head,target}/**", 80],
    ["404", "gateway/own-answers/**", 20],
    ["502", "gateway/{answer,providers}/**", 50],
  ])(
    "passes nothing though it answers everything with %s, as many of %s should be",
    async (status, pattern, least) => {
      const { report } = await judge(
        ...["--gateway-exec", quoted(process.execPath, fixture, "{bind}", "{http}", status)],
        ...["--only", pattern, "--timeout", "100ms"],
      );
      expect(report.cases.length).toBeGreaterThan(least);
      expect(report.cases.filter(({ verdict }) => verdict === "pass").map(({ id }) => id)).toEqual([]);
    },
    60_000,
  );
});
