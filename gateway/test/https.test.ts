// HTTPS with certificates from files: which HTTP, which names, and the redirect to it.
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { get as getHttps } from "node:https";
import { connect as connectTcp } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { HttpServers } from "../src/http/server.ts";
import { newKey, pemOfKey, selfSigned } from "../src/tls/x509.ts";
import { atEnd, start as startServer } from "./server.ts";

const redirectOf = ({ addresses }: HttpServers) => addresses.find(({ scheme }) => scheme === "redirect");

const folder = mkdtempSync(join(tmpdir(), "flatend-https-"));
const key = newKey();
const certificate = selfSigned(key, ["one.test", "two.test"]);
beforeAll(() => {
  writeFileSync(join(folder, "cert.pem"), certificate);
  writeFileSync(join(folder, "key.pem"), pemOfKey(key));
  writeFileSync(join(folder, "other.pem"), pemOfKey(newKey()));
});
afterAll(() => rmSync(folder, { recursive: true, maxRetries: 5 }));

const HTTPS = 'https = true\ndomain = "one.test"\ndomains = ["Two.test"]\ntls.cert = "cert.pem"\ntls.key = "key.pem"\n';
const start = (keys = "") => startServer(HTTPS + keys, {}, folder);

async function handshake(port: number, options: ConnectionOptions): Promise<TLSSocket> {
  const socket = connect({ port, host: "127.0.0.1", ca: certificate, ...options });
  atEnd(() => socket.destroy());
  socket.on("error", () => {});
  await new Promise<void>((resolve, reject) => {
    socket.once("secureConnect", resolve).once("error", reject);
  });
  return socket;
}

/** With HTTP/1.1. */
async function get(port: number, servername: string, path: string, host = servername) {
  const request = getHttps({ port, host: "127.0.0.1", servername, path, ca: certificate, headers: { host } });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  let body = "";
  for await (const piece of response.setEncoding("utf8")) body += piece;
  return { status: response.statusCode, body };
}

describe("HTTPS", () => {
  test("HTTP/1.1 and HTTP/2, as the client asks", async () => {
    const { port, server } = await start();
    expect(server.addresses[0]?.scheme).toBe("HTTPS");
    const told = JSON.parse((await get(port, "one.test", "/head")).body) as object;
    expect(told).toMatchObject({ ":scheme": "https", ":http-version": "1.1", ":authority": "one.test" });

    const socket = await handshake(port, { servername: "two.test", ALPNProtocols: ["h2", "http/1.1"] });
    expect(socket.alpnProtocol).toBe("h2");
    const session = connectHttp2("https://two.test", { createConnection: () => socket });
    atEnd(() => session.destroy());
    const stream = session.request({ ":path": "/head" });
    let body = "";
    for await (const piece of stream.setEncoding("utf8")) body += piece;
    expect(JSON.parse(body)).toMatchObject({ ":scheme": "https", ":http-version": "2", ":authority": "two.test:443" });
  });

  test("names that are not served are refused in the handshake, and in the request", async () => {
    const { port } = await start();
    const refused = (options: ConnectionOptions) => expect(handshake(port, options)).rejects.toThrow();
    await refused({ servername: "three.test", rejectUnauthorized: false });
    await refused({ rejectUnauthorized: false });
    expect((await get(port, "one.test", "/head", "three.test")).status).toBe(421);
    expect((await get(port, "one.test", "/head", "two.test:8443")).status).toBe(200);
  });

  test("TLS 1.2 is the oldest, and a client that speaks no HTTP is refused", async () => {
    const { port } = await start();
    const version = (text: "TLSv1.1" | "TLSv1.2"): ConnectionOptions => ({
      servername: "one.test",
      minVersion: text,
      maxVersion: text,
      ciphers: "DEFAULT@SECLEVEL=0",
    });
    expect((await handshake(port, version("TLSv1.2"))).getProtocol()).toBe("TLSv1.2");
    await expect(handshake(port, version("TLSv1.1"))).rejects.toThrow();
    await expect(handshake(port, { servername: "one.test", ALPNProtocols: ["imap"] })).rejects.toThrow();
  });

  test("a handshake that does not come ends, and one that is no TLS", async () => {
    const { port } = await start('timeout.read_header = "200ms"');
    for (const text of ["", "GET / HTTP/1.1\r\n\r\n"]) {
      const socket = connectTcp(port, "127.0.0.1");
      socket.on("error", () => {}).resume();
      socket.write(text);
      await new Promise((resolve) => socket.once("close", resolve));
    }
  });

  test("a service that dies in its response resets the connection of HTTP/1.0", async () => {
    const { port } = await start();
    const socket = await handshake(port, { servername: "one.test" });
    const errors: (string | undefined)[] = [];
    socket.on("error", ({ code }: NodeJS.ErrnoException) => errors.push(code));
    const closed = new Promise((resolve) => socket.once("close", resolve));
    let said = "";
    socket.setEncoding("latin1").on("data", (text: string) => {
      said += text;
    });
    socket.write("GET /dies HTTP/1.0\r\nhost: one.test\r\n\r\n");
    await closed;
    expect(said).toMatch(/^HTTP\/1.[01] 200 /);
    expect(errors).toEqual(["ECONNRESET"]);
  });

  test("the end: requests go on, and connections that wait are closed", async () => {
    const { port, server } = await start();
    const idle = await handshake(port, { servername: "one.test" });
    const body = get(port, "one.test", "/slow");
    await new Promise((resolve) => setTimeout(resolve, 300));
    const begun = performance.now();
    await server.close();
    // The time to shut down is 10 s.
    expect(performance.now() - begun).toBeLessThan(8_000);
    expect((await body).body).toBe("abc");
    await vi.waitFor(() => expect(idle.closed).toBe(true));
  });

  test("a key of another certificate, and a file that is not there", async () => {
    const settings = (key: string) => HTTPS.replace("key.pem", key);
    await expect(startServer(settings("other.pem"), {}, folder)).rejects.toThrow(/^tls: expected a certificate in /);
    await expect(startServer(settings("none.pem"), {}, folder)).rejects.toThrow("ENOENT");
  });
});

describe("HTTP beside it", () => {
  test.each([
    ["GET", "/a%62/?x=1", "one.test:1234", 301, "/ab/?x=1"],
    ["POST", "/x", "two.test", 308, "/x"],
    ["GET", "/x", "three.test", 421, undefined],
    ["GET", "/../x", "one.test", 400, undefined],
    ["GET", "//x", "one.test", 404, undefined],
  ])("%s %s of %s: %d", async (method, path, host, status, target) => {
    const { port, server } = await start('http_addr = "127.0.0.1:0"');
    const socket = connectTcp(redirectOf(server)?.port ?? 0, "127.0.0.1");
    atEnd(() => socket.destroy());
    socket.end(`${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
    let text = "";
    for await (const piece of socket.setEncoding("latin1")) text += piece;
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    const location = target === undefined ? undefined : `https://${host.replace(/:\d+/, "")}:${port}${target}`;
    expect(/^location: (.*)$/im.exec(text)?.[1]).toBe(location);
  });

  test("none, where the address is given and none is asked for", async () => {
    const { server } = await start();
    expect(redirectOf(server)).toBeUndefined();
  });
});
