// Commands to a running gateway: each process is one of its own, as they are used.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Node } from "flatend";
import { describe, expect, test } from "vitest";
import { COMMANDS } from "../src/admin/command-list.ts";
import { HELP } from "../src/cli/help.ts";
import { newKey, pemOfKey, selfSigned } from "../src/tls/x509.ts";
import { bin, HOSTILE, services, start, stops, temporary } from "./commanded.ts";
import { freePort, Program } from "./processes.ts";

describe("single commands", () => {
  test("tell of the gateway, its nodes, services and routes", async () => {
    const { port, program, command, asked } = await start();
    expect(await asked("status")).toMatchObject({
      state: "ready",
      pid: program.child.pid,
      http: [{ scheme: "HTTP", addr: `127.0.0.1:${port}` }],
      peers: 1,
    });
    expect(await asked("peers")).toEqual([
      {
        addr: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
        key: null,
        services: expect.arrayContaining(["hello", HOSTILE]),
        connections: 1,
        since: expect.stringMatching(/Z$/),
      },
    ]);
    const list = (await asked("services")) as { service: string; providers: unknown[]; routes: unknown[] }[];
    const of = (name: string) => list.find(({ service }) => service === name);
    expect(of("hello")).toMatchObject({ providers: [expect.any(String)], routes: ["GET /hello/:name"] });
    expect(of("absent")).toMatchObject({ providers: [], routes: ["GET /absent/:name"] });
    expect(of("bytes")).toMatchObject({ providers: [expect.any(String)], routes: [] });
    expect((await asked("routes")) as unknown[]).toContainEqual({
      server: `127.0.0.1:${port}`,
      route: "GET /hello/:name",
      services: ["hello", "other"],
      static: null,
    });
    const { code, out } = await command("peers", "--json");
    expect([code, JSON.parse(out)]).toEqual([0, await asked("peers")]);
    // What a node calls its service cannot clear the screen.
    const printed = await command("services");
    expect(printed.out).toContain("\\u{1b}[2Jevil");
    expect(printed.out).not.toContain("\u001b");
    expect(printed.out).toMatch(/^service +providers +routes +called +failed\n/);
  });

  test("call a service", async () => {
    const { asked, command } = await start();
    expect(await asked("call", "hello", '{"name":"you"}')).toMatchObject({
      provider: null,
      headers: { "x-kind": "greeting" },
      body: "Hello you!",
      head_ms: expect.any(Number),
    });
    expect(await asked("call", "hello", "{}", "me")).toMatchObject({ body: "Hello me!" });
    expect(await asked("call", "bytes")).toMatchObject({ body_base64: "/wA=" });
    expect(await command("call", "large")).toMatchObject({ code: 1, out: "" });
    expect(await command("call", "nobody")).toMatchObject({
      code: 1,
      err: "flatend-gateway: No nodes were able to process your request for service(s): [nobody]\n",
    });
    expect(await command("call", "hello", "[1]")).toMatchObject({
      code: 2,
      err: "flatend-gateway: headers: expected a JSON object of texts, got [1]\n",
    });
  });

  test("trace follows a request to who answers", async () => {
    const { asked, command, port, service } = await start();
    await service.shutdown({ timeout: 0 });
    const status = (await asked("status")) as { mesh: string[] };
    const keyed = await Node.start({
      secretKey: new Uint8Array(32).fill(7),
      addrs: status.mesh,
      services,
    });
    stops.push(() => keyed.shutdown({ timeout: 0 }));
    expect(await asked("trace", "/hello/x?y=1")).toMatchObject({
      route: "GET /hello/:name",
      services: ["hello", "other"],
      status: 200,
      bytes: "Hello !".length,
      complete: true,
      calls: [{ services: ["hello", "other"], providers: keyed.addresses, outcome: "ok" }],
      headers: { "x-kind": "greeting" },
    });
    const slow = (await asked("trace", "get", `http://127.0.0.1:${port}/slow/x`)) as Record<"head_ms", number>;
    expect(slow.head_ms).toBeGreaterThan(900);
    const absent = await asked("trace", "/absent/x");
    expect(absent).toMatchObject({ status: 503, calls: [{ providers: [], outcome: "NO_PROVIDER" }] });
    expect(await asked("trace", "DELETE", "/hello/x")).toMatchObject({ route: null, status: 405, calls: [] });
    expect(await asked("trace", "BREW", "/")).toMatchObject({ route: null, status: 400 });
    expect(await command("trace", "/%\n")).toMatchObject({ code: 1 });
    expect(await command("trace", "http://a:1/")).toMatchObject({ code: 1 });
    expect(await command("trace", "hello")).toMatchObject({ code: 2 });
  });

  test("a stream without an end is left", async () => {
    const { asked } = await start();
    expect(await asked("trace", "/endless/x")).toMatchObject({ status: 200, complete: false });
  });

  test("certificates, and a trace over TLS", async () => {
    const { folder, asked, port } = await start();
    const file = join(folder, "config.toml");
    const secure = await freePort();
    const key = newKey();
    writeFileSync(join(folder, "cert.pem"), selfSigned(key, ["one.test"]));
    writeFileSync(join(folder, "key.pem"), pemOfKey(key));
    const https = `[[http]]\nhttps = true\naddr = "127.0.0.1:${secure}"\ndomain = "one.test"\ntls = { cert = "cert.pem", key = "key.pem" }\n`;
    const route = '[[http.routes]]\npath = "GET /secure"\nservice = "hello"\n';
    expect(await asked("certificates")).toEqual([]);
    writeFileSync(file, `${readFileSync(file, "utf8")}${https}${route}`);
    expect(await asked("reload")).toEqual({ reloaded: "config.toml" });
    expect(await asked("certificates")).toEqual([
      {
        domain: "one.test",
        source: "files",
        state: "valid",
        not_after: expect.stringMatching(/^\d{4}-.*Z$/),
        issuer: null,
        names: "DNS:one.test",
      },
    ]);
    const traced = await asked("trace", `https://one.test:${secure}/secure`);
    expect(traced).toMatchObject({ route: "GET /secure", status: 200 });
    expect(await asked("trace", `http://127.0.0.1:${port}/secure`)).toMatchObject({ route: null, status: 404 });
  });

  test("reload, and why not", async () => {
    const { folder, asked, command } = await start();
    const file = join(folder, "config.toml");
    expect(await asked("reload")).toEqual({ reloaded: "config.toml" });
    writeFileSync(file, `${readFileSync(file, "utf8")}nonsense = 1\n`);
    await expect(asked("reload")).rejects.toThrow(
      /^Not reloaded: config\.toml:\d+:1: unknown key nonsense in http\[0\]\.routes\[3\]/,
    );
    // What runs is reached by a file that it does not run by.
    expect((await command("status")).code).toBe(0);
  });

  test("log-level: told, set, and set by the file", async () => {
    const { folder, asked, command, program } = await start();
    const file = join(folder, "config.toml");
    expect(await asked("log-level")).toEqual({ level: "info" });
    const { code, out } = await command("log-level", "debug", "--json");
    expect([code, JSON.parse(out)]).toEqual([0, { level: "debug" }]);
    const { mesh } = (await asked("status")) as { mesh: string[] };
    const before = program.stderr;
    expect(before).not.toContain("Mesh: ");
    const node = await Node.start({ addrs: mesh, services: { "\u001b[2Jloud": () => {} } });
    stops.push(() => node.shutdown({ timeout: 0 }));
    await program.printed(/ Mesh: peer connected \{"addr":".*"services":\["\\u001b\[2Jloud"\]/);
    expect(await asked("log-level", "error")).toEqual({ level: "error" });
    const loud = program.stderr;
    const text = readFileSync(file, "utf8");
    writeFileSync(file, `nonsense = 1\n${text}`);
    await expect(asked("reload")).rejects.toThrow("nonsense");
    expect(await asked("log-level")).toEqual({ level: "error" });
    expect(program.stderr).toBe(loud);
    writeFileSync(file, `${text}[log]\nlevel = "warn"\n`);
    expect(await asked("reload")).toEqual({ reloaded: "config.toml" });
    expect(await asked("log-level")).toEqual({ level: "warn" });
    // It is told at the level of the file.
    expect(program.stderr).toBe(loud);
    expect(await command("log-level", "loud")).toEqual({
      code: 2,
      out: "",
      err: "flatend-gateway: expected one of debug, info, warn, error, got loud\n",
    });
  });

  test("drain: requests that run finish, and the process ends", async () => {
    const { url, command, program } = await start();
    const slow = fetch(`${url}/slow/x`).then((response) => response.text());
    await wait(300);
    expect(await command("drain")).toEqual({ code: 0, out: "draining  true\n", err: "" });
    expect(await slow).toBe("late");
    expect(await program.ended()).toBe(0);
    expect(program.stderr).toContain("Stopping on the command drain.");
    const after = await command("peers");
    expect(after.code).toBe(1);
    expect(after.err).toMatch(/^flatend-gateway: cannot attach to .*: no gateway runs with this configuration\n$/);
  });

  test("without a socket in the file", async () => {
    const folder = temporary();
    writeFileSync(join(folder, "config.toml"), "[[http]]\n");
    const program = new Program([bin, "peers"], { cwd: folder });
    expect(await program.ended()).toBe(2);
    expect(program.stderr).toBe(
      "config.toml: expected admin.socket, by which a running gateway is reached, got none\n",
    );
  });
});

test("help and README name each command", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  for (const [name, { operands, about }] of Object.entries(COMMANDS)) {
    const form = `${name} ${operands}`.trim();
    expect(HELP).toContain(`  ${form}`);
    expect(HELP).toContain(about);
    expect(readme).toContain(`| \`${form.replaceAll("|", "\\|")}\` |`);
  }
});
