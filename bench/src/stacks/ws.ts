import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type RawData, WebSocket, WebSocketServer } from "ws";
import { countOf, pieces, Verifier } from "../bytes.ts";
import { type Client, HOST, type Stack } from "../stack.ts";

/** A binary message comes as one Buffer, as `binaryType` is left alone. */
const bytesOf = (data: RawData): Buffer => data as Buffer;

/** Resolves when the socket has taken the message: the only sign of a full one that ws gives. */
const send = (socket: WebSocket, bytes: Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => socket.send(bytes, (error) => (error ? reject(error) : resolve())));

async function sendBody(socket: WebSocket, total: number): Promise<void> {
  for (const piece of pieces(total)) await send(socket, piece);
}

/** Binary messages are echoed, except between the texts "sink" and "end"; the text "source N" asks for a body. */
function answer(socket: WebSocket): void {
  let sink: Verifier | undefined;
  socket.on("message", (data, binary) => {
    const bytes = bytesOf(data);
    if (binary) {
      if (sink === undefined) socket.send(bytes);
      else sink.take(bytes);
      return;
    }
    const [word, total] = bytes.toString().split(" ");
    if (word === "sink") sink = new Verifier();
    else if (word === "source") sendBody(socket, Number(total)).catch(() => socket.terminate());
    else if (sink !== undefined) {
      socket.send(countOf(sink));
      sink = undefined;
    }
  });
}

/** WebSocket messages. They have no numbers: answers come in the order of the questions. */
export const ws: Stack = {
  name: "ws",

  async serve() {
    const server = new WebSocketServer({ host: HOST, port: 0, backlog: 511 });
    server.on("connection", answer);
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  },

  async connect(port): Promise<Client> {
    // Bytes are sent as they are in the other stacks too.
    const socket = new WebSocket(`ws://${HOST}:${port}`, { perMessageDeflate: false });
    await once(socket, "open");
    const waiting: ((bytes: Buffer) => void)[] = [];
    let source: ((bytes: Buffer) => void) | undefined;
    socket.on("message", (data) => (source ?? waiting.shift())?.(bytesOf(data)));
    const reply = () => new Promise<Buffer>((resolve) => waiting.push(resolve));
    return {
      echo(payload) {
        socket.send(payload);
        return reply();
      },
      async upload(total) {
        socket.send("sink");
        await sendBody(socket, total);
        socket.send("end");
        return Number((await reply()).toString());
      },
      async download(total) {
        const verifier = new Verifier();
        await new Promise<void>((resolve) => {
          source = (bytes) => {
            verifier.take(bytes);
            if (verifier.length >= total) resolve();
          };
          socket.send(`source ${total}`);
        });
        source = undefined;
        return verifier.length;
      },
    };
  },
};
