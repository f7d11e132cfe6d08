import { once } from "node:events";
import { countOf, pieces, Verifier } from "../bytes.ts";
import type { Client, Stack } from "../stack.ts";
import { Channel, MAX_DATA_LENGTH, Opcode } from "./floor-frames.ts";
import { dial, listen } from "./sockets.ts";

const NONE = new Uint8Array(0);
/** Handled, without headers. */
const HANDLED = Uint8Array.of(1, 0, 0);

/** Takes the bytes of one half of a stream; none is its end. */
type Half = (data: Buffer) => void;

/** A ServiceRequest behind its stream number: one name, and at most one header. */
function requestFor(service: string, bytes?: number): Buffer {
  const name = Buffer.from(service);
  const head = Buffer.from([1, name.length, ...name]);
  if (bytes === undefined) return Buffer.concat([head, Buffer.from([0, 0])]);
  const value = Buffer.from(String(bytes));
  return Buffer.concat([head, Buffer.from([0, 1, 5]), Buffer.from("bytes"), Buffer.from([0, value.length]), value]);
}

async function sendBody(channel: Channel, stream: number, total: number): Promise<void> {
  for (const piece of pieces(total)) {
    for (let at = 0; at < piece.length; at += MAX_DATA_LENGTH) {
      channel.sendData(stream, piece.subarray(at, at + MAX_DATA_LENGTH));
    }
    if (!channel.flush()) await once(channel.socket, "drain");
  }
  channel.sendData(stream, NONE);
}

function serviceOf(channel: Channel, stream: number, request: Buffer): Half {
  const service = request.toString("utf8", 2, 2 + request.readUInt8(1));
  channel.send(Opcode.ServiceResponse, stream, HANDLED);
  if (service === "echo") return (data) => channel.sendData(stream, data);
  if (service === "source") {
    const total = Number(request.toString("utf8", 2 + service.length + 3 + "bytes".length + 2));
    return () => void sendBody(channel, stream, total).catch(() => {});
  }
  const verifier = new Verifier();
  return (data) => {
    if (data.length > 0) return verifier.take(data);
    channel.sendData(stream, Buffer.from(countOf(verifier)));
    channel.sendData(stream, NONE);
  };
}

async function serve(): Promise<number> {
  return await listen((socket) => {
    const halves = new Map<number, Half>();
    const channel = new Channel(socket, (opcode, stream, rest) => {
      if (opcode === Opcode.ServiceRequest) {
        halves.set(stream, serviceOf(channel, stream, rest));
        return;
      }
      halves.get(stream)?.(rest);
      if (rest.length === 0) halves.delete(stream);
    });
  });
}

async function connect(port: number): Promise<Client> {
  const socket = await dial(port);
  const halves = new Map<number, Half>();
  let next = 0;
  const channel = new Channel(socket, (opcode, stream, rest) => {
    if (opcode === Opcode.ServiceResponse) return;
    halves.get(stream)?.(rest);
    if (rest.length === 0) halves.delete(stream);
  });
  const open = (request: Buffer, half: Half): number => {
    const stream = next;
    next += 2;
    halves.set(stream, half);
    channel.send(Opcode.ServiceRequest, stream, request);
    return stream;
  };
  /** A response of at most one Data packet. */
  const short = (resolve: (bytes: Buffer) => void): Half => {
    let bytes: Buffer = Buffer.alloc(0);
    return (data) => {
      if (data.length > 0) bytes = data;
      else resolve(bytes);
    };
  };
  return {
    echo: (payload) =>
      new Promise((resolve) => {
        const stream = open(requestFor("echo"), short(resolve));
        channel.sendData(stream, payload);
        channel.sendData(stream, NONE);
      }),
    openEcho: (payload) =>
      new Promise((resolve) => {
        channel.sendData(open(requestFor("echo"), resolve), payload);
      }),
    upload: async (total) => {
      let stream = 0;
      const answered = new Promise<Buffer>((resolve) => {
        stream = open(requestFor("sink"), short(resolve));
      });
      await sendBody(channel, stream, total);
      return Number((await answered).toString());
    },
    download: (total) =>
      new Promise((resolve) => {
        const verifier = new Verifier();
        const stream = open(requestFor("source", total), (data) => {
          if (data.length > 0) verifier.take(data);
          else resolve(verifier.length);
        });
        channel.sendData(stream, NONE);
      }),
  };
}

/** The frames that a call of flatend takes, on a bare socket: what the protocol costs in Node, whoever implements it. */
export const floor: Stack = { name: "floor", serve, connect };
