/** What a sequence number says about the message that carries it, for the side that reads it. */
export type MessageKind =
  /** The reply to a pending request (FLT-RPC-010). */
  | "reply"
  /** A number of the reader's own parity that is not pending: a late reply, to be ignored (FLT-RPC-011). */
  | "stray"
  /** A request or one-way message, whose body begins with an opcode (FLT-RPC-012). */
  | "request";

const MAX_SEQUENCE_NUMBER = 0xffff_ffff;

interface Pending<T> {
  readonly context: T;
  readonly deadline: number;
}

/**
 * The requests of one side that wait for their replies. Dialers number them odd, listeners even (FLT-RPC-002, FLT-RPC-003);
 * no pending number is used twice (FLT-RPC-004). The caller bounds how many there are.
 */
export class Requests<T> {
  readonly #pending = new Map<number, Pending<T>>();
  readonly #first: number;
  #next: number;
  #deadline = Number.POSITIVE_INFINITY;

  /** `next` lets a test start near the largest number. */
  constructor(role: "dialer" | "listener", next?: number) {
    this.#first = role === "dialer" ? 1 : 2;
    this.#next = next ?? this.#first;
  }

  /** How many wait. */
  get size(): number {
    return this.#pending.size;
  }

  /** A time at or before the earliest deadline of a pending request; `Infinity` when there is none. */
  get deadline(): number {
    return this.#pending.size === 0 ? Number.POSITIVE_INFINITY : this.#deadline;
  }

  /** Registers a request that fails at `deadline` and returns its number, never 0 (FLT-RPC-005). */
  open(context: T, deadline: number): number {
    while (this.#pending.has(this.#next)) this.#advance();
    const number = this.#next;
    this.#advance();
    this.#deadline = Math.min(this.deadline, deadline);
    this.#pending.set(number, { context, deadline });
    return number;
  }

  /** Tells replies, late replies and requests apart by the number alone. */
  kindOf(number: number): MessageKind {
    if (number === 0 || number % 2 !== this.#first % 2) return "request";
    return this.#pending.has(number) ? "reply" : "stray";
  }

  /** Takes the request with that number out, for its reply has come. Throws RangeError when it is not pending. */
  settle(number: number): T {
    const pending = this.#pending.get(number);
    if (pending === undefined) throw new RangeError(`expected the number of a pending request, got ${number}`);
    this.#pending.delete(number);
    return pending.context;
  }

  /** Takes out all requests whose time is over at `now` (FLT-RPC-020), oldest first. */
  expire(now: number): T[] {
    if (now < this.deadline) return [];
    const expired: T[] = [];
    this.#deadline = Number.POSITIVE_INFINITY;
    for (const [number, { context, deadline }] of this.#pending) {
      if (deadline <= now) {
        this.#pending.delete(number);
        expired.push(context);
      } else {
        this.#deadline = Math.min(this.#deadline, deadline);
      }
    }
    return expired;
  }

  /** Takes out all requests, oldest first: the connection closes. */
  drain(): T[] {
    const contexts = [...this.#pending.values()].map(({ context }) => context);
    this.#pending.clear();
    return contexts;
  }

  /** Goes on with the first number after the largest, never with 0. */
  #advance(): void {
    this.#next = this.#next + 2 > MAX_SEQUENCE_NUMBER ? this.#first : this.#next + 2;
  }
}
