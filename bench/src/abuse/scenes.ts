/** What is done to the gateway, and what is expected of it. */
import { setTimeout as pause } from "node:timers/promises";
import { type Bad, bad, badOnes, GoodClients, leave, stillOpen } from "./clients.ts";
import type { Gateway } from "./processes.ts";

/** What was found, in words, and whether it is as expected. */
export type Finding = readonly [good: boolean, text: string];

/** Times of the gateway are a second; a machine that does much else takes longer to keep them. */
const PATIENCE_MS = 15_000;
const HEAD = "GET /quick HTTP/1.1\r\nhost: a\r\n";
const upload = (length: number): string => `POST /takes HTTP/1.1\r\nhost: a\r\ncontent-length: ${length}\r\n\r\n`;

export type Scene = (gateway: Gateway, count: number) => Promise<readonly Finding[]>;

/** Heads that come one byte at a time. */
export const slowHeads: Scene = async ({ port }, count) => {
  const clients = await badOnes(port, count);
  const drip = setInterval(() => {
    for (const { socket } of clients) if (socket.writable) socket.write("x");
  }, 100);
  for (const { socket } of clients) socket.write(`${HEAD}x: `);
  const open = await stillOpen(clients, PATIENCE_MS);
  clearInterval(drip);
  leave(clients);
  return [[open === 0, `${clients.length} heads that never end: ${open} connections left open`]];
};

/** Bodies that stop in the middle. */
export const stalledBodies: Scene = async ({ port }, count) => {
  const clients = await badOnes(port, count);
  for (const { socket } of clients) socket.write(`${upload(1_000)}some`);
  const open = await stillOpen(clients, PATIENCE_MS);
  leave(clients);
  const told = clients.filter(({ received }) => /^HTTP\/1\.1 (408|502|503) /.test(received)).length;
  return [
    [open === 0, `${clients.length} bodies that stop: ${open} connections left open`],
    [told === clients.length, `${told} of ${clients.length} were told so`],
  ];
};

/** Fields without an end. */
export const headFloods: Scene = async ({ port }, count) => {
  const clients = await badOnes(port, count);
  const field = `x: ${"y".repeat(1_000)}\r\n`;
  for (const { socket } of clients) socket.write(HEAD + field.repeat(64));
  const open = await stillOpen(clients, PATIENCE_MS);
  leave(clients);
  return [[open === 0, `${clients.length} floods of fields: ${open} connections left open`]];
};

/** Many requests in one write. */
export const pipelining: Scene = async ({ port }, count) => {
  const greedy = await bad(port);
  greedy.socket.write(`${HEAD}\r\n`.repeat(100 * count));
  const client = await bad(port);
  let answers = 0;
  client.socket.on("data", (text: unknown) => {
    answers += String(text).split("HTTP/1.1 200 OK").length - 1;
  });
  client.socket.write(`${HEAD}\r\n`.repeat(count));
  const end = performance.now() + PATIENCE_MS;
  while (answers < count && !client.closed && performance.now() < end) await pause(20);
  const open = await stillOpen([greedy], PATIENCE_MS);
  leave([client, greedy]);
  return [
    [answers === count, `${answers} answers to ${count} requests in one write`],
    [open === 0, `a client with ${100 * count} of them was ${open === 0 ? "" : "not "}cut off`],
  ];
};

/** Connections that ask for nothing any more. */
export const idleConnections: Scene = async ({ port, program }, count) => {
  const before = await program.heap();
  const clients: Bad[] = [];
  for (let some: Bad[]; clients.length < count; clients.push(...some)) {
    some = await badOnes(port, Math.min(100, count - clients.length));
    if (some.length === 0) break;
    // A connection that has never asked has as long as a head may take, and no longer.
    for (const { socket } of some) socket.write(`${HEAD}\r\n`);
  }
  const end = performance.now() + PATIENCE_MS;
  while (clients.some(({ received }) => received === "") && performance.now() < end) await pause(20);
  await pause(2_000);
  const each = ((await program.heap()) - before) / Math.max(1, clients.length);
  const open = clients.filter(({ closed }) => !closed).length;
  leave(clients);
  const enough = clients.length === count;
  const why = enough ? "" : `: !!! the limit of descriptors allows no more than ${clients.length}`;
  return [
    [enough, `${clients.length} of ${count} idle connections${why}`],
    [open === clients.length, `${open} of them are left alone`],
    [each < 32_768, `${(each / 1_024).toFixed(1)} KiB of heap for each`],
  ];
};

/**
 * Clients that ask for much and read nothing. What nobody takes fills the connection of its service, which is one of its own here: other calls of the same
 * node would have to wait.
 */
export const readNothing: Scene = async (gateway, count) => {
  const { port, program } = gateway;
  const service = await gateway.service("endless");
  const before = await program.heap();
  const clients = await badOnes(port, count);
  for (const { socket } of clients) {
    socket.pause();
    socket.write("GET /endless HTTP/1.1\r\nhost: a\r\n\r\n");
  }
  await pause(500);
  const each = ((await program.heap()) - before) / Math.max(1, clients.length);
  // Who reads nothing sees no end either: it shows when the rest is read. For those whose turn has not come there is nothing to read yet.
  await pause(4_000);
  for (const { socket } of clients) socket.resume();
  const cut = clients.length - (await stillOpen(clients, 2_000));
  leave(clients);
  await service.kill();
  return [
    [cut > 0, `${clients.length} clients that read nothing: ${cut} are cut off, the answers of others had not begun`],
    [each < 4 * 1_048_576, `${(each / 1_048_576).toFixed(1)} MiB held for each`],
  ];
};

/** Clients that leave before their answer, and some in the middle of their upload. */
export const leaving: Scene = async ({ port }, count) => {
  for (let left = count; left > 0; left -= 100) {
    const clients = await badOnes(port, Math.min(100, left));
    for (const [index, { socket }] of clients.entries()) {
      socket.write(index === 0 ? `${upload(1_000_000)}some` : "GET /slow HTTP/1.1\r\nhost: a\r\n\r\n");
    }
    await pause(20);
    leave(clients);
  }
  return [[true, `${count} clients have left`]];
};

/** A service is killed while others ask; another one has the same services. */
export const killedService: Scene = async (gateway, count) => {
  const doomed = await gateway.service();
  const clients = new GoodClients(gateway.port, "/quick", count);
  await pause(500);
  await doomed.kill();
  await pause(500);
  const { answered, failures } = await clients.stop();
  return [[failures.length === 0, `a service is killed beside another: ${answered} answers, failures: [${failures}]`]];
};

/** The gateway is told to stop while it is asked. */
export const stopped: Scene = async ({ port, program }, count) => {
  const clients = new GoodClients(port, "/quick", count);
  await pause(500);
  await program.stop();
  const { answered, failures } = await clients.stop();
  return [[failures.length === 0, `stopped under load: ${answered} answers, failures: [${failures}]`]];
};
