import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startTestNode, type TestNode } from "flatend/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseArguments, UsageError } from "../src/cli/arguments.ts";
import { runFuzz, runReplay } from "../src/cli/fuzz.ts";
import { conversationSchema, framesOf } from "../src/fuzz/conversation.ts";
import { handshakeReply, type NullServer, sealedServer } from "./null-servers.ts";

const directory = mkdtempSync(join(tmpdir(), "flatend-fuzz-"));
let node: TestNode;
beforeAll(async () => {
  node = await startTestNode({ host: "127.0.0.1", port: 0 });
});
afterAll(() => node.shutdown());
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const original = fileURLToPath(new URL("../peers/original/node.mjs", import.meta.url));
const program = `"${process.execPath}" "${original}" {bind}`;

async function run(...argv: string[]): Promise<{ code: number; output: string }> {
  let output = "";
  const stream = {
    write: (text: string) => {
      output += text;
    },
    isTTY: false,
    columns: 80,
    colors: false,
  };
  const args = parseArguments(argv);
  const environment = {
    stdout: stream,
    stderr: stream,
    version: "0",
    cases: [],
    interrupt: new AbortController().signal,
  };
  const code =
    args.replay === undefined
      ? await runFuzz(args, args.fuzzMs ?? 0, environment)
      : await runReplay(args, args.replay, environment);
  return { code, output };
}

describe("fuzzing a live target", () => {
  it("finds deaths of a node that has them, each of two frames at most, and saves what brings them about again", async () => {
    const { code, output } = await run("--exec", program, "--fuzz", "20s", "--seed", "7", "--out", directory);
    expect(code, output).toBe(1);
    const deaths = [...output.matchAll(/died \((\d+) frames/g)].map(([, frames]) => Number(frames));
    expect(deaths.length).toBeGreaterThan(0);
    // A stream number that is used twice takes three.
    expect(Math.min(...deaths)).toBeLessThan(3);
    expect(Math.max(...deaths)).toBeLessThan(4);
    const saved = readdirSync(directory).map((name) => join(directory, name));
    const frames = saved.map((file) => framesOf(conversationSchema.parse(JSON.parse(readFileSync(file, "utf8")))));
    const told = [...output.matchAll(/\. (?:died|fails|hangs) \((\d+) frames/g)].map(([, count]) => Number(count));
    expect(frames.sort()).toEqual(told.sort());
    const again = await run("--exec", program, "--replay", saved.sort()[0] as string);
    expect(again.code, again.output).toBe(1);
    const reference = await run("--target", node.address, "--replay", saved[0] as string);
    expect(reference.code, reference.output).toBe(0);
  }, 90_000);

  it.each<[string, () => Promise<NullServer>, RegExp]>([
    [
      "never closes",
      () => sealedServer(({ seq, index }) => (index === 0 ? [handshakeReply(seq)] : [])),
      /fails[\s\S]*expected {2}a close within 1000 ms \((session|handshake|request)[\s\S]*still open/,
    ],
    [
      "closes on whatever follows a Handshake",
      () => sealedServer(({ seq, index }) => (index === 0 ? [handshakeReply(seq)] : null)),
      /fails[\s\S]*expected {2}a reply to number \d+\n {2}came {6}the target closed the connection/,
    ],
  ])(
    "finds that a server %s",
    async (_, start, told) => {
      const server = await start();
      try {
        const out = join(directory, `server-${server.port}`);
        const address = `127.0.0.1:${server.port}`;
        const { code, output } = await run(
          "--target",
          address,
          "--fuzz",
          "5s",
          "--seed",
          "3",
          "--timeout",
          "300ms",
          "--out",
          out,
        );
        expect(code, output).toBe(1);
        expect(output).toMatch(told);
      } finally {
        await server.stop();
      }
    },
    60_000,
  );

  it("finds nothing in the reference node, and has held conversations of both kinds", async () => {
    const { code, output } = await run(
      "--target",
      node.address,
      "--fuzz",
      "3s",
      "--seed",
      "11",
      "--out",
      join(directory, "none"),
    );
    expect(code, output).toBe(0);
    expect(output).toMatch(/\d\d+ conversations, [1-9]\d* of them valid/);
  }, 60_000);

  it("is never green when nobody answers", async () => {
    expect((await run("--target", "127.0.0.1:1", "--fuzz", "1s")).code).toBe(4);
  });
});

describe("the command line", () => {
  it("says what is wrong with a saved conversation", async () => {
    const file = join(directory, "bad.json");
    writeFileSync(file, '{"format":"flatend-conversation/1","writes":[{"write":"message","body":"xyz"}]}');
    await expect(run("--replay", file)).rejects.toThrow(UsageError);
    await expect(run("--replay", join(directory, "absent.json"))).rejects.toThrow(/absent\.json/);
  });

  it("takes one of --fuzz and --replay, with a time that makes sense", () => {
    expect(() => parseArguments(["--fuzz", "2m", "--replay", "x"])).toThrow(UsageError);
    expect(() => parseArguments(["--fuzz", "0s"])).toThrow(/1s to 24h/);
    expect(() => parseArguments(["--fuzz", "2m", "--listen", "127.0.0.1:0"])).toThrow(/can dial/);
    expect(parseArguments(["--fuzz", "2m"]).fuzzMs).toBe(120_000);
  });
});
