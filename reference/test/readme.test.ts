// Every JavaScript block of the README, as a program of its own.
// A block marked `background` keeps running for the blocks behind it in its section; any other must end by itself, with exit code 0, and
// print what stands behind the arrows of its comments.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Node } from "../src/index.ts";
import { DEFAULT_NODE_LIMITS, LEAST_LIMITS, type Limits } from "../src/node/limits.ts";
import * as constants from "../src/wire/index.ts";
import { build, freePort, Program } from "./processes.ts";

const reference = fileURLToPath(new URL("..", import.meta.url));
const readme = readFileSync(join(reference, "README.md"), "utf8").replaceAll("\r\n", "\n");
const folder = mkdtempSync(join(tmpdir(), "flatend-readme-"));

beforeAll(() => {
  build();
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(reference, join(folder, "node_modules", "flatend"), "junction");
  const zod = dirname(fileURLToPath(import.meta.resolve("zod/package.json")));
  symlinkSync(zod, join(folder, "node_modules", "zod"), "junction");
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true, maxRetries: 5 }));

interface Block {
  readonly background: boolean;
  readonly code: string;
}

const blocksOf = (section: string): Block[] =>
  [...section.matchAll(/^```js( background)?\n([\s\S]*?)^```$/gm)].map(([, mark, code]) => ({
    background: mark !== undefined,
    code: code as string,
  }));

const sections = readme
  .split(/^## /m)
  .map((section) => ({ title: section.slice(0, section.indexOf("\n")), blocks: blocksOf(section) }))
  .filter(({ blocks }) => blocks.length > 0);

async function listening(port: number): Promise<void> {
  for (;;) {
    const up = await new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.destroy();
        resolve(true);
      }).once("error", () => resolve(false));
    });
    if (up) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function run(blocks: readonly Block[], name: string): Promise<void> {
  const cwd = join(folder, name);
  mkdirSync(cwd);
  const port = await freePort();
  const background: Program[] = [];
  try {
    for (const [index, block] of blocks.entries()) {
      const file = join(cwd, `block-${index}.${block.code.includes("require(") ? "cjs" : "mjs"}`);
      writeFileSync(file, block.code.replaceAll("127.0.0.1:9000", `127.0.0.1:${port}`));
      const program = new Program([file], { cwd });
      if (block.background) {
        background.push(program);
        await listening(port);
        continue;
      }
      const code = await program.ended();
      const expected = [...block.code.matchAll(/\/\/ → (.*)$/gm)].map(([, line]) => `${line}\n`).join("");
      // What it says of a mistake is worth more than the exit code alone.
      expect({ stderr: code === 0 ? "" : program.stderr, code }).toEqual({ stderr: "", code: 0 });
      expect(program.stdout.replaceAll(`127.0.0.1:${port}`, "127.0.0.1:9000")).toBe(expected);
      expect(expected).not.toBe("");
    }
  } finally {
    for (const program of background) await program.stop();
  }
}

describe("the README", () => {
  test("has programs in every section that promises some, and none that is left out", () => {
    expect(sections.map(({ title }) => title)).toEqual([
      "A mesh in ten lines",
      "Services",
      "Calling",
      "Middleware",
      "Streaming",
      "Errors",
      "Discovery",
      "Watching a node",
      "Testing",
      "Production",
      "Migrating from npm flatend",
    ]);
    const fences = readme.match(/^```.+$/gm) ?? [];
    expect(fences).toHaveLength(sections.flatMap(({ blocks }) => blocks).length);
  });

  test.each(sections.map(({ title, blocks }, index) => ({ title, blocks, index })))(
    "$title: every program does what it says",
    ({ blocks, index }) => run(blocks, `section-${index}`),
  );

  test("lists every code of an error", () => {
    const source = readFileSync(join(reference, "src/node/errors.ts"), "utf8");
    const codes = [...source.matchAll(/^ {2}\| "([A-Z_]+)"/gm)].map(([, code]) => code);
    const table = readme.slice(readme.indexOf("| code |")).split("\n\n")[0] as string;
    const listed = [...table.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(5);
    expect(listed).toEqual(codes);
  });

  test("lists every metric and every channel", async () => {
    const rows = (head: string) => {
      const table = readme.slice(readme.indexOf(`| ${head} |`)).split("\n\n")[0] as string;
      return [...table.matchAll(/^\| `([^`]+)` \| (.*) \|$/gm)].map(([, name, text]) => ({ name, text }));
    };
    const node = await Node.start();
    const metrics = Object.entries(node.metrics());
    await node.shutdown();
    expect(rows("metric").map(({ name }) => name)).toEqual(metrics.map(([name]) => name));
    for (const [index, [, value]] of metrics.entries()) {
      const parts = /`\{ ([^}]*) \}`/.exec(rows("metric")[index]?.text ?? "")?.[1]?.split(", ") ?? [];
      if (Object.keys(value).length > 0) expect(parts).toEqual(Object.keys(value));
    }
    const source = readFileSync(join(reference, "src/node/diagnostics.ts"), "utf8");
    const traced = [...source.matchAll(/ = tracingChannel<.*>\("(.+)"\)/g)].map(([, name]) => `tracing:${name}:…`);
    const plain = [...source.matchAll(/ = channel\("(.+)"\)/g)].map(([, name]) => name);
    expect(rows("channel").map(({ name }) => name)).toEqual([...traced, ...plain]);
    const bodies = [...source.matchAll(/^export interface \w+Message \{\n(.*?)^\}/gms)].map(([, body]) => body);
    const fields = [...bodies.join("").matchAll(/^ {2}(?:readonly )?(\w+)\??: /gm)].map(([, name]) => name);
    const inline = [...source.matchAll(/^ {2}"(flatend:\w+)": \{ (.*) \};$/gm)].flatMap(([, , text]) =>
      [...(text as string).matchAll(/readonly (\w+):/g)].map(([, name]) => name),
    );
    const named = rows("channel").flatMap(({ text }) => /`\{ ([^}]*) \}`/.exec(text as string)?.[1]?.split(", "));
    expect(named).toEqual([...fields, ...inline]);
  });

  test("lists every limit with its figures", () => {
    const rows = (head: string) => {
      const table = readme.slice(readme.indexOf(`| ${head} |`)).split("\n\n")[0] as string;
      return [...table.matchAll(/^\| `(\w+)` \| (\d+) \| (\d+)?/gm)].map(([, ...row]) => row);
    };
    const text = Object.entries(DEFAULT_NODE_LIMITS).map(([name, value]) => [
      name,
      value,
      LEAST_LIMITS[name as keyof Limits],
    ]);
    expect(rows("limit")).toEqual(text.map((row) => row.map(String)));
    expect(rows("constant").length).toBeGreaterThan(10);
    for (const [name, value] of rows("constant"))
      expect(Reflect.get(constants, name as string), name).toBe(Number(value));
  });

  test("names only files that are there", () => {
    for (const [, target] of readme.matchAll(/\]\((?!https:)([^)#]+)(?:#[^)]*)?\)/g)) {
      expect(() => readFileSync(join(reference, target as string)), target).not.toThrow();
    }
  });
});
