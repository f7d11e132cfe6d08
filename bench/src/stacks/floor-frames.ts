/** Frames as chapters 02 and 04 of the specification lay them out, sealed and opened by the shortest code there is for it. */
import { createCipheriv, createDecipheriv, createHash, createSecretKey } from "node:crypto";
import type { Socket } from "node:net";

export const Opcode = { ServiceRequest: 1, ServiceResponse: 2, Data: 3 } as const;
export const MAX_DATA_LENGTH = 2_048;
const PREFIX_LENGTH = 4;
const TAG_LENGTH = 16;
/** Sequence number, which is 0 of all packets here, opcode, stream number. */
const HEAD_LENGTH = 9;
const LENGTH_LENGTH = 2;
const BLOCK_LENGTH = 65_536;
const NO_BLOCK = Buffer.alloc(0);
const NAME = "aes-256-gcm";
/** What a key exchange costs is no part of a call, so there is none. */
const key = createSecretKey(createHash("sha256").update("every connection of the bench").digest());

/** The frame counter as nonce: u64, then four zero bytes. */
class Nonce {
  readonly bytes = Buffer.alloc(12);
  #counter = 0;

  next(): Buffer {
    this.bytes.writeUInt32BE(this.#counter++, 4);
    return this.bytes;
  }
}

/** A packet that came: its opcode, its stream number, and what follows. */
export type OnPacket = (opcode: number, stream: number, rest: Buffer) => void;

export class Channel {
  readonly socket: Socket;
  readonly #outbound = new Nonce();
  readonly #inbound = new Nonce();
  readonly #onPacket: OnPacket;
  readonly #plaintext = Buffer.alloc(HEAD_LENGTH + LENGTH_LENGTH + MAX_DATA_LENGTH);
  #block = NO_BLOCK;
  #sealed = 0;
  #written = 0;
  #rest: Buffer = NO_BLOCK;

  constructor(socket: Socket, onPacket: OnPacket) {
    this.socket = socket;
    this.#onPacket = onPacket;
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
  }

  send(opcode: number, stream: number, rest: Uint8Array): void {
    this.#begin(opcode, stream).set(rest, HEAD_LENGTH);
    this.#seal(HEAD_LENGTH + rest.length);
  }

  /** Data of at most {@link MAX_DATA_LENGTH} bytes; none ends the half. */
  sendData(stream: number, data: Uint8Array): void {
    const plaintext = this.#begin(Opcode.Data, stream);
    plaintext.writeUInt16BE(data.length, HEAD_LENGTH);
    plaintext.set(data, HEAD_LENGTH + LENGTH_LENGTH);
    this.#seal(HEAD_LENGTH + LENGTH_LENGTH + data.length);
  }

  /** Writes all frames sealed so far at once; otherwise the end of the turn does. False: wait for "drain" of the socket. */
  flush(): boolean {
    if (this.#written === this.#sealed) return !this.socket.writableNeedDrain;
    const bytes = this.#block.subarray(this.#written, this.#sealed);
    this.#written = this.#sealed;
    return this.socket.write(bytes);
  }

  #begin(opcode: number, stream: number): Buffer {
    this.#plaintext.writeUInt32BE(0, 0);
    this.#plaintext.writeUInt8(opcode, 4);
    this.#plaintext.writeUInt32BE(stream, 5);
    return this.#plaintext;
  }

  #seal(plaintextLength: number): void {
    const length = plaintextLength + TAG_LENGTH;
    const frame = this.#reserve(PREFIX_LENGTH + length);
    this.#block.writeUInt32BE(length, frame);
    const cipher = createCipheriv(NAME, key, this.#outbound.next());
    this.#block.set(cipher.update(this.#plaintext.subarray(0, plaintextLength)), frame + PREFIX_LENGTH);
    cipher.final();
    this.#block.set(cipher.getAuthTag(), frame + PREFIX_LENGTH + plaintextLength);
  }

  /** Where a frame of so many bytes goes in the block. Frames are sealed where they leave from, many to one write. */
  #reserve(length: number): number {
    if (this.#written === this.#sealed) process.nextTick(() => this.flush());
    if (this.#block.length - this.#sealed < length) {
      this.flush();
      this.#block = Buffer.allocUnsafeSlow(BLOCK_LENGTH);
      this.#sealed = 0;
      this.#written = 0;
    }
    this.#sealed += length;
    return this.#sealed - length;
  }

  #read(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (bytes.length - at >= PREFIX_LENGTH) {
      const start = at + PREFIX_LENGTH;
      const end = start + bytes.readUInt32BE(at);
      if (bytes.length < end) break;
      this.#open(bytes.subarray(start, end - TAG_LENGTH), bytes.subarray(end - TAG_LENGTH, end));
      at = end;
    }
    this.#rest = bytes.subarray(at);
  }

  #open(sealed: Buffer, tag: Buffer): void {
    const decipher = createDecipheriv(NAME, key, this.#inbound.next());
    decipher.setAuthTag(tag);
    const plaintext = decipher.update(sealed);
    decipher.final();
    const opcode = plaintext.readUInt8(4);
    const rest = plaintext.subarray(HEAD_LENGTH + (opcode === Opcode.Data ? LENGTH_LENGTH : 0));
    this.#onPacket(opcode, plaintext.readUInt32BE(5), rest);
  }
}
