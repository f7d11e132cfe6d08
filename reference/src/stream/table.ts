import { STREAM_NUMBER_BASE } from "../wire/index.ts";
import { Stream } from "./stream.ts";

const MAX_STREAM_NUMBER = 0xffff_ffff;

/** The unfinished streams of one connection, whichever side opened them: the two sides share one space of numbers. */
export class StreamTable<Receiver = unknown> {
  readonly #streams = new Map<number, Stream<Receiver>>();
  readonly #first: number;
  #next: number;
  #inbound = 0;
  #outbound = 0;

  /** Numbers of a dialer are odd, those of a listener even, from 2^31 upwards (FLT-STR-002). */
  constructor(role: "dialer" | "listener", next?: number) {
    this.#first = role === "dialer" ? STREAM_NUMBER_BASE + 1 : STREAM_NUMBER_BASE;
    this.#next = next ?? this.#first;
  }

  /** Unfinished streams the peer opened, refused ones included. */
  get inbound(): number {
    return this.#inbound;
  }

  /** Unfinished streams this node opened. */
  get outbound(): number {
    return this.#outbound;
  }

  get size(): number {
    return this.#streams.size;
  }

  /** The stream with this number, if it is not finished. */
  get(number: number): Stream<Receiver> | undefined {
    return this.#streams.get(number);
  }

  /** All that are not finished. */
  values(): IterableIterator<Stream<Receiver>> {
    return this.#streams.values();
  }

  /** Opens a stream of this node under a number that no unfinished stream has (FLT-STR-001). The caller bounds their count. */
  openLocal(now: number): Stream<Receiver> {
    while (this.#streams.has(this.#next)) this.#advance();
    const stream = new Stream<Receiver>(this.#next, "local", now);
    this.#advance();
    this.#streams.set(stream.number, stream);
    this.#outbound++;
    return stream;
  }

  /** Opens a stream of the peer. The caller has seen that the number is free (FLT-STR-003, FLT-STR-004). */
  openRemote(number: number, now: number): Stream<Receiver> {
    const stream = new Stream<Receiver>(number, "remote", now);
    this.#streams.set(number, stream);
    this.#inbound++;
    return stream;
  }

  /** Forgets a stream, whose number is free from then on (FLT-STR-005). */
  remove(stream: Stream<Receiver>): void {
    if (!this.#streams.delete(stream.number)) return;
    if (stream.initiator === "local") this.#outbound--;
    else this.#inbound--;
  }

  #advance(): void {
    this.#next = this.#next + 2 > MAX_STREAM_NUMBER ? this.#first : this.#next + 2;
  }
}
