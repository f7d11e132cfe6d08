/** A connection to a running gateway, over its local socket. */
import { connect, type Socket } from "node:net";
import { CommandError } from "../admin/command-error.ts";
import { readLines } from "../admin/lines.ts";

/** Nobody can be attached to: the gateway does not run, or is not ours. */
export class AttachError extends Error {
  override readonly name = "AttachError";
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly code: CommandError["code"]; readonly message: string };
}

export class Attachment {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  #next = 1;
  /** When the connection has ended. */
  readonly closed: Promise<void>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    readLines(socket, (line) => this.#answered(JSON.parse(line) as Answer));
    this.closed = new Promise((resolve) => {
      socket
        .on("error", () => {})
        .once("close", () => {
          for (const { reject } of this.#waiting.values()) reject(new AttachError("the gateway has gone"));
          this.#waiting.clear();
          resolve();
        });
    });
  }

  /** Rejects with {@link AttachError}. @param name of the socket */
  static async open(name: string): Promise<Attachment> {
    const socket = connect(name);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", ({ code, message }: NodeJS.ErrnoException) => {
        const absent = code === "ENOENT" || code === "ECONNREFUSED";
        const why = absent ? "no gateway runs with this configuration" : message;
        reject(new AttachError(`cannot attach to ${name}: ${why}`));
      });
    });
    return new Attachment(socket);
  }

  /** Rejects with {@link CommandError} where the gateway could not do it, with {@link AttachError} where it has gone. */
  ask(command: string, operands: readonly string[] = []): Promise<unknown> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) return reject(new AttachError("the gateway has gone"));
      this.#waiting.set(id, { resolve, reject });
      this.#socket.write(`${JSON.stringify({ id, command, operands })}\n`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #answered({ id, result, error }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new CommandError(error.code, error.message));
  }
}
