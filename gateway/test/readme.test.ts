// The README: its configurations are valid, and its walk does what it says.
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import WebSocket from "ws";
import { parseArguments } from "../src/cli/arguments.ts";
import { HELP } from "../src/cli/help.ts";
import { readConfiguration } from "../src/config/load.ts";
import { findChromium, openPage } from "./browser.ts";
import { goProgram } from "./go.ts";
import { build, freePort, Program } from "./processes.ts";

const gateway = fileURLToPath(new URL("..", import.meta.url));
const readme = readFileSync(join(gateway, "README.md"), "utf8").replaceAll("\r\n", "\n");
/** Of the examples, and not the beginning of another port. */
const HTTP_PORT = /:3000\b/g;
const folder = mkdtempSync(join(tmpdir(), "flatend-readme-"));
const bin = join(gateway, "bin/flatend-gateway.js");

beforeAll(() => {
  build();
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(join(gateway, "../reference"), join(folder, "node_modules", "flatend"), "junction");
  symlinkSync(gateway, join(folder, "node_modules", "flatend-gateway"), "junction");
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true, maxRetries: 5 }));

const chromium = findChromium();
if (chromium === undefined) {
  const missing = "There is no Chromium on the PATH: the page of the chat is NOT tried in a browser.";
  if (process.env.CI === "true") throw new Error(missing);
  console.warn(missing);
}

let grpcurl: string | undefined;
beforeAll(async () => {
  grpcurl = await goProgram("grpcurl", "The calls of gRPC are not tried with grpcurl");
}, 600_000);

const blocks = (kind: string): string[] =>
  [...readme.matchAll(new RegExp(`^\`\`\`${kind}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(([, text]) => text as string);

/** What is behind a `$` in the README, and what it prints. */
const commands = blocks("console").map((block) => {
  const [line, ...output] = block.trimEnd().split("\n");
  return { command: line?.replace(/^\$ /, "") ?? "", output: output.join("\n") };
});

/** What is the same whenever it is printed: neither times, numbers and names made by chance, nor the width of columns. */
const withoutNumbers = (text: string): string =>
  text
    .replace(/[0-9a-f]{8}(-[0-9a-f]+){4}/g, "ID")
    .replace(/date +.*/, "date")
    .replace(/[\d.]+/g, "0")
    .replace(/ +/g, " ")
    .trim();

/** With one word of the command replaced, if at all. */
type Call = (from?: string, to?: string) => Promise<string>;

describe("the README", () => {
  test("has nothing in its blocks that is not tried here", () => {
    const kinds = [...readme.matchAll(/^```(.+)$/gm)].map(([, kind]) => kind);
    expect(kinds).toEqual([
      "toml",
      "text",
      "js",
      "console",
      "console",
      "toml",
      "toml",
      "toml",
      "toml",
      "toml",
      "toml",
      "toml",
      "console",
      "toml",
      "toml",
      "toml",
      "toml",
      "toml",
      "toml",
      "html",
      "js",
      "toml",
      "proto",
      "js",
      "console",
      "toml",
      "js",
      "js",
      "toml",
    ]);
    expect(commands.map(({ command }) => command)).toEqual([
      "curl http://localhost:3000/hello",
      "flatend-gateway check",
      "flatend-gateway trace /hello",
      `grpcurl -plaintext -proto greet.proto -d '{"text":"Ann"}' localhost:3000 greet.Greeter/SayHello`,
    ]);
  });

  test.each(blocks("toml"))("a valid configuration: %j", (text) => {
    expect(readConfiguration(text, "README.md").http).not.toEqual([]);
  });

  test("the walk", async () => {
    const mesh = `127.0.0.1:${await freePort()}`;
    const port = await freePort();
    const moved = (text: string) => text.replaceAll("127.0.0.1:9000", mesh).replace(HTTP_PORT, `:${port}`);
    const [configuration = ""] = blocks("toml");
    const [service = ""] = blocks("js");
    const [log = ""] = blocks("text");
    const [curl, check, trace] = commands;
    writeFileSync(join(folder, "config.toml"), `${moved(configuration)}\n[admin]\nsocket = "admin/socket"\n`);
    writeFileSync(join(folder, "service.mjs"), moved(service));
    const checked = new Program([bin, "check"], { cwd: folder });
    expect([await checked.ended(), checked.stdout.trim()]).toEqual([0, check?.output]);
    const running = new Program([bin], { cwd: folder });
    const serving = new Program(["service.mjs"], { cwd: folder });
    try {
      await running.printed(/Listening for HTTP.*\n/);
      const withoutTime = (text: string) => text.replace(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d /gm, "");
      expect(withoutTime(running.stderr)).toBe(withoutTime(moved(log)));
      const url = moved(curl?.command.replace("curl ", "") ?? "");
      await vi.waitFor(async () => expect(await (await fetch(url)).text()).toBe(curl?.output), { timeout: 10_000 });
      const traced = new Program([bin, "trace", "/hello"], { cwd: folder });
      expect(await traced.ended()).toBe(0);
      expect(withoutNumbers(traced.stdout)).toBe(withoutNumbers(trace?.output ?? ""));
    } finally {
      await running.stop();
      await serving.stop();
    }
  });

  test("the events", async () => {
    const mesh = `127.0.0.1:${await freePort()}`;
    const port = await freePort();
    const moved = (text = "") => text.replaceAll("127.0.0.1:9000", mesh).replace(HTTP_PORT, `:${port}`);
    writeFileSync(join(folder, "events.toml"), moved(blocks("toml").find((text) => text.includes("/ticks"))));
    writeFileSync(join(folder, "events.mjs"), moved(blocks("js").find((text) => text.includes("ticks"))));
    const running = new Program([bin, "--config", "events.toml"], { cwd: folder });
    const serving = new Program(["events.mjs"], { cwd: folder });
    try {
      await running.printed(/Listening for HTTP.*\n/);
      const response = await vi.waitFor(
        async () => {
          const found = await fetch(`http://127.0.0.1:${port}/ticks`);
          expect(found.status).toBe(200);
          return found;
        },
        { timeout: 20_000 },
      );
      expect(response.headers.get("content-type")).toBe("text/event-stream");
      let text = "";
      for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        text += piece;
        if (text.includes("data: 3")) break;
      }
      expect(text).toBe("data: 1\n\ndata: 2\n\ndata: 3\n\n");
    } finally {
      await running.stop();
      await serving.stop();
    }
  }, 60_000);

  /** A gateway and a service of the README under gRPC, and what grpcurl prints when it is called with the words of the README. */
  async function withGrpc(
    mark: string,
    service: string,
    use: (call: Call, address: string) => Promise<void>,
  ): Promise<void> {
    const mesh = `127.0.0.1:${await freePort()}`;
    const port = await freePort();
    const moved = (text = "") => text.replaceAll("127.0.0.1:9000", mesh).replace(HTTP_PORT, `:${port}`);
    writeFileSync(join(folder, "greet.proto"), blocks("proto")[0] ?? "");
    const ask = async (args: readonly string[]): Promise<string> => {
      const asking = new Program(args, { command: grpcurl ?? "", cwd: folder });
      await asking.ended();
      return (asking.stdout + asking.stderr).trim();
    };
    // In place of a compiler.
    await ask(["-proto", "greet.proto", "-protoset-out", "greet.binpb", "describe"]);
    writeFileSync(join(folder, "grpc.toml"), moved(blocks("toml").find((text) => text.includes(mark))));
    writeFileSync(join(folder, "greeter.mjs"), moved(blocks("js").find((text) => text.includes(service))));
    const { command = "" } = commands[3] ?? {};
    const words = moved(command).replaceAll("localhost", "127.0.0.1").replaceAll("'", "").split(" ").slice(1);
    const running = new Program([bin, "--config", "grpc.toml"], { cwd: folder });
    const serving = new Program(["greeter.mjs"], { cwd: folder });
    try {
      await running.printed(/Listening for HTTP.*\n/);
      const call: Call = (from = "", to = "") => ask(words.map((word) => word.replace(from, to)));
      await vi.waitFor(async () => expect(await call()).toBe(commands[3]?.output), { timeout: 20_000 });
      await use(call, `127.0.0.1:${port}`);
    } finally {
      await running.stop();
      await serving.stop();
    }
  }

  test("the calls of gRPC", async ({ skip }) => {
    skip(grpcurl === undefined, "there is no grpcurl");
    await withGrpc("grpc = true", "GrpcError", async (call) => {
      expect(await call("Ann", "nobody")).toMatch(/Code: NotFound\s+Message: who is nobody\?/);
      expect(await call("SayHello", "SayEach")).toBe(commands[3]?.output);
    });
  }, 60_000);

  test("the calls of gRPC with a schema", async ({ skip }) => {
    skip(grpcurl === undefined, "there is no grpcurl");
    await withGrpc("schema =", "JSON.parse(new TextDecoder", async (call, address) => {
      expect(await call("SayHello", "SayEach")).toMatch(/Code: Unimplemented/);
      const response = await fetch(`http://${address}/greet.Greeter/SayHello`, {
        method: "POST",
        body: '{"text":"Ann"}',
        headers: { "content-type": "application/json" },
      });
      const text = await response.text();
      expect(readme).toContain(`is answered with \`${text}\``);
    });
  }, 60_000);

  /** The chat runs, and clients of it can be had. */
  async function withChat(use: (dial: () => Promise<WebSocket>, port: number) => Promise<void>): Promise<void> {
    const mesh = `127.0.0.1:${await freePort()}`;
    const port = await freePort();
    const moved = (text: string) => text.replaceAll("127.0.0.1:9000", mesh).replace(HTTP_PORT, `:${port}`);
    const write = (name: string, kind: string, mark: string) =>
      writeFileSync(join(folder, name), moved(blocks(kind).find((text) => text.includes(mark)) ?? ""));
    write("chat.toml", "toml", "GET /chat");
    write("chat.html", "html", "Chat");
    write("chat.mjs", "js", "webSocket");
    const running = new Program([bin, "--config", "chat.toml"], { cwd: folder });
    const serving = new Program(["chat.mjs"], { cwd: folder });
    const clients: WebSocket[] = [];
    const dial = async (): Promise<WebSocket> => {
      const client = new WebSocket(`ws://127.0.0.1:${port}/chat`);
      clients.push(client);
      await once(client, "open");
      return client;
    };
    try {
      await running.printed(/Listening for HTTP.*\n/);
      await vi.waitFor(dial, { timeout: 20_000 });
      await use(dial, port);
    } finally {
      for (const client of clients) client.terminate();
      await running.stop();
      await serving.stop();
    }
  }

  test("the chat", async () => {
    await withChat(async (dial) => {
      const [first, second] = [await dial(), await dial()];
      second.send("hello from the second");
      expect(String((await once(first, "message"))[0])).toBe("hello from the second");
    });
  }, 60_000);

  test.skipIf(chromium === undefined)(
    "the page of the chat, in a browser",
    async () => {
      await withChat(async (dial, port) => {
        const client = await dial();
        const page = await openPage(chromium ?? "", `http://127.0.0.1:${port}/`);
        try {
          const shown = async (): Promise<void> => {
            client.send("hello from outside");
            expect(await page.evaluate('document.querySelector("ul").textContent')).toContain("hello from outside");
          };
          await vi.waitFor(shown, { timeout: 20_000, interval: 300 });
          const said = new Promise<void>((resolve) => {
            client.on("message", (data) => String(data) === "typed in the page" && resolve());
          });
          await page.evaluate(
            'document.querySelector("input").value = "typed in the page"; document.querySelector("form").requestSubmit()',
          );
          await said;
        } finally {
          await page.close();
        }
      });
    },
    90_000,
  );

  test("names every option and command", () => {
    for (const [option] of HELP.matchAll(/--\w+/g)) expect(readme).toContain(`\`${option}\``);
    for (const command of ["check", "explain"]) {
      expect(parseArguments([command]).command).toBe(command);
      expect(HELP).toContain(`flatend-gateway ${command}`);
    }
  });

  test("lists every status the gateway answers with", () => {
    const http = [
      "socket-bridge.ts",
      "fault.ts",
      "not-found.ts",
      "body-length.ts",
      "request-body.ts",
      "bridge.ts",
      "grpc-bridge.ts",
      "grpc-request.ts",
      "grpc-schema.ts",
      "connect-bridge.ts",
      "rate-limit.ts",
      "server.ts",
      "misdirected.ts",
    ];
    const files = [...http.map((name) => `http/${name}`), "mapping/answers.ts", "mapping/refusal.ts"];
    const sources = files.map((name) => readFileSync(join(gateway, "src", name), "utf8")).join("");
    const used = [...sources.matchAll(/HttpFault\(([45]\d\d)|[A-Z_]+"?[:,] ([45]\d\d)\b|\? (301) : (308)/g)].flatMap(
      (found) => found.slice(1),
    );
    const statuses = new Set(used.filter((status) => status !== undefined));
    // Node answers what is no HTTP or stalls in its head.
    const listed = [...readme.matchAll(/^\| (\d{3}(?:, \d{3})*) \|/gm)].flatMap(([, text]) =>
      (text as string).split(", "),
    );
    // That of a fault of the gateway itself is no promise.
    statuses.delete("500");
    expect([...statuses].sort()).toEqual(listed);
  });

  test("names only files that are there", () => {
    for (const [, target] of readme.matchAll(/\]\((?!https:)([^)#]+)\)/g)) {
      expect(() => readFileSync(join(gateway, target as string)), target).not.toThrow();
    }
  });
});
