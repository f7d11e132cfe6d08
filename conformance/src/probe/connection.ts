import { connect, type Socket } from "node:net";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { concat, u8, u32 } from "./bytes.ts";
import { type ReadMessage, type ReadPacket, readMessage } from "./decode.ts";
import { frameLength, ProbeSession } from "./session.ts";
import type { Transcript, TranscriptEvent } from "./transcript.ts";
import { Waiting } from "./waiting.ts";

export interface Received {
  readonly message: ReadMessage;
  readonly at: number;
  /** A step has taken it. */
  taken: boolean;
}

export interface Closed {
  readonly how: "FIN" | "RST";
  readonly at: number;
}

/** How long and how large what arrives unread may grow: a target that sends without end must not exhaust the kit. */
const MAX_INBOX = 20_000;
const MAX_UNREAD = 1 << 20;
/** Bytes that are collected for one write at most. */
const MAX_CORKED = 65_536;

/** One TCP connection of the probe, in either role. Whatever arrives wakes whoever waits; nothing here sleeps. */
export class ProbeConnection {
  readonly name: string;
  readonly session: ProbeSession;
  readonly inbox: Received[] = [];
  readonly socket: Socket;
  /** What the target did that ends all sense of the connection, such as a frame that does not open. */
  violation: string | undefined;
  closed: Closed | undefined;
  peerKey: Uint8Array | undefined;
  received = 0;
  /** Answers requests of the target with the least that is correct, so that a case need not know of them. */
  answersRequests = true;
  readonly #parity: 0 | 1;
  readonly #transcript: Transcript;
  readonly #waiting = new Waiting();
  readonly #asked = new Map<number, ReadPacket["kind"]>();
  #nextSeq: number;
  #unread: Uint8Array = new Uint8Array(0);
  /** Messages before this one in the inbox are all taken. */
  #untaken = 0;
  #fragment: number | null = null;
  #fragmentMs = 0;
  #held: Uint8Array[] | undefined;
  #writing: Promise<void> = Promise.resolve();
  #corked = 0;

  constructor(
    name: string,
    socket: Socket,
    role: "dialer" | "listener",
    privateKey: Uint8Array,
    transcript: Transcript,
  ) {
    this.name = name;
    this.socket = socket;
    this.#parity = role === "dialer" ? 1 : 0;
    this.#nextSeq = role === "dialer" ? 1 : 2;
    this.session = new ProbeSession(privateKey);
    this.#transcript = transcript;
    socket.setNoDelay(true);
    socket.on("data", (chunk) => this.#onData(chunk));
    socket.on("end", () => this.#onClosed("FIN"));
    socket.on("error", (error: NodeJS.ErrnoException) => this.#onClosed(error.code === "EPIPE" ? "FIN" : "RST"));
    socket.on("close", () => this.#onClosed("FIN"));
  }

  /** Rejects with the socket's own error when the target does not accept. */
  static async dial(
    name: string,
    host: string,
    port: number,
    privateKey: Uint8Array,
    transcript: Transcript,
    timeoutMs: number,
  ): Promise<ProbeConnection> {
    const socket = connect({ host, port });
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        socket.destroy();
        reject(
          Object.assign(new Error(`no TCP connection to ${host}:${port} within ${timeoutMs} ms`), {
            code: "ETIMEDOUT",
          }),
        );
      }, timeoutMs);
      socket.once("connect", () => {
        clearTimeout(timer);
        socket.removeListener("error", reject);
        resolve();
      });
      socket.once("error", (error) => {
        clearTimeout(timer);
        reject(error);
      });
    });
    transcript.note(name, `TCP connection to ${host}:${port}`);
    return new ProbeConnection(name, socket, "dialer", privateKey, transcript);
  }

  // — waiting —

  /** As {@link Waiting.until}. */
  until<T>(look: () => T | undefined, timeoutMs: number): Promise<T | undefined> {
    return this.#waiting.until(look, timeoutMs);
  }

  /** The first message that no step has taken and that is of the kind looked for. */
  firstUntaken(wanted: (message: ReadMessage) => boolean): Received | undefined {
    while (this.inbox[this.#untaken]?.taken === true) this.#untaken++;
    for (let i = this.#untaken; i < this.inbox.length; i++) {
      const received = this.inbox[i] as Received;
      if (!received.taken && wanted(received.message)) return received;
    }
    return undefined;
  }

  // — writing —

  setFragment(size: number | null, everyMs = 0): void {
    this.#fragment = size;
    this.#fragmentMs = everyMs;
  }
  hold(): void {
    this.#held ??= [];
  }
  release(): Promise<void> {
    const held = this.#held ?? [];
    this.#held = undefined;
    return this.#write(concat(...held));
  }
  /** Writes in the order of the calls; resolves when the bytes are handed to the system or can no longer be. */
  writeBytes(bytes: Uint8Array, what: string, plaintext?: Uint8Array): Promise<void> {
    this.#transcript.add({
      connection: this.name,
      direction: ">",
      what,
      wire: bytes,
      ...(plaintext && { plaintext }),
      ...(plaintext && this.#replyIn(plaintext)),
    });
    if (this.#held !== undefined) {
      this.#held.push(bytes);
      return Promise.resolve();
    }
    return this.#write(bytes);
  }
  /** What a message of the probe answers, by its number. */
  #replyIn(plaintext: Uint8Array): Pick<TranscriptEvent, "reply"> {
    if (plaintext.length < 4) return {};
    const seq = new DataView(plaintext.buffer, plaintext.byteOffset).getUint32(0);
    if (seq === 0 || seq % 2 === this.#parity) return {};
    const asked = this.inbox.find(({ message }) => message.seq === seq && !message.isReply)?.message.packet?.kind;
    if (asked === "handshake") return { reply: asked };
    return asked === "find-node-request" ? { reply: "find-node-response" } : {};
  }
  #write(bytes: Uint8Array): Promise<void> {
    const size = this.#fragment;
    const everyMs = this.#fragmentMs;
    this.#writing = this.#writing.then(async () => {
      if (size === null) {
        this.#writeSoon(bytes);
        return;
      }
      for (let offset = 0; offset < bytes.length; offset += size) {
        if (this.closed || this.socket.destroyed) return;
        await new Promise<void>((resolve) => this.socket.write(bytes.subarray(offset, offset + size), () => resolve()));
        if (everyMs === 0) await nextTurn();
        else if (offset + size < bytes.length) await this.until(() => this.closed, everyMs);
      }
    });
    return this.#writing;
  }
  /** Steps that follow each other without a wait leave in one write: it takes a tenth of the system's time. */
  #writeSoon(bytes: Uint8Array): void {
    if (this.socket.writableEnded || this.socket.destroyed) return;
    if (this.socket.writableCorked === 0) {
      this.socket.cork();
      process.nextTick(() => this.#flush());
    }
    this.socket.write(bytes);
    this.#corked += bytes.length;
    if (this.#corked >= MAX_CORKED) this.#flush();
  }
  #flush(): void {
    this.#corked = 0;
    if (this.socket.writableCorked > 0) this.socket.uncork();
  }
  /** True when, for `ms`, nothing of what waits to be sent could leave; false when all of it has left or the connection closed. */
  async heldUp(ms: number): Promise<boolean> {
    for (let before = this.socket.writableLength; before > 0 && this.closed === undefined; ) {
      await sleep(ms / 5);
      for (let rest = 4; rest > 0 && this.socket.writableLength === before; rest--) await sleep(ms / 5);
      if (this.socket.writableLength === before) return this.closed === undefined;
      before = this.socket.writableLength;
    }
    return false;
  }
  /** A number for a request of the probe; `kind` is what its reply will be. */
  takeSeq(): number {
    const seq = this.#nextSeq;
    this.#nextSeq += 2;
    return seq;
  }
  expectReplyTo(seq: number, kind: ReadPacket["kind"]): void {
    this.#asked.set(seq, kind);
  }
  sendMessage(seq: number, opcode: number | null, body: Uint8Array, what: string): Promise<void> {
    const plaintext = concat(u32(seq), opcode === null ? new Uint8Array(0) : u8(opcode), body);
    return this.writeBytes(this.session.frame(plaintext), what, plaintext);
  }

  // — reading —

  /** The target's public key, from the first 32 unread bytes; undefined while they have not all come. */
  takeKey(): Uint8Array | undefined {
    if (this.peerKey !== undefined) return this.peerKey;
    if (this.#unread.length < 32) return undefined;
    this.peerKey = this.#unread.slice(0, 32);
    this.#unread = this.#unread.slice(32);
    this.#transcript.add({ connection: this.name, direction: "<", what: "public key", wire: this.peerKey });
    this.session.establish(this.peerKey);
    this.#readFrames();
    return this.peerKey;
  }
  get unreadBytes(): Uint8Array {
    return this.#unread;
  }
  #onData(chunk: Uint8Array): void {
    this.received += chunk.length;
    if (this.violation !== undefined) return;
    this.#unread = this.#unread.length === 0 ? new Uint8Array(chunk) : concat(this.#unread, chunk);
    if (this.session.established) this.#readFrames();
    else if (this.#unread.length > MAX_UNREAD)
      this.#violate(`sent ${this.#unread.length} bytes without a key exchange`);
    this.#waiting.wake();
  }
  #readFrames(): void {
    try {
      while (this.violation === undefined) {
        const length = frameLength(this.#unread);
        if (length === undefined || this.#unread.length < 4 + length) return;
        const wire = this.#unread.slice(0, 4 + length);
        this.#unread = this.#unread.subarray(4 + length);
        this.#onMessage(this.session.open(wire.subarray(4)), wire);
      }
    } catch (error) {
      this.#violate((error as Error).message);
    }
  }
  #violate(text: string): void {
    this.violation = text;
    this.#unread = new Uint8Array(0);
    this.#transcript.add({ connection: this.name, direction: "<", what: `fault of the target: ${text}` });
    this.#waiting.wake();
  }
  #onMessage(plaintext: Uint8Array, wire: Uint8Array): void {
    const message = readMessage(plaintext, this.#parity, (seq) => this.#asked.get(seq));
    const what =
      message.problem === undefined ? describeMessage(message) : `message that cannot be read: ${message.problem}`;
    this.#transcript.add({ connection: this.name, direction: "<", what, wire, plaintext, fields: message.fields });
    const received: Received = { message, at: performance.now(), taken: false };
    if (this.inbox.length >= MAX_INBOX) {
      this.#violate(`sent more than ${MAX_INBOX} messages`);
      return;
    }
    this.inbox.push(received);
    if (this.answersRequests) this.#answer(message, received);
    this.#waiting.wake();
  }
  #answer(message: ReadMessage, received: Received): void {
    if (message.packet?.kind === "find-node-request" && message.seq !== 0) {
      received.taken = true;
      void this.sendMessage(message.seq, null, u8(0), "reply: FindNodeResponse without IDs");
    } else if (message.packet?.kind === "service-request") {
      received.taken = true;
      void this.sendMessage(
        0,
        2,
        concat(u32(message.packet.stream), u8(0), u8(0), u8(0)),
        "ServiceResponse: not handled",
      );
    }
  }
  #onClosed(how: Closed["how"]): void {
    if (this.closed !== undefined) return;
    this.closed = { how, at: performance.now() };
    this.#transcript.add({
      connection: this.name,
      direction: "<",
      what: how === "FIN" ? "closes (FIN)" : "closes (RST)",
    });
    this.#waiting.wake();
  }

  // — ending —

  async closeWrite(): Promise<void> {
    await this.#writing;
    this.#transcript.add({ connection: this.name, direction: ">", what: "FIN" });
    this.socket.end();
  }
  /** Ends the connection and waits until the target has done so too. */
  async leave(ms: number): Promise<void> {
    this.#flush();
    this.socket.resume();
    this.socket.end();
    await this.until(() => this.closed, ms);
  }
  reset(): void {
    this.#transcript.add({ connection: this.name, direction: ">", what: "RST" });
    this.#flush();
    this.socket.resetAndDestroy();
  }
  /** Ends the connection whatever its state; what closes after this was closed by the probe. */
  destroy(): void {
    this.closed ??= { how: "FIN", at: performance.now() };
    this.socket.destroy();
    this.#waiting.wake();
  }
}

export function describeMessage(message: ReadMessage): string {
  const { packet, seq } = message;
  const number = seq === 0 ? "" : ` (number ${seq})`;
  if (packet === undefined) return `message${number}`;
  const prefix = message.isReply ? "reply: " : "";
  switch (packet.kind) {
    case "handshake":
      return `${prefix}Handshake, ${packet.id ? "keyed" : "anonymous"}, ${packet.services.length} services${number}`;
    case "service-request":
      return `ServiceRequest, stream ${packet.stream}${number}`;
    case "service-response":
      return `ServiceResponse, stream ${packet.stream}, ${packet.handled ? "handled" : "not handled"}, ${packet.headers.length} headers${number}`;
    case "data":
      return `Data, stream ${packet.stream}, ${packet.data.length} bytes${packet.data.length === 0 ? " (end)" : ""}${number}`;
    case "find-node-request":
      return `FindNodeRequest${number}`;
    case "find-node-response":
      return `${prefix}FindNodeResponse, ${packet.closest.length} IDs${number}`;
  }
}
