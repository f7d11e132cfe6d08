// Commands line by line, and the socket that they come by.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { socketName } from "../src/admin/socket-path.ts";
import { Attachment } from "../src/cli/attach.ts";
import { completionsOf } from "../src/cli/repl.ts";
import { bin, start, stops, temporary } from "./commanded.ts";
import { freePort, Program } from "./processes.ts";

const isWindows = process.platform === "win32";

describe("the REPL", () => {
  test("obeys line by line", async () => {
    const { folder, program } = await start();
    const running = new Program([bin, "repl"], { cwd: folder });
    stops.push(() => running.stop());
    const type = (line: string) => running.child.stdin?.write(`${line}\n`);
    type('call hello {"name": "a b"} --json');
    await running.printed(/"body": "Hello a b!"/);
    type("nonsense");
    await running.printed(/expected one of status, peers, .*, got nonsense\n/);
    type("help");
    await running.printed(/trace \[METHOD\] PATH\|URL +make a request/);
    type("routes");
    await running.printed(/GET \/slow\/:name +slow other/);
    type("exit");
    expect(await running.ended()).toBe(0);
    expect(program.child.exitCode).toBeNull();
  });

  test("tells when the gateway has gone", async () => {
    const { folder, program } = await start();
    const running = new Program([bin, "repl"], { cwd: folder });
    stops.push(() => running.stop());
    running.child.stdin?.write("status\n");
    await running.printed(/state +ready/);
    await program.stop();
    expect(await running.ended()).toBe(1);
    expect(running.stderr).toBe("flatend-gateway: the gateway has gone\n");
  });

  test("completes commands, services and paths", async () => {
    const { folder } = await start();
    const gateway = await Attachment.open(socketName(folder, "run/socket"));
    stops.push(() => gateway.close());
    expect(await completionsOf(gateway, "r")).toEqual([["routes", "reload"], "r"]);
    expect(await completionsOf(gateway, "call h")).toEqual([["hello"], "h"]);
    expect(await completionsOf(gateway, "call ")).toEqual([
      ["absent", "bytes", "endless", "hello", "large", "other", "slow"],
      "",
    ]);
    expect(await completionsOf(gateway, "log-level d")).toEqual([["debug"], "d"]);
    expect(await completionsOf(gateway, "trace /s")).toEqual([["/slow/:name"], "/s"]);
    expect(await completionsOf(gateway, "call hello {")).toEqual([[], "{"]);
  });
});

describe("the socket", () => {
  test.runIf(!isWindows)("is for its owner alone", async () => {
    const { folder } = await start();
    expect(statSync(join(folder, "run")).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, "run/socket")).mode & 0o777).toBe(0o600);
  });

  test.runIf(!isWindows)(
    "is refused in a folder that others may enter, and one that was left is replaced",
    async () => {
      const folder = temporary();
      const port = await freePort();
      mkdirSync(join(folder, "run"));
      chmodSync(join(folder, "run"), 0o755);
      writeFileSync(
        join(folder, "config.toml"),
        `addr = "127.0.0.1:${await freePort()}"\n[admin]\nsocket = "run/socket"\n[[http]]\naddr = "127.0.0.1:${port}"\n`,
      );
      const refused = new Program([bin], { cwd: folder });
      expect(await refused.ended()).toBe(1);
      expect(refused.stderr).toMatch(/cannot start: admin\.socket: expected a folder that only its owner may enter/);
      chmodSync(join(folder, "run"), 0o700);
      // A gateway that is killed leaves its socket behind.
      const killed = new Program([bin], { cwd: folder });
      await killed.printed(/Listening for HTTP.*\n/);
      killed.child.kill("SIGKILL");
      await killed.ended();
      expect(statSync(join(folder, "run/socket")).isSocket()).toBe(true);
      const again = new Program([bin], { cwd: folder });
      stops.push(() => again.stop());
      await again.printed(/Listening for HTTP.*\n/);
      const { status } = spawnSync(process.execPath, [bin, "status"], { cwd: folder });
      expect(status).toBe(0);
    },
  );

  test("bounds what it takes", async () => {
    const { folder, asked } = await start();
    const name = socketName(folder, "run/socket");
    const ends = (text: string) =>
      new Promise<string>((resolve) => {
        let received = "";
        const socket = connect(name, () => socket.write(text));
        socket.on("error", () => {}).once("close", () => resolve(received));
        socket.on("data", (data) => {
          received += data;
        });
      });
    expect(await ends("no JSON\n")).toBe("");
    expect(await ends('{"id":1,"command":"call","operands":[1]}\n')).toBe("");
    expect(await ends("x".repeat(1_100_000))).toBe("");
    const slow = `${JSON.stringify({ id: 1, command: "call", operands: ["slow"] })}\n`;
    expect(await ends(slow.repeat(17))).toBe("");
    const open = await Promise.all(Array.from({ length: 8 }, () => Attachment.open(name)));
    await Promise.all(open.map((one) => one.ask("routes")));
    const ninth = await Attachment.open(name);
    await expect(ninth.ask("routes")).rejects.toThrow("the gateway has gone");
    for (const one of open) one.close();
    await vi.waitFor(async () => expect(await asked("status")).toMatchObject({ state: "ready" }), { timeout: 10_000 });
  });
});
