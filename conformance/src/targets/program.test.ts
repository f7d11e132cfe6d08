import { expect, test } from "vitest";
import { GatewayExecTarget } from "./gateway.ts";
import { freePort } from "./program.ts";
import { TargetUnreachable } from "./target.ts";

test("no port is given twice, though nobody listens on it yet", async () => {
  const ports: number[] = [];
  for (let count = 0; count < 300; count += 1) ports.push(await freePort());
  expect(new Set(ports).size).toBe(ports.length);
});

test("a gateway that ends before its HTTP servers listen is not waited for, and quoted", async () => {
  const script = `
    const [host, port] = process.argv[1].split(":");
    require("node:net").createServer((socket) => {
      socket.on("error", () => {});
      socket.end();
      console.error("somebody else has the address");
      process.exitCode = 7;
      setTimeout(() => process.exit(), 50);
    }).listen(Number(port), host);`;
  const target = GatewayExecTarget.fromCommand(`"${process.execPath}" -e '${script}' {bind} {http}`);
  const error = await target.start().then(
    () => undefined,
    (fault: unknown) => fault,
  );
  expect(error).toBeInstanceOf(TargetUnreachable);
  expect((error as Error).message).toMatch(
    /^the program ended before it accepted a connection at 127\.0\.0\.1:\d+ \(exit code 7\); it wrote:\n {2}somebody else has the address$/,
  );
});
