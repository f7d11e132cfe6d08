import type { Field, ReadPacket } from "./decode.ts";

export interface TranscriptEvent {
  /** ms since the transcript began. */
  readonly at: number;
  readonly connection: string;
  /** ">" probe to target, "<" target to probe, "-" neither. */
  readonly direction: ">" | "<" | "-";
  readonly what: string;
  /** What was on the wire (encrypted), and what it decrypts to. */
  readonly wire?: Uint8Array;
  readonly plaintext?: Uint8Array;
  readonly fields?: readonly Field[];
  /** Of a reply of the probe, which does not say what it is. */
  readonly reply?: ReadPacket["kind"];
}

/** A connection with very much on it keeps its first and its last events. */
const KEEP_FIRST = 60;
const KEEP_LAST = 60;

export class Transcript {
  readonly #start = performance.now();
  readonly #first: TranscriptEvent[] = [];
  #last: TranscriptEvent[] = [];
  #dropped = 0;

  add(event: Omit<TranscriptEvent, "at">): void {
    const timed = { ...event, at: performance.now() - this.#start };
    if (this.#first.length < KEEP_FIRST) {
      this.#first.push(timed);
      return;
    }
    this.#last.push(timed);
    if (this.#last.length >= 2 * KEEP_LAST) {
      this.#dropped += KEEP_LAST;
      this.#last = this.#last.slice(-KEEP_LAST);
    }
  }
  note(connection: string, what: string): void {
    this.add({ connection, direction: "-", what });
  }
  get events(): readonly TranscriptEvent[] {
    if (this.#dropped === 0) return [...this.#first, ...this.#last];
    const gap: TranscriptEvent = {
      at: this.#last[0]?.at ?? 0,
      connection: "main",
      direction: "-",
      what: `${this.#dropped} events are left out here`,
    };
    return [...this.#first, gap, ...this.#last];
  }
}
