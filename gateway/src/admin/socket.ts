/** The local socket that commands come by. */
import { chmod } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { CommandError } from "./command-error.ts";
import { MAX_LINE, questionOf, readLines } from "./lines.ts";
import { prepareSocket } from "./socket-path.ts";

/** What answers a command. Rejects with {@link CommandError}. */
export type RunCommand = (command: string, operands: readonly string[]) => Promise<unknown>;

export interface AdminSocket {
  /** Takes no more connections, and ends each once it has its answers, or after a second. */
  retire(): Promise<void>;
  close(): Promise<void>;
}

const MAX_CONNECTIONS = 8;
/** Questions of one connection that may wait for those before them. */
const MAX_WAITING = 16;
const OWNER_ONLY = 0o600;
const RETIRE_MS = 1_000;

/** Rejects when the folder is open to others, when another gateway listens there, and with the system's error. */
export async function openSocket(name: string, run: RunCommand): Promise<AdminSocket> {
  await prepareSocket(name);
  /** What was asked by each, answered. */
  const sockets = new Map<Socket, () => Promise<void>>();
  const server = createServer((socket) => {
    socket.on("error", () => {}).once("close", () => sockets.delete(socket));
    sockets.set(socket, serve(socket, run));
  });
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(name, () => {
      server.off("error", reject);
      resolve();
    });
  });
  if (process.platform !== "win32") await chmod(name, OWNER_ONLY);
  const destroy = (): void => {
    for (const socket of sockets.keys()) socket.destroy();
  };
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      destroy();
    });
  const retire = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(destroy, RETIRE_MS);
      server.close(() => {
        clearTimeout(timer);
        resolve();
      });
      for (const [socket, answered] of sockets) void answered().then(() => socket.end());
    });
  return { retire, close };
}

/** One question after the other. Gives what resolves when those that have come are answered. */
function serve(socket: Socket, run: RunCommand): () => Promise<void> {
  let waiting = 0;
  let last = Promise.resolve();
  readLines(socket, (line) => {
    const question = questionOf(line);
    if (question === undefined || waiting >= MAX_WAITING) return void socket.destroy();
    waiting++;
    last = last.then(async () => {
      const { id, command, operands } = question;
      const answer = socket.destroyed ? {} : await answerTo(run, command, operands);
      waiting--;
      if (!socket.destroyed) socket.write(lineOf(id, answer));
    });
  });
  return () => last;
}

async function answerTo(run: RunCommand, command: string, operands: readonly string[]): Promise<object> {
  try {
    return { result: await run(command, operands) };
  } catch (error) {
    const code = error instanceof CommandError ? error.code : "failed";
    return { error: { code, message: (error as Error).message } };
  }
}

function lineOf(id: number, answer: object): string {
  const line = JSON.stringify({ id, ...answer });
  if (Buffer.byteLength(line) <= MAX_LINE) return `${line}\n`;
  const message = `the answer is longer than ${MAX_LINE} bytes`;
  return `${JSON.stringify({ id, error: { code: "failed", message } })}\n`;
}
