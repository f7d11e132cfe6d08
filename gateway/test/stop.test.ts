// The end of a gateway, seen by clients that keep their connections.
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { generateSecretKey, Node } from "flatend";
import { expect, test } from "vitest";
import { readConfiguration } from "../src/config/load.ts";
import { settingsOf } from "../src/config/settings.ts";
import { startServers } from "../src/http/server.ts";
import { atEnd } from "./small-mesh.ts";

test("a request that reaches a stopping gateway over a connection that waited is answered, and the connection closed", async () => {
  const node = await Node.start({
    secretKey: generateSecretKey(),
    bindAddrs: ["127.0.0.1:0"],
  });
  atEnd(() => node.shutdown({ timeout: 0 }));
  const service = await Node.start({ addrs: [...node.addresses], services: { quick: (ctx) => ctx.send("quick") } });
  atEnd(() => service.shutdown({ timeout: 0 }));
  const text = `[[http]]\naddr = "127.0.0.1:0"\n[[http.routes]]\npath = "GET /quick"\nservice = "quick"\n`;
  const [settings] = settingsOf(readConfiguration(text, "test")).servers;
  const server = await startServers(node, [settings as NonNullable<typeof settings>], ".");
  const port = server.addresses[0]?.port ?? 0;
  const dial = async () => {
    const socket = connect(port, "127.0.0.1");
    atEnd(() => socket.destroy());
    await once(socket, "connect");
    return socket;
  };
  const [used, unused] = [await dial(), await dial()];
  let received = "";
  used.setEncoding("latin1").on("data", (data: string) => {
    received += data;
  });
  const request = "GET /quick HTTP/1.1\r\nhost: a\r\n\r\n";
  const ended = Promise.all([once(used, "close"), once(unused, "close")]);
  unused.resume();
  used.write(request);
  while (!received.includes("quick")) await wait(5);
  const stopped = server.close();
  used.write(request);
  await Promise.all([stopped, ended]);
  const answers = received.split("HTTP/1.1 200 OK").slice(1);
  expect(answers.map((answer) => /connection: close/i.test(answer))).toEqual([false, true]);
  await expect(dial()).rejects.toThrow("ECONNREFUSED");
});
