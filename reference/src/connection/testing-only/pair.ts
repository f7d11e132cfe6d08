import { native } from "../../crypto/index.ts";
import type { Role } from "../../session/index.ts";
import { Connection, ConnectionError } from "../index.ts";
import type { ConnectionLimits } from "../types.ts";
import { localNode } from "./local.ts";
import { Recorder } from "./recorder.ts";

/** xorshift32: the same numbers from the same seed. */
export function randomFrom(seed: number): (limit: number) => number {
  let state = seed | 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

export interface PairOptions {
  readonly seed: number;
  /** Most bytes that arrive, or are written, as one piece. */
  readonly maxChunk?: number;
  /** Most ms that a piece is under way. */
  readonly maxDelay?: number;
  /** Bytes between the two ends before a write waits. */
  readonly capacity?: number;
  readonly limits?: Partial<ConnectionLimits>;
}

interface Piece {
  readonly bytes: Uint8Array;
  readonly at: number;
}

/** One end: a connection, what it told its node, and the bytes on their way out of it. */
export class End {
  readonly handler = new Recorder();
  readonly connection: Connection;
  /** Taken from the connection, not yet accepted by the network. */
  readonly unsent: Uint8Array[] = [];
  /** Accepted by the network, under way to the other end. */
  readonly pieces: Piece[] = [];
  /** The network delivers nothing more of this end's bytes as long as this is set. */
  silent = false;
  endSent = false;
  endRead = false;

  constructor(role: Role, seed: number, limits: Partial<ConnectionLimits> | undefined, now: number) {
    const tag = role === "dialer" ? 1 : 2;
    // Not in the first byte, whose low bits X25519 takes away.
    const ephemeralPrivateKey = new Uint8Array(32).fill(seed & 0xff).fill(tag, 9, 10);
    const local = localNode({ tag });
    this.connection = new Connection({ role, crypto: native, ephemeralPrivateKey, local, limits, now }, this.handler);
    // What a dialer queues at once is taken without being told.
    this.handler.outputWaits = true;
  }

  get underWay(): number {
    let sum = 0;
    for (const { bytes } of this.pieces) sum += bytes.length;
    return sum;
  }
}

/**
 * Two connections, a clock that jumps from one event to the next, and a network that cuts, delays and holds back bytes
 * as a seed will have it. Nothing here waits: `run` returns when the time is over.
 */
export class Pair {
  now = 0;
  readonly dialer: End;
  readonly listener: End;
  readonly #random: (limit: number) => number;
  readonly #options: Required<Omit<PairOptions, "limits">>;

  constructor(options: PairOptions) {
    this.#options = { maxChunk: 1_500, maxDelay: 20, capacity: 64 * 1024, ...options };
    this.#random = randomFrom(options.seed);
    this.dialer = new End("dialer", options.seed, options.limits, 0);
    this.listener = new End("listener", options.seed, options.limits, 0);
  }

  get ends(): readonly [End, End] {
    return [this.dialer, this.listener];
  }

  /** Lets time pass. Throws when a connection does not move on with a deadline, or keeps more than its limits. */
  run(ms: number): void {
    const until = this.now + ms;
    for (;;) {
      for (const end of this.ends) this.#write(end);
      const next = Math.min(...this.ends.map((end) => this.#nextEvent(end)));
      if (next > until) break;
      this.now = Math.max(this.now, next);
      for (const end of this.ends) this.#step(end);
    }
    this.now = until;
  }

  /** Runs until nothing is under way any more, or for so long. */
  settle(most = 10_000): void {
    const until = this.now + most;
    this.run(0);
    while (this.now < until && this.ends.some((end) => this.#busy(end))) {
      this.run(1);
    }
  }

  #busy(end: End): boolean {
    return end.pieces.length > 0 || end.unsent.length > 0 || end.handler.outputWaits;
  }

  #other(end: End): End {
    return end === this.dialer ? this.listener : this.dialer;
  }

  /** Takes all output, and hands as much of it to the network as the network takes, in part where it must. */
  #write(end: End): void {
    const { connection, handler, unsent } = end;
    if (handler.outputWaits || connection.state === "closed") {
      handler.outputWaits = false;
      for (let part = connection.takeOutput(); part !== undefined; part = connection.takeOutput()) unsent.push(part);
    }
    while (unsent.length > 0) {
      const room = this.#options.capacity - end.underWay;
      if (room <= 0) return;
      const first = unsent[0]!;
      const length = Math.min(first.length, room, 1 + this.#random(this.#options.maxChunk));
      const after = end.pieces.at(-1)?.at ?? this.now;
      end.pieces.push({
        bytes: first.slice(0, length),
        at: Math.max(after, this.now + this.#random(this.#options.maxDelay + 1)),
      });
      if (length === first.length) unsent.shift();
      else unsent[0] = first.subarray(length);
      connection.outputWritten(length, this.now);
      if (handler.outputWaits) this.#write(end);
    }
    if (connection.state === "closed") end.endSent = true;
  }

  #nextEvent(end: End): number {
    const other = this.#other(end);
    if (end.connection.hasMore) return this.now;
    const deadline = end.connection.nextDeadline();
    if (end.silent || other.connection.readPaused) return deadline;
    if (end.pieces.length === 0 && end.endSent && !other.endRead) return Math.min(deadline, this.now);
    return Math.min(deadline, end.pieces[0]?.at ?? Number.POSITIVE_INFINITY);
  }

  #step(end: End): void {
    const { connection } = end;
    if (connection.hasMore) connection.proceed(this.now);
    if (connection.nextDeadline() <= this.now) {
      connection.tick(this.now);
      if (connection.nextDeadline() <= this.now) throw new Error("a deadline that has passed does not move");
    }
    const other = this.#other(end);
    if (end.silent) return;
    // One piece at a time, so that a pause takes effect in the middle of what has arrived.
    const piece = end.pieces[0];
    if (piece !== undefined && piece.at <= this.now && !other.connection.readPaused) {
      end.pieces.shift();
      other.connection.receive(piece.bytes, this.now);
    }
    if (end.pieces.length === 0 && end.endSent && !other.endRead && !other.connection.readPaused) {
      other.endRead = true;
      other.connection.peerEnded(this.now);
    }
  }

  /** Both sides have opened the connection. */
  open(): this {
    this.run(1_000);
    for (const { connection } of this.ends) {
      if (connection.state !== "open") throw new Error(`expected an open connection, got one in ${connection.state}`);
    }
    return this;
  }

  close(end: End): void {
    end.connection.close(new ConnectionError("TEST", "closed by the test"), this.now);
  }
}
