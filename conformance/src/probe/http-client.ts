import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Malformed } from "./decode.ts";
import { HttpAnswer, readHead } from "./http-answer.ts";
import { openTcp, openTls, type TlsHello } from "./tls.ts";
import type { Transcript } from "./transcript.ts";
import { Waiting } from "./waiting.ts";
import { readFrame, type WebSocketFrame } from "./websocket.ts";

/** Bytes that are shown of a write or of what came. */
const SHOWN = 300;

/** One TCP connection to the HTTP side of a gateway: writes any bytes, and reads responses to the letter. */
export class HttpClient {
  readonly name: string;
  readonly socket: Socket;
  /** How the gateway ended the connection. */
  closed: "FIN" | "RST" | undefined;
  /** What it sent that is no HTTP. */
  violation: string | undefined;
  /** The response whose body comes now, or came last. */
  answer: HttpAnswer | undefined;
  readonly #transcript: Transcript;
  readonly #waiting = new Waiting();
  #unread: Buffer = Buffer.alloc(0);

  private constructor(name: string, socket: Socket, transcript: Transcript) {
    this.name = name;
    this.socket = socket;
    this.#transcript = transcript;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#onData(chunk));
    socket.on("end", () => {
      this.#onClosed("FIN");
      // A server of WebSocket closes first, and may wait for its client to do the same.
      if (this.answer?.head.status === 101) socket.end();
    });
    socket.on("error", (error: NodeJS.ErrnoException) => this.#onClosed(error.code === "EPIPE" ? "FIN" : "RST"));
    socket.on("close", () => this.#onClosed("FIN"));
    socket.on("drain", () => this.#waiting.wake());
  }

  /** Rejects with the error of TCP or TLS when nobody accepts, or the certificate is not good. */
  static async dial(
    name: string,
    { host, port }: { readonly host: string; readonly port: number },
    transcript: Transcript,
    timeoutMs: number,
    tls?: TlsHello,
  ): Promise<HttpClient> {
    const address = { host, port };
    if (tls === undefined) {
      const socket = await openTcp(address, timeoutMs);
      transcript.note(name, `TCP connection to ${host}:${port} for HTTP`);
      return new HttpClient(name, socket, transcript);
    }
    const socket = await openTls(address, tls, true, timeoutMs);
    const protocol = socket.alpnProtocol || "none";
    transcript.note(name, `${socket.getProtocol()} to ${host}:${port} for HTTP, ALPN ${protocol}`);
    if (protocol !== (tls.offers === undefined ? "none" : "http/1.1")) {
      socket.destroy();
      throw new Error(`the gateway chose ${protocol} by ALPN`);
    }
    return new HttpClient(name, socket, transcript);
  }

  until<T>(look: () => T | undefined, timeoutMs: number): Promise<T | undefined> {
    return this.#waiting.until(look, timeoutMs);
  }
  get unread(): Buffer {
    return this.#unread;
  }

  write(bytes: Uint8Array): void {
    this.#transcript.add({ connection: this.name, direction: ">", what: show(bytes) });
    if (!this.socket.destroyed && !this.socket.writableEnded) this.socket.write(bytes);
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
  closeWrite(): void {
    this.#transcript.add({ connection: this.name, direction: ">", what: "FIN" });
    this.socket.end();
  }
  leave(): void {
    this.#transcript.add({ connection: this.name, direction: ">", what: "closes" });
    this.destroy();
  }
  reset(): void {
    this.#transcript.add({ connection: this.name, direction: ">", what: "RST" });
    this.socket.resetAndDestroy();
  }
  destroy(): void {
    this.closed ??= "FIN";
    this.socket.destroy();
    this.#waiting.wake();
  }

  /** The next head, interim ones too; undefined while none has come whole. The response before it must have been taken. */
  takeHead(toHead: boolean): HttpAnswer | undefined {
    if (this.violation !== undefined) return undefined;
    try {
      const read = readHead(this.#unread);
      if (read === undefined) return undefined;
      this.#transcript.add({
        connection: this.name,
        direction: "<",
        what: show(this.#unread.subarray(0, read.length)),
      });
      this.answer = new HttpAnswer(read.head, toHead);
      this.#unread = this.answer.take(this.#unread.subarray(read.length));
      if (this.closed === "FIN") this.answer.ended();
      return this.answer;
    } catch (error) {
      this.#violate(error);
      return undefined;
    }
  }
  /** The next WebSocket frame, behind the head of a response 101. */
  takeFrame(): WebSocketFrame | undefined {
    if (this.violation !== undefined) return undefined;
    try {
      const read = readFrame(this.#unread);
      if (read === undefined) return undefined;
      const { frame } = read;
      this.#transcript.add({
        connection: this.name,
        direction: "<",
        what: `frame, opcode ${frame.opcode}: ${show(frame.payload)}`,
      });
      this.#unread = this.#unread.subarray(read.length);
      return frame;
    } catch (error) {
      this.#violate(error);
      return undefined;
    }
  }

  #onData(chunk: Buffer): void {
    const { answer } = this;
    if (this.violation !== undefined) return;
    try {
      const bytes = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
      this.#unread = answer === undefined ? bytes : answer.take(bytes);
    } catch (error) {
      this.#violate(error);
    }
    this.#waiting.wake();
  }
  #violate(error: unknown): void {
    if (!(error instanceof Malformed)) throw error;
    this.violation = error.message;
    this.#transcript.add({ connection: this.name, direction: "<", what: `no HTTP: ${error.message}` });
    this.#waiting.wake();
  }
  #onClosed(how: "FIN" | "RST"): void {
    if (this.closed !== undefined) return;
    this.closed = how;
    if (how === "FIN") this.answer?.ended();
    this.#transcript.add({ connection: this.name, direction: "<", what: `closes (${how})` });
    this.#waiting.wake();
  }
}

/** As text with escapes, which shows exactly what was sent. */
export function show(bytes: Uint8Array): string {
  const text = JSON.stringify(Buffer.from(bytes.subarray(0, SHOWN)).toString("latin1"));
  return bytes.length > SHOWN ? `${text} … ${bytes.length} bytes` : text;
}
