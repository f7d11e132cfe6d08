import { native } from "../../crypto/index.ts";
import { ByteQueue, type Role, Session } from "../../session/index.ts";
import {
  encodeData,
  encodeFindNodeRequest,
  encodeServiceRequest,
  encodeServiceResponse,
  type Header,
  Opcode,
} from "../../wire/index.ts";
import { Connection } from "../index.ts";
import type { ConnectionLimits } from "../types.ts";
import { handshakeOf, type LocalOptions, localNode } from "./local.ts";
import { Recorder } from "./recorder.ts";

export interface Message {
  readonly seq: number;
  readonly body: Uint8Array;
}

export interface BenchOptions extends LocalOptions {
  readonly role: Role;
  readonly expectedPublicKey?: Uint8Array;
  readonly limits?: Partial<ConnectionLimits>;
}

const OWN_SEED = new Uint8Array(32).fill(1);
const FAR_SEED = new Uint8Array(32).fill(2);

export const publicKeyOf = (seed: Uint8Array): Uint8Array => native.x25519PublicKey(seed);
/** The ephemeral key of the connection under test, and that of the far end. */
export const OWN_KEY = publicKeyOf(OWN_SEED);
export const FAR_KEY = publicKeyOf(FAR_SEED);

/** One connection whose far end is played by hand, message by message, under a clock that stands still until it is moved. */
export class Bench {
  now = 0;
  readonly handler = new Recorder();
  readonly connection: Connection;
  readonly #far: Session;
  readonly #farOutput = new ByteQueue();
  #unwritten = 0;

  constructor(options: BenchOptions) {
    const { role, expectedPublicKey, limits } = options;
    const local = localNode({ tag: 1, ...options });
    this.connection = new Connection(
      { role, crypto: native, ephemeralPrivateKey: OWN_SEED, local, expectedPublicKey, limits, now: 0 },
      this.handler,
    );
    const far = role === "dialer" ? "listener" : "dialer";
    this.#far = new Session({ role: far, crypto: native, ephemeralPrivateKey: FAR_SEED, now: 0 }, this.#farOutput);
    this.#far.push(OWN_KEY);
    this.#far.exchangeKeys();
    drain(this.#farOutput);
  }

  /** Exchanges the keys, and takes the connection's own away. */
  exchangeKeys(): this {
    const takeKey = (): void => {
      this.takeOutput();
      this.written();
    };
    if (this.connection.role === "dialer") takeKey();
    this.connection.receive(FAR_KEY, this.now);
    if (this.connection.role === "listener") takeKey();
    return this;
  }

  /** Keys and Handshakes exchanged; what was sent for that is taken away. */
  open(tag: number | undefined = 2): this {
    this.exchangeKeys();
    if (this.connection.role === "dialer") {
      this.reply(this.sent()[0]!.seq, handshakeOf(tag));
    } else {
      this.request(1, Opcode.Handshake, handshakeOf(tag));
      this.sent();
    }
    return this;
  }

  /** Takes the output without reporting it as written. */
  takeOutput(): Uint8Array {
    const parts: Uint8Array[] = [];
    for (let part = this.connection.takeOutput(); part !== undefined; part = this.connection.takeOutput()) {
      parts.push(part);
      this.#unwritten += part.length;
    }
    this.handler.outputWaits = false;
    return Uint8Array.from(Buffer.concat(parts));
  }

  /** Reports bytes that were taken as written, all of them or some. */
  written(length = this.#unwritten): void {
    this.#unwritten -= length;
    if (length > 0) this.connection.outputWritten(length, this.now);
  }

  /** The messages the connection has sent since the last call. */
  sent(): Message[] {
    const taken = this.takeOutput();
    this.#far.push(taken);
    this.written();
    const messages: Message[] = [];
    for (let next = this.#far.next(); next !== undefined; next = this.#far.next()) {
      messages.push({ seq: Buffer.from(next).readUInt32BE(0), body: next.slice(4) });
    }
    return messages;
  }

  /** The same in short, to compare with: `ServiceResponse(5, 1)`, `Data(5, 0)`, `reply(2)`. */
  sentInShort(): string[] {
    return this.sent().map((message) => inShort(message, this.connection.role));
  }

  /** Messages as sealed bytes that are not handed over. */
  sealed(...messages: Message[]): Uint8Array {
    for (const { seq, body } of messages) {
      const plaintext = Buffer.alloc(4 + body.length);
      plaintext.writeUInt32BE(seq);
      plaintext.set(body, 4);
      this.#far.seal(plaintext);
    }
    return drain(this.#farOutput);
  }

  /** The far end sends messages, in one piece. */
  say(...messages: Message[]): void {
    this.connection.receive(this.sealed(...messages), this.now);
  }

  request(seq: number, opcode: number, packet: Uint8Array): void {
    this.say({ seq, body: Uint8Array.of(opcode, ...packet) });
  }

  reply(seq: number, packet: Uint8Array): void {
    this.say({ seq, body: packet });
  }

  /** Moves the clock the way a node does: from one deadline to the next. */
  advance(ms: number): void {
    const until = this.now + ms;
    for (;;) {
      const next = this.connection.nextDeadline();
      if (next > until) break;
      this.now = Math.max(this.now, next);
      this.connection.tick(this.now);
      if (this.connection.nextDeadline() <= this.now) throw new Error("a deadline that has passed does not move");
    }
    this.now = until;
  }
}

function drain(output: ByteQueue): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let part = output.take(); part !== undefined; part = output.take()) parts.push(part);
  return Uint8Array.from(Buffer.concat(parts));
}

/** Messages a far end sends, ready for {@link Bench.say}. */
export const serviceRequest = (stream: number, ...services: string[]): Message =>
  message(Opcode.ServiceRequest, encodeServiceRequest({ stream, services, headers: [] }));
export const serviceResponse = (stream: number, handled: boolean, headers: readonly Header[] = []): Message =>
  message(Opcode.ServiceResponse, encodeServiceResponse({ stream, handled, headers }));
export const dataOf = (stream: number, length: number): Message =>
  message(Opcode.Data, encodeData({ stream, data: new Uint8Array(length).fill(7) }));
export const findNode = (seq: number): Message => ({
  seq,
  body: Uint8Array.of(Opcode.FindNodeRequest, ...encodeFindNodeRequest({ target: new Uint8Array(32) })),
});

function message(opcode: number, packet: Uint8Array): Message {
  return { seq: 0, body: Uint8Array.of(opcode, ...packet) };
}

function inShort({ seq, body }: Message, role: Role): string {
  if (seq !== 0 && seq % 2 !== (role === "dialer" ? 1 : 0)) return `reply(${seq})`;
  const view = Buffer.from(body);
  switch (view[0]) {
    case Opcode.ServiceRequest:
      return `ServiceRequest(${view.readUInt32BE(1)})`;
    case Opcode.ServiceResponse:
      return `ServiceResponse(${view.readUInt32BE(1)}, ${view[5]})`;
    case Opcode.Data:
      return `Data(${view.readUInt32BE(1)}, ${view.readUInt16BE(5)})`;
    case Opcode.Handshake:
      return `Handshake(${seq})`;
    case Opcode.FindNodeRequest:
      return `FindNodeRequest(${seq})`;
    default:
      return `opcode ${view[0]}`;
  }
}
