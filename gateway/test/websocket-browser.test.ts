// A browser takes the connection of its page for WebSockets too, where HTTP/2 says that it may.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { newKey, pemOfKey, selfSigned } from "../src/tls/x509.ts";
import { findChromium, openPage } from "./browser.ts";
import { atEnd, start } from "./server.ts";
import { echo, ROUTE } from "./sockets.ts";

const chromium = findChromium();
if (chromium === undefined) {
  const missing = "There is no Chromium on the PATH: WebSockets over HTTP/2 are NOT tried in a browser.";
  if (process.env.CI === "true") throw new Error(missing);
  console.error(missing);
}

const PAGE = `<!doctype html><title>waits</title><script>
  const socket = new WebSocket(location.href.replace(/^https/, "wss") + "socket/7", ["chat.1"]);
  socket.onopen = () => socket.send("a browser");
  socket.onmessage = ({ data }) => { document.title = socket.protocol + " " + data; };
</script>`;

test.skipIf(chromium === undefined)(
  "Chromium",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "flatend-page-"));
    atEnd(() => rmSync(folder, { recursive: true, maxRetries: 5 }));
    const key = newKey();
    writeFileSync(join(folder, "cert.pem"), selfSigned(key, ["localhost"]));
    writeFileSync(join(folder, "key.pem"), pemOfKey(key));
    writeFileSync(join(folder, "index.html"), PAGE);
    const https = 'https = true\ndomain = "localhost"\ntls = { cert = "cert.pem", key = "key.pem" }\n';
    const page = '[[http.routes]]\npath = "GET /"\nstatic = "index.html"\n';
    const { handler, sockets } = echo();
    const { port } = await start(https + page + ROUTE, { socket: handler }, folder);
    const browser = await openPage(chromium ?? "", `https://localhost:${port}/`, ["--ignore-certificate-errors"]);
    atEnd(() => browser.close());
    await vi.waitFor(async () => expect(await browser.evaluate("document.title")).toBe("chat.1 a browser"), {
      timeout: 30_000,
    });
    expect(sockets[0]?.headers).toMatchObject({
      ":http-version": "2",
      ":scheme": "https",
      origin: `https://localhost:${port}`,
    });
  },
  60_000,
);
