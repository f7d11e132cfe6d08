/** Frames as chapters 02 and 04 of the specification lay them out, sealed and opened by the shortest code there is for it. */
import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import type { Socket } from "node:net";
import { writeSoon } from "./sockets.ts";

export const Opcode = { ServiceRequest: 1, ServiceResponse: 2, Data: 3 } as const;
export const MAX_DATA_LENGTH = 2_048;
const PREFIX_LENGTH = 4;
const TAG_LENGTH = 16;
/** Sequence number, which is 0 of all packets here, opcode, stream number. */
const HEAD_LENGTH = 9;
const LENGTH_LENGTH = 2;
const NAME = "aes-256-gcm";
/** What a key exchange costs is no part of a call, so there is none. */
const key = createHash("sha256").update("every connection of the bench").digest();

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
  #rest: Buffer = Buffer.alloc(0);

  constructor(socket: Socket, onPacket: OnPacket) {
    this.socket = socket;
    this.#onPacket = onPacket;
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
  }

  /** False: wait for "drain" of the socket. */
  send(opcode: number, stream: number, rest: Uint8Array): boolean {
    const plaintext = Buffer.allocUnsafe(HEAD_LENGTH + rest.length);
    writePacketHead(plaintext, opcode, stream);
    plaintext.set(rest, HEAD_LENGTH);
    return this.#seal(plaintext);
  }

  /** Data of at most {@link MAX_DATA_LENGTH} bytes; none ends the half. */
  sendData(stream: number, data: Uint8Array): boolean {
    const plaintext = Buffer.allocUnsafe(HEAD_LENGTH + LENGTH_LENGTH + data.length);
    writePacketHead(plaintext, Opcode.Data, stream);
    plaintext.writeUInt16BE(data.length, HEAD_LENGTH);
    plaintext.set(data, HEAD_LENGTH + LENGTH_LENGTH);
    return this.#seal(plaintext);
  }

  #seal(plaintext: Buffer): boolean {
    const length = plaintext.length + TAG_LENGTH;
    const frame = Buffer.allocUnsafe(PREFIX_LENGTH + length);
    frame.writeUInt32BE(length);
    const cipher = createCipheriv(NAME, key, this.#outbound.next());
    frame.set(cipher.update(plaintext), PREFIX_LENGTH);
    cipher.final();
    frame.set(cipher.getAuthTag(), PREFIX_LENGTH + plaintext.length);
    return writeSoon(this.socket, frame);
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

function writePacketHead(plaintext: Buffer, opcode: number, stream: number): void {
  plaintext.writeUInt32BE(0, 0);
  plaintext.writeUInt8(opcode, 4);
  plaintext.writeUInt32BE(stream, 5);
}
