import type { Crypto } from "../crypto/index.ts";
import { equalBytes, KEY_EXCHANGE_TIMEOUT_MS, KEY_LENGTH, MAX_FRAME_LENGTH, TAG_LENGTH } from "../wire/index.ts";
import type { ByteQueue } from "./byte-queue.ts";
import { CipherState } from "./cipher-state.ts";
import { ProtocolError, type Role } from "./errors.ts";
import { type FrameLimits, FrameReader } from "./frame-reader.ts";

const PREFIX_LENGTH = 4;

/** Where a session stands: before the key of the peer has come, after it, and at its end. */
export type SessionState = "awaiting-key" | "established" | "closed";

/** What a session is made of. */
export interface SessionOptions {
  readonly role: Role;
  readonly crypto: Crypto;
  /** 32 bytes of entropy, used for this session alone (FLT-SES-006). */
  readonly ephemeralPrivateKey: Uint8Array;
  /** When the TCP connection was established, in ms. */
  readonly now: number;
}

/**
 * One TCP connection turned into two sequences of sealed messages (chapter 02). `push` takes what arrives, `next` returns
 * one message after the other, `seal` queues one. Every fault is thrown as a {@link ProtocolError} and ends the session.
 */
export class Session {
  readonly role: Role;
  /** When an unfinished key exchange fails (FLT-SES-011), in ms. */
  readonly keyExchangeDeadline: number;
  readonly #crypto: Crypto;
  readonly #output: ByteQueue;
  readonly #reader = new FrameReader();
  readonly #publicKey: Uint8Array;
  #privateKey: Uint8Array;
  #state: SessionState = "awaiting-key";
  #inbound: CipherState | undefined;
  #outbound: CipherState | undefined;
  #maximumOutbound = MAX_FRAME_LENGTH;

  /** A dialer's public key is queued at once (FLT-SES-001); a listener queues nothing before it has read one (FLT-SES-002). */
  constructor(options: SessionOptions, output: ByteQueue) {
    this.role = options.role;
    this.keyExchangeDeadline = options.now + KEY_EXCHANGE_TIMEOUT_MS;
    this.#crypto = options.crypto;
    this.#output = output;
    this.#privateKey = new Uint8Array(options.ephemeralPrivateKey);
    this.#publicKey = options.crypto.x25519PublicKey(this.#privateKey);
    if (this.role === "dialer") output.append(this.#publicKey);
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Bytes pushed and not yet returned by `next`. */
  get pending(): number {
    return this.#reader.pending;
  }

  /** Takes bytes that arrived, in whatever pieces (FLT-SES-004, FLT-SES-025). They are the session's from here on, which opens them in place. */
  push(chunk: Uint8Array): void {
    if (this.#state !== "closed" && chunk.length > 0) this.#reader.push(chunk);
  }

  /** Completes the key exchange if the bytes for it are there, and says whether it is complete. Throws {@link ProtocolError}. */
  exchangeKeys(): boolean {
    if (this.#state !== "awaiting-key") return this.#state === "established";
    const peerKey = this.#reader.read(KEY_LENGTH);
    if (peerKey === undefined) return false;
    if (this.role === "dialer" && equalBytes(peerKey, this.#publicKey)) {
      throw this.#fault("REFLECTED_KEY", "FLT-SES-009", "expected the listener's public key, got the own one back", 0);
    }
    const key = this.#sessionKey(peerKey);
    // Both directions use one key and count on their own (FLT-SES-010); so do their ciphers, which work ahead of the count.
    this.#inbound = new CipherState(this.#crypto.aes256gcm(key));
    this.#outbound = new CipherState(this.#crypto.aes256gcm(key));
    key.fill(0);
    this.#forgetPrivateKey();
    if (this.role === "listener") this.#output.append(this.#publicKey);
    this.#state = "established";
    return true;
  }

  /**
   * The plaintext of the next frame, or `undefined` until one is complete. Throws {@link ProtocolError} on a length out of
   * bounds or a tag that does not verify; nothing is returned after that (FLT-SES-036, FLT-SES-042).
   */
  next(): Uint8Array | undefined {
    if (this.#inbound === undefined) return undefined;
    try {
      const sealed = this.#reader.next();
      return sealed === undefined ? undefined : this.#inbound.openInPlace(sealed);
    } catch (error) {
      const counter = this.#inbound.counter;
      this.close();
      if (error instanceof ProtocolError) throw error;
      throw new ProtocolError(
        "BAD_TAG",
        "FLT-SES-034",
        `expected frame ${counter - 1} with a valid tag, got one whose tag does not verify`,
      );
    }
  }

  /** Queues one message as a frame (FLT-SES-020). Throws RangeError above the largest plaintext, which is a fault of the caller. */
  seal(plaintext: Uint8Array): void {
    const outbound = this.#outbound;
    if (outbound === undefined) throw new RangeError("expected an established session, got one without keys");
    const length = plaintext.length + TAG_LENGTH;
    if (length > this.#maximumOutbound) {
      throw new RangeError(
        `expected a plaintext of at most ${this.#maximumOutbound - TAG_LENGTH} bytes, got ${plaintext.length}`,
      );
    }
    const out = this.#output.reserve(PREFIX_LENGTH + length);
    const offset = this.#output.offset;
    out[offset] = length >>> 24;
    out[offset + 1] = length >>> 16;
    out[offset + 2] = length >>> 8;
    out[offset + 3] = length;
    outbound.sealInto(plaintext, out, offset + PREFIX_LENGTH);
  }

  /** Reads all frames behind those returned so far with another cipher and other limits, for a later version. */
  replaceInbound(cipher: CipherState, limits: FrameLimits): void {
    this.#inbound = cipher;
    this.#reader.limits = limits;
  }

  /** Seals all frames behind those queued so far with another cipher and another largest length, for a later version. */
  replaceOutbound(cipher: CipherState, maximumFrameLength: number): void {
    this.#outbound = cipher;
    this.#maximumOutbound = maximumFrameLength;
  }

  /** The peer's bytes have ended: what that means (FLT-SES-040, FLT-SES-041). The session is closed. */
  end(): ProtocolError {
    const pending = this.pending;
    const inKey = this.#state === "awaiting-key";
    this.close();
    if (inKey || pending > 0) {
      const where = inKey ? "the peer's public key" : "a frame";
      return new ProtocolError(
        "CUT_SHORT",
        "FLT-SES-040",
        `expected the rest of ${where}, got the end of the peer's bytes after ${pending} bytes of it`,
      );
    }
    return new ProtocolError("PEER_CLOSED", "FLT-SES-041", "the peer has closed its writing side");
  }

  /** Fails the key exchange if its time is over (FLT-SES-011). Throws {@link ProtocolError}. */
  checkDeadline(now: number): void {
    if (this.#state === "awaiting-key" && now >= this.keyExchangeDeadline) {
      throw this.#fault(
        "KEY_EXCHANGE_TIMEOUT",
        "FLT-SES-011",
        `expected the peer's public key within ${KEY_EXCHANGE_TIMEOUT_MS} ms, got ${this.pending} bytes of it`,
      );
    }
  }

  /** Acts on nothing more, and forgets its keys (FLT-SEC-006). Output that is queued stays. */
  close(): void {
    this.#state = "closed";
    this.#inbound = undefined;
    this.#outbound = undefined;
    this.#forgetPrivateKey();
  }

  #sessionKey(peerKey: Uint8Array): Uint8Array {
    let shared: Uint8Array;
    try {
      shared = this.#crypto.x25519(this.#privateKey, peerKey);
    } catch {
      throw this.#fault(
        "LOW_ORDER_KEY",
        "FLT-SES-008",
        "expected a public key of large order, got one whose shared secret is all zero",
        0,
      );
    }
    const key = this.#crypto.blake2b256(shared);
    shared.fill(0);
    return key;
  }

  #forgetPrivateKey(): void {
    this.#privateKey.fill(0);
    this.#privateKey = EMPTY;
  }

  #fault(code: string, requirement: string, message: string, offset?: number): ProtocolError {
    this.close();
    return new ProtocolError(code, requirement, message, offset);
  }
}

const EMPTY = new Uint8Array(0);
