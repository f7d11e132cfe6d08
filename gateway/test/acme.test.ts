// Certificates from a real ACME server: by both challenges, anew, after a restart, and while the CA is away.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { readConfiguration } from "../src/config/load.ts";
import { settingsOf } from "../src/config/settings.ts";
import { startGateway } from "../src/gateway.ts";
import { goProgram } from "./go.ts";
import { type Pebble, startPebble } from "./pebble.ts";

const folder = mkdtempSync(join(tmpdir(), "flatend-acme-"));
const program = await goProgram("pebble", "The ACME client is not tried");
afterAll(() => rmSync(folder, { recursive: true, maxRetries: 5 }));
const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const WITHIN = { timeout: 40_000, interval: 200 };

/** A gateway that gets its certificates from this CA, and what it logs. */
async function start(pebble: Pebble, name: string, keys: string) {
  const file = join(folder, `${name}.toml`);
  const log: string[] = [];
  const acme = `directory = "${pebble.directory}"\nca = "root.pem"\nstorage = "${name}"\n${keys}`;
  const http = `https = true\ndomain = "${name}.test"\naddr = "127.0.0.1:${pebble.tlsPort}"\nhttp_addr = "127.0.0.1:${pebble.httpPort}"`;
  writeFileSync(join(folder, "root.pem"), pebble.ca);
  const settings = settingsOf(readConfiguration(`[acme]\n${acme}\n[[http]]\n${http}`, "test"));
  const gateway = await startGateway({ settings, file, addr: "127.0.0.1:0", log: (line) => log.push(line) });
  let closed = false;
  const close = async () => {
    if (!closed) await gateway.close();
    closed = true;
  };
  stops.push(close);
  return { log, close };
}

function handshake(port: number, servername: string): Promise<TLSSocket> {
  const socket = connect({ port, host: "127.0.0.1", servername, rejectUnauthorized: false });
  stops.push(() => socket.destroy());
  return new Promise((resolve, reject) => {
    socket.once("secureConnect", () => resolve(socket)).on("error", reject);
  });
}

/** The serial number of the certificate that is served. */
async function serialOf(pebble: Pebble, name: string): Promise<string> {
  const socket = await handshake(pebble.tlsPort, `${name}.test`);
  const { issuer, serialNumber, subjectaltname } = socket.getPeerCertificate();
  socket.destroy();
  expect([issuer.CN, subjectaltname]).toEqual([expect.stringMatching(/^Pebble /), `DNS:${name}.test`]);
  return serialNumber;
}

describe.skipIf(program === undefined)("with a CA", () => {
  let pebble: Pebble;
  beforeAll(async () => {
    pebble = await startPebble(program ?? "", join(folder, "long"), 86_400);
  }, 300_000);
  afterAll(() => pebble?.stop());

  test.each(["http-01", "tls-alpn-01"])(
    "%s: a certificate, and after a restart the same",
    async (kind) => {
      const { close, log } = await start(pebble, kind, `challenges = ["${kind}"]`);
      const serial = await vi.waitFor(() => serialOf(pebble, kind), WITHIN);
      expect(log.join("\n")).toContain(`New certificate for '${kind}.test', valid until `);
      await close();
      const orders = pebble.orders();
      expect(orders).toBeGreaterThan(0);
      await start(pebble, kind, `challenges = ["${kind}"]`);
      expect(await serialOf(pebble, kind)).toBe(serial);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      expect(pebble.orders()).toBe(orders);
    },
    60_000,
  );
});

describe.skipIf(program === undefined)("with a CA whose certificates live for seconds", () => {
  test("one is renewed while connections stay; without the CA the old one goes on serving", async () => {
    const pebble = await startPebble(program ?? "", join(folder, "short"), 20);
    stops.push(() => pebble.stop());
    const { log } = await start(pebble, "renewed", "renew_at = 0.25");
    const first = await vi.waitFor(() => serialOf(pebble, "renewed"), WITHIN);
    const open = await handshake(pebble.tlsPort, "renewed.test");
    const second = await vi.waitFor(async () => {
      const serial = await serialOf(pebble, "renewed");
      expect(serial).not.toBe(first);
      return serial;
    }, WITHIN);
    expect(open.destroyed).toBe(false);
    await pebble.stop();
    await vi.waitFor(() => expect(log.join("\n")).toContain("the old one goes on serving"), WITHIN);
    const last = await serialOf(pebble, "renewed");
    expect(log.filter((line) => line.startsWith("New certificate")).length).toBe(last === second ? 2 : 3);
  }, 120_000);
});
