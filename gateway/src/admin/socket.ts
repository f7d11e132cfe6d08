/** The local socket that commands come by. */
import { chmod } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { CommandError } from "./command-error.ts";
import { MAX_LINE, questionOf, readLines } from "./lines.ts";
import { prepareSocket } from "./socket-path.ts";

/** What answers a command. Rejects with {@link CommandError}. */
export type RunCommand = (command: string, operands: readonly string[]) => Promise<unknown>;

export interface AdminSocket {
  close(): Promise<void>;
}

const MAX_CONNECTIONS = 8;
/** Questions of one connection that may wait for those before them. */
const MAX_WAITING = 16;
const OWNER_ONLY = 0o600;

/** Rejects when the folder is open to others, when another gateway listens there, and with the system's error. */
export async function openSocket(name: string, run: RunCommand): Promise<AdminSocket> {
  await prepareSocket(name);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).once("close", () => sockets.delete(socket));
    serve(socket, run);
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
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { close };
}

/** One question after the other. */
function serve(socket: Socket, run: RunCommand): void {
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
