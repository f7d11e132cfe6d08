import { ByteQueue, ProtocolError } from "../session/index.ts";
import { CLOSE_TIMEOUT_MS, STALL_TIMEOUT_MS } from "../wire/index.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** Bytes that left within one tolerance of time: the position behind them, and when the first and the last of them left, in ms. */
interface Departure {
  position: number;
  readonly since: number;
  at: number;
}

/** The bytes of a connection on their way out: how many wait, since when nothing moved, and whether the node knows of them. */
export class OutputMeter {
  readonly buffer = new ByteQueue();
  #inFlight = 0;
  #written = 0;
  #since = NEVER;
  #announced = false;
  /** The departures of the last 30 s, about one for each second. */
  readonly #departures: Departure[] = [];
  /** Bytes up to here left before that. */
  #longGone = 0;

  /** Bytes queued or taken that have not left. */
  get buffered(): number {
    return this.buffer.length + this.#inFlight;
  }

  /** Bytes that have left since the beginning. */
  get written(): number {
    return this.#written;
  }

  /** When waiting bytes have waited too long without any leaving (FLT-SES-044). */
  get deadline(): number {
    return this.#since + STALL_TIMEOUT_MS;
  }

  /** Throws a {@link ProtocolError} when the peer has taken nothing for too long (FLT-SES-044). */
  checkDeadline(now: number): void {
    if (now < this.deadline) return;
    throw new ProtocolError(
      "WRITE_STALLED",
      "FLT-SES-044",
      `expected the peer to take bytes in time, got ${this.buffered} waiting`,
    );
  }

  /** Bytes were put into the buffer. Says whether the node must be told of them. */
  queued(now: number): boolean {
    if (this.#since === NEVER) this.#since = now;
    const announce = !this.#announced;
    this.#announced = true;
    return announce;
  }

  /** @param full nothing of the block that is being filled */
  take(full = false): Uint8Array | undefined {
    const bytes = full ? this.buffer.takeFull() : this.buffer.take();
    if (bytes !== undefined) this.#inFlight += bytes.length;
    if (this.buffer.length === 0) this.#announced = false;
    return bytes;
  }

  /** So many of the bytes taken have left; more than there are count as all. */
  left(length: number, now: number): void {
    const written = Math.min(length, this.#inFlight);
    this.#inFlight -= written;
    this.#written += written;
    this.#since = this.buffered === 0 ? NEVER : now;
    this.#depart(now);
  }

  /** When the bytes before a position had left, up to 1 s late; `Infinity` while some wait, `-Infinity` when it is long ago. */
  leftBy(position: number): number {
    if (position <= this.#longGone) return -NEVER;
    return this.#departures.find((departure) => position <= departure.position)?.at ?? NEVER;
  }

  #depart(now: number): void {
    const last = this.#departures.at(-1);
    if (last !== undefined && now - last.since < CLOSE_TIMEOUT_MS) {
      last.position = this.#written;
      last.at = now;
      return;
    }
    this.#departures.push({ position: this.#written, since: now, at: now });
    for (;;) {
      const first = this.#departures[0];
      if (first === undefined || now - first.at <= STALL_TIMEOUT_MS) return;
      this.#longGone = first.position;
      this.#departures.shift();
    }
  }
}
