import { once } from "node:events";
import type { Socket } from "node:net";
import { countOf, pieces, Verifier } from "../bytes.ts";
import type { Client, Stack } from "../stack.ts";
import { dial, listen, writeSoon } from "./sockets.ts";

const HEAD_LENGTH = 5;
const ECHO = 0;
const SINK = 1;
const SOURCE = 2;

/** Takes the bytes of one message in the chunks they come in; `end` comes behind the last. */
interface Receiver {
  chunk(bytes: Buffer): void;
  end(): void;
}

/** Cuts a socket's bytes into messages: a kind, a length, and so many bytes. */
function readMessages(socket: Socket, begin: (kind: number) => Receiver): void {
  let rest: Buffer = Buffer.alloc(0);
  let receiver: Receiver | undefined;
  let left = 0;
  socket.on("data", (bytes: Buffer) => {
    let chunk = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    rest = Buffer.alloc(0);
    for (;;) {
      if (receiver === undefined) {
        if (chunk.length < HEAD_LENGTH) break;
        receiver = begin(chunk.readUInt8(0));
        left = chunk.readUInt32BE(1);
        chunk = chunk.subarray(HEAD_LENGTH);
      }
      const part = chunk.subarray(0, left);
      if (part.length > 0) receiver.chunk(part);
      left -= part.length;
      chunk = chunk.subarray(part.length);
      if (left > 0) break;
      receiver.end();
      receiver = undefined;
    }
    rest = chunk;
  });
}

/** A short message, collected whole. */
function whole(done: (bytes: Buffer) => void): Receiver {
  let bytes: Buffer = Buffer.alloc(0);
  return {
    chunk: (part) => {
      bytes = bytes.length === 0 ? part : Buffer.concat([bytes, part]);
    },
    end: () => done(bytes),
  };
}

function writeHead(socket: Socket, kind: number, length: number): void {
  const head = Buffer.allocUnsafe(HEAD_LENGTH);
  head.writeUInt8(kind, 0);
  head.writeUInt32BE(length, 1);
  writeSoon(socket, head);
}

function writeMessage(socket: Socket, kind: number, body: Uint8Array): void {
  writeHead(socket, kind, body.length);
  writeSoon(socket, body);
}

async function writeBody(socket: Socket, kind: number, total: number): Promise<void> {
  writeHead(socket, kind, total);
  for (const piece of pieces(total)) if (!writeSoon(socket, piece)) await once(socket, "drain");
}

function answer(socket: Socket, kind: number): Receiver {
  if (kind === ECHO) return whole((bytes) => writeMessage(socket, ECHO, bytes));
  if (kind === SOURCE) return whole((bytes) => void writeBody(socket, SOURCE, bytes.readUInt32BE()).catch(() => {}));
  const verifier = new Verifier();
  return {
    chunk: (bytes) => verifier.take(bytes),
    end: () => writeMessage(socket, SINK, Buffer.from(countOf(verifier))),
  };
}

/** Bytes on a socket with a length in front: what Node's own sockets cost, and no more. Answers come in the order of the questions. */
export const tcp: Stack = {
  name: "tcp",

  serve: () => listen((socket) => readMessages(socket, (kind) => answer(socket, kind))),

  async connect(port): Promise<Client> {
    const socket = await dial(port);
    const waiting: Receiver[] = [];
    readMessages(socket, () => waiting.shift() as Receiver);
    const reply = () => new Promise<Buffer>((resolve) => waiting.push(whole(resolve)));
    return {
      echo(payload) {
        const answered = reply();
        writeMessage(socket, ECHO, payload);
        return answered;
      },
      async upload(total) {
        const answered = reply();
        await writeBody(socket, SINK, total);
        return Number((await answered).toString());
      },
      download(total) {
        const length = Buffer.alloc(4);
        length.writeUInt32BE(total);
        writeMessage(socket, SOURCE, length);
        const verifier = new Verifier();
        return new Promise((resolve) => {
          waiting.push({ chunk: (bytes) => verifier.take(bytes), end: () => resolve(verifier.length) });
        });
      },
    };
  },
};
