/** Pebble, an ACME server of Let's Encrypt for tests, with a DNS for which every name is this machine. */
import { mkdirSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { newKey, pemOfKey, selfSigned } from "../src/tls/x509.ts";
import { freePort, Program } from "./processes.ts";

export interface Pebble {
  readonly directory: string;
  /** Root of its server, in PEM. */
  readonly ca: string;
  /** Where it asks the gateway. */
  readonly httpPort: number;
  readonly tlsPort: number;
  /** How many orders there were. */
  orders(): number;
  stop(): Promise<void>;
}

/** @param lifetime of its certificates, in seconds */
export async function startPebble(program: string, folder: string, lifetime: number): Promise<Pebble> {
  mkdirSync(folder, { recursive: true });
  const [port, httpPort, tlsPort] = [await freePort(), await freePort(), await freePort()];
  const key = newKey();
  const ca = selfSigned(key, ["localhost"]);
  writeFileSync(join(folder, "cert.pem"), ca);
  writeFileSync(join(folder, "key.pem"), pemOfKey(key));
  const settings = {
    listenAddress: `127.0.0.1:${port}`,
    certificate: join(folder, "cert.pem"),
    privateKey: join(folder, "key.pem"),
    httpPort,
    tlsPort,
    retryAfter: { authz: 1, order: 1 },
    keyAlgorithm: "ecdsa",
    profiles: { default: { description: "for tests", validityPeriod: lifetime } },
  };
  writeFileSync(join(folder, "pebble.json"), JSON.stringify({ pebble: settings }));
  const dns = await startDns();
  const args = ["-config", join(folder, "pebble.json"), "-dnsserver", `127.0.0.1:${dns.port}`];
  // Every fifth nonce is refused, and every order has to be proved.
  const env = { PEBBLE_VA_NOSLEEP: "1", PEBBLE_WFE_NONCEREJECT: "20", PEBBLE_AUTHZREUSE: "0" };
  const running = new Program(args, { cwd: folder, env, command: program });
  await running.printed(/Listening on/);
  return {
    directory: `https://localhost:${port}/dir`,
    ca,
    httpPort,
    tlsPort,
    orders: () => [...`${running.stdout}${running.stderr}`.matchAll(/Added order/g)].length,
    stop: async () => {
      await running.stop();
      dns.stop();
    },
  };
}

const TYPE_A = 1;

/** Over TCP, as Pebble asks: 127.0.0.1 for each question for an IPv4 address, and nothing for others. */
async function startDns(): Promise<{ readonly port: number; stop(): void }> {
  const server = createServer((socket) => {
    let seen = Buffer.alloc(0);
    socket
      .on("error", () => {})
      .on("data", (piece) => {
        seen = Buffer.concat([seen, piece]);
        // Each message has its length before it.
        while (seen.length > 2 && seen.length >= 2 + seen.readUInt16BE(0)) {
          const end = 2 + seen.readUInt16BE(0);
          const answer = answerTo(seen.subarray(2, end));
          socket.write(Buffer.concat([Buffer.from([answer.length >> 8, answer.length & 0xff]), answer]));
          seen = seen.subarray(end);
        }
      });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port, stop: () => server.close() };
}

function answerTo(question: Buffer): Buffer {
  const end = question.indexOf(0, 12) + 5;
  const isA = question.readUInt16BE(end - 4) === TYPE_A;
  const head = Buffer.from([...question.subarray(0, 2), 0x84, 0, 0, 1, 0, isA ? 1 : 0, 0, 0, 0, 0]);
  const answer = Buffer.from([0xc0, 12, 0, TYPE_A, 0, 1, 0, 0, 0, 1, 0, 4, 127, 0, 0, 1]);
  return Buffer.concat([head, question.subarray(12, end), ...(isA ? [answer] : [])]);
}
