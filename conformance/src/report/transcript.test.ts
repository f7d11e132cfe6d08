import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, expect, test } from "vitest";
import { ProbeConnection } from "../probe/connection.ts";
import { Transcript } from "../probe/transcript.ts";
import { renderTranscript } from "./transcript.ts";

const open: { destroy(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.destroy();
});

const ANONYMOUS_WITHOUT_SERVICES = new Uint8Array(2);

/** Both ends, past their key exchange, and what each has written and read. */
async function pair() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const accepted = once(server, "connection");
  const transcripts = { dialer: new Transcript(), listener: new Transcript() };
  const { port } = server.address() as AddressInfo;
  const dialer = await ProbeConnection.dial(
    "main",
    "127.0.0.1",
    port,
    new Uint8Array(32).fill(1),
    transcripts.dialer,
    5000,
  );
  const [socket] = await accepted;
  const listener = new ProbeConnection("main", socket, "listener", new Uint8Array(32).fill(2), transcripts.listener);
  open.push(dialer, listener, { destroy: () => server.close() });
  for (const [one, other] of [
    [dialer, listener],
    [listener, dialer],
  ] as const) {
    await one.writeBytes(one.session.publicKey, "public key");
    await other.until(() => other.takeKey(), 5000);
  }
  return { dialer, listener, transcripts };
}

test("replies of the probe are shown as what they are, whoever has dialed", async () => {
  const { dialer, listener, transcripts } = await pair();
  for (const [asks, answers, seq, name] of [
    [dialer, listener, 1, "listener"],
    [listener, dialer, 2, "dialer"],
  ] as const) {
    asks.expectReplyTo(seq, "handshake");
    await asks.sendMessage(seq, 0, ANONYMOUS_WITHOUT_SERVICES, "Handshake");
    await answers.until(() => answers.inbox[0], 5000);
    await answers.sendMessage(seq, null, ANONYMOUS_WITHOUT_SERVICES, "the answer");
    const lines = renderTranscript(transcripts[name].events);
    const fields = lines
      .slice(lines.findLastIndex((line) => line.endsWith("the answer")) + 2)
      .map((line) => line.trim());
    expect(fields.slice(0, 3)).toEqual([
      `0  seq = ${seq}  (0000000${seq})`,
      "4  has ID = 0  (00)",
      "5  services = 0  (00)",
    ]);
  }
});
