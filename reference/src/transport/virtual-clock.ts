import type { Clock } from "./types.ts";

interface Entry {
  readonly at: number;
  readonly order: number;
  /** Replaced by nothing when it is cancelled. */
  callback: () => void;
}

/** A clock that stands still until it is told to run: whole meshes run through minutes in a moment, and always in the same order. */
export class VirtualClock implements Clock {
  #now = 0;
  #order = 0;
  /** A heap with four children to each entry, the earliest first. */
  readonly #heap: Entry[] = [];
  /** When each entry of the heap is due: side by side, so that to compare them is not to look all over the memory. */
  readonly #times: number[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const entry: Entry = { at: this.#now + Math.max(0, ms), order: this.#order++, callback };
    this.#push(entry);
    return () => {
      entry.callback = nothing;
    };
  }

  soon(callback: () => void): void {
    this.#push({ at: this.#now, order: this.#order++, callback });
  }

  /** Lets so many ms pass. What is due happens in its order, and after each of it everything that only waits for promises. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settled();
    for (let entry = this.#pop(end); entry !== undefined; entry = this.#pop(end)) {
      this.#now = Math.max(this.#now, entry.at);
      entry.callback();
      // Everything of one moment may be done before promises are looked at.
      if ((this.#times[0] ?? end) > entry.at) await settled();
    }
    this.#now = Math.max(this.#now, end);
  }

  /** So many ms are over at once, as after the sleep of a machine: whatever was due in them happens late, when time passes again. */
  leap(ms: number): void {
    this.#now += ms;
  }

  /** Lets so many ms pass for callbacks that need no promise: much faster than {@link advance}. */
  run(ms: number): void {
    const end = this.#now + ms;
    for (let entry = this.#pop(end); entry !== undefined; entry = this.#pop(end)) {
      this.#now = entry.at;
      entry.callback();
    }
    this.#now = end;
  }

  /** Lets time pass until the promise settles, at most `limit` ms. Rejects with it, or when the limit is reached. */
  async settle<T>(promise: Promise<T>, limit = 600_000): Promise<T> {
    let open = true;
    const close = () => {
      open = false;
    };
    promise.then(close, close);
    const end = this.#now + limit;
    await settled();
    while (open) {
      const next = this.#heap[0];
      if (next === undefined || next.at > end) {
        throw new Error(
          `expected an end within ${limit} ms of virtual time, got none${next ? "" : ": nothing is due"}`,
        );
      }
      await this.advance(next.at - this.#now);
      await settled();
    }
    return promise;
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    const times = this.#times;
    const { at: time } = entry;
    let at = heap.push(entry) - 1;
    times.push(time);
    while (at > 0) {
      const parent = (at - 1) >> 2;
      // Of one time the later added is the later: it has the greater order.
      if ((times[parent] as number) <= time) break;
      heap[at] = heap[parent] as Entry;
      times[at] = times[parent] as number;
      at = parent;
    }
    heap[at] = entry;
    times[at] = time;
  }

  #pop(end: number): Entry | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.at > end) return undefined;
    const last = this.#heap.pop() as Entry;
    this.#times.pop();
    if (this.#heap.length > 0) this.#sink(last);
    return first;
  }

  #sink(entry: Entry): void {
    const heap = this.#heap;
    const times = this.#times;
    const { length } = heap;
    const { at: time, order } = entry;
    let at = 0;
    for (;;) {
      let child = 4 * at + 1;
      if (child >= length) break;
      const end = Math.min(child + 4, length);
      for (let other = child + 1; other < end; other++) {
        const later = (times[other] as number) - (times[child] as number);
        if (later < 0 || (later === 0 && (heap[other] as Entry).order < (heap[child] as Entry).order)) child = other;
      }
      const later = (times[child] as number) - time;
      if (later > 0 || (later === 0 && (heap[child] as Entry).order > order)) break;
      heap[at] = heap[child] as Entry;
      times[at] = times[child] as number;
      at = child;
    }
    heap[at] = entry;
    times[at] = time;
  }
}

const nothing = (): void => {};

/** Once everything that waits for promises and ticks alone has run. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
