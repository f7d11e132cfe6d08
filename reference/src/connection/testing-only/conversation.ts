import { RETIRE_TIMEOUT_MS } from "../../wire/index.ts";
import { ConnectionError, OperationError, type Stream } from "../index.ts";
import { type End, Pair, type PairOptions } from "./pair.ts";
import { Tape } from "./tape.ts";

/** What one side does next. `which` picks a stream, `length` a number of bytes. */
export interface Move {
  readonly who: "dialer" | "listener";
  readonly does:
    | "call"
    | "callNobody"
    | "send"
    | "end"
    | "abandon"
    | "discard"
    | "fail"
    | "consume"
    | "findNode"
    | "retire"
    | "close"
    | "silence"
    | "wait";
  readonly which: number;
  readonly length: number;
}

/** One side of one stream: what its user has done, and what it has heard. */
interface Side {
  readonly end: End;
  readonly tape: Tape;
  readonly stream: Stream;
  /** Bytes handed over and taken. */
  sent: number;
  /** The user has ended its body. */
  sentEnd: boolean;
  consumed: number;
  /** Bytes of the body that were compared. */
  checked: number;
}

/** Room for what one message, or the message of a failure, may add to a bound. */
const SLACK = 24 * 1024;

/** Who keeps the other waiting for longer may have streams fail, in ms. */
const PATIENCE = RETIRE_TIMEOUT_MS;

const byteOf = (number: number, requester: boolean, at: number): number =>
  (number * 31 + (requester ? 101 : 7) + at * 13) & 0xff;

/** Two users of a pair of connections, who do as they are told, and who check what they hear against what was said. */
export class Conversation {
  readonly pair: Pair;
  readonly sides: Side[] = [];
  /** The conversation was cut, so that bodies may be lost, though never shortened. */
  cut = false;
  #waited = 0;
  asked = 0;
  answered = 0;

  constructor(options: PairOptions) {
    this.pair = new Pair(options);
    for (const end of this.pair.ends) {
      end.handler.decide = (tape, stream) => {
        this.#join(end, tape, stream);
        return tape;
      };
    }
    this.pair.open();
  }

  move({ who, does, which, length }: Move): void {
    const { pair } = this;
    const end = pair[who];
    const mine = this.sides.filter((side) => side.end === end);
    const side = mine[which % Math.max(1, mine.length)];
    try {
      this.#act(end, side, does, length);
    } catch (error) {
      // Not allowed now: whether it should have been is for other tests to say.
      if (!(error instanceof OperationError)) throw error;
    }
    // Mostly short, so that few conversations run into a limit of time.
    const waits = does !== "wait" ? which % 4 : length > 11_000 ? length : length % 300;
    pair.run(waits);
    this.#waited += waits;
    if (this.#waited >= PATIENCE) this.cut = true;
    this.check();
  }

  #act(end: End, side: Side | undefined, does: Move["does"], length: number): void {
    const { now } = this.pair;
    const { connection } = end;
    const reason = new ConnectionError("TEST", `${does} by the test`);
    if (does === "call" || does === "callNobody") {
      const tape = new Tape();
      this.#join(end, tape, connection.openStream([does === "call" ? "echo" : "nobody"], [], tape, now));
    } else if (does === "findNode") {
      connection.findNode(new Uint8Array(32), () => this.answered++, now);
      this.asked++;
    } else if (does === "retire" || does === "close") {
      this.cut = true;
      connection[does](reason, now);
    } else if (does === "silence") {
      this.cut = true;
      end.silent = true;
    } else if (side !== undefined) this.#actOn(side, does, length);
  }

  #actOn(side: Side, does: Move["does"], length: number): void {
    const { connection } = side.end;
    const { stream, tape } = side;
    const { now } = this.pair;
    if (does === "send") this.#send(side, length);
    else if (does === "end") {
      connection.endData(stream, now);
      side.sentEnd = true;
    } else if (does === "abandon" || does === "fail") {
      // What is broken off in the middle of a body takes the connection along.
      const failsWhole = does === "fail" && stream.initiator === "remote" && stream.send === "head";
      if (stream.send !== "ended" && !failsWhole) this.cut = true;
      if (does === "abandon") {
        tape.abandoned = true;
        connection.abandon(stream, now);
      } else {
        tape.abandoned ||= stream.send === "open" || stream.initiator === "local";
        tape.discarded = true;
        connection.failResponse(stream, "failed by the test", now);
      }
    } else if (does === "discard") {
      tape.discarded = true;
      connection.discard(stream, now);
    } else if (does === "consume") this.#consume(side, length);
  }

  #send(side: Side, length: number): void {
    const { number, initiator } = side.stream;
    const data = Uint8Array.from({ length }, (_, i) => byteOf(number, initiator === "local", side.sent + i));
    const taken = side.end.connection.sendData(side.stream, data, this.pair.now);
    side.sent += taken;
    if (taken < length) side.tape.waiting = true;
  }

  #consume(side: Side, length: number): void {
    const taken = Math.min(length, side.tape.received - side.consumed);
    side.consumed += taken;
    side.end.connection.consumed(side.stream, taken, this.pair.now);
  }

  #join(end: End, tape: Tape, stream: Stream): void {
    tape.stream = stream;
    const side: Side = { end, tape, stream, sent: 0, sentEnd: false, consumed: 0, checked: 0 };
    this.sides.push(side);
    // Every second stream of a side has a user who acts in the middle of the callbacks.
    if (stream.number % 4 < 2) return;
    tape.action = (_, event) => {
      if (event === "data") this.#consume(side, Number.POSITIVE_INFINITY);
      if (event !== "end" || !stream.writable) return;
      end.connection.endData(stream, this.pair.now);
      side.sentEnd = true;
    };
  }

  #partner(side: Side): Side | undefined {
    return this.sides.find((other) => other.end !== side.end && other.stream.number === side.stream.number);
  }

  /** What must hold at any time. */
  check(): void {
    for (const side of this.sides) this.#checkBody(side);
    for (const { connection } of this.pair.ends) {
      const { limits } = connection;
      if (connection.unread > limits.unread + SLACK) throw new Error(`${connection.unread} bytes are held unread`);
      if (connection.bufferedOutput > limits.output + limits.replies + SLACK)
        throw new Error(`${connection.bufferedOutput} bytes wait to be sent`);
      if (connection.inboundStreams < 0 || connection.inboundStreams > limits.inboundStreams)
        throw new Error(`${connection.inboundStreams} streams are served`);
      if (connection.outboundStreams > limits.outboundStreams) throw new Error("too many calls are open");
    }
  }

  /** A body is a beginning of what was sent, and ends only where that ended. */
  #checkBody(side: Side): void {
    const { tape } = side;
    const partner = this.#partner(side);
    // The message of a failure is no body of the pattern.
    if (partner === undefined || partner.tape.discarded) return;
    if (tape.received > side.checked) this.#compare(side);
    if (tape.received > partner.sent) throw new Error(`${tape.received} bytes came of ${partner.sent}`);
    if (tape.ended && !(partner.sentEnd && tape.received === partner.sent))
      throw new Error(`a body ended after ${tape.received} of ${partner.sent} bytes`);
  }

  #compare(side: Side): void {
    const { number, initiator } = side.stream;
    const body = side.tape.body;
    for (; side.checked < body.length; side.checked++) {
      if (body[side.checked] !== byteOf(number, initiator === "remote", side.checked))
        throw new Error(`byte ${side.checked} of stream ${number} is another than was sent`);
    }
  }

  /** Everybody takes what has come and ends what he sends, until nothing moves any more. */
  windUp(): void {
    for (let round = 0; round < 32; round++) {
      for (const side of [...this.sides]) {
        this.#consume(side, Number.POSITIVE_INFINITY);
        if (side.stream.writable && side.end.connection.state !== "closed" && !side.tape.abandoned) {
          side.end.connection.endData(side.stream, this.pair.now);
          side.sentEnd = true;
        }
      }
      // First as fast as users are, then through every limit of time.
      this.pair.run(round < 20 ? 200 : 10_000);
      this.check();
    }
  }

  /** What must hold when everything is over. */
  checkEnd(): void {
    for (const { tape, stream, consumed } of this.sides) {
      if (!tape.over) throw new Error(`stream ${stream.number} is neither finished nor lost`);
      if (tape.finished && !tape.discarded && consumed !== tape.received) throw new Error("bytes were not consumed");
    }
    if (this.answered !== this.asked) throw new Error(`${this.answered} answers to ${this.asked} requests`);
    for (const { connection } of this.pair.ends) {
      if (connection.activeStreams !== 0) throw new Error(`${connection.activeStreams} streams are left`);
      if (connection.unread !== 0) throw new Error(`${connection.unread} bytes are unread`);
      if (!this.cut && connection.state !== "open") throw new Error(`expected "open", got "${connection.state}"`);
      if (!this.cut && connection.inboundStreams + connection.outboundStreams !== 0) throw new Error("miscounted");
    }
    if (!this.cut) this.#checkWhole();
  }

  /** Where nothing was cut, nothing was lost: each body came whole to whoever wanted it. */
  #checkWhole(): void {
    for (const side of this.sides) {
      const { tape } = side;
      if (tape.lost !== undefined) throw new Error(`lost: ${tape.lost.message}`);
      if (tape.discarded || tape.abandoned) continue;
      const refused = tape.answer?.handled === false;
      if (!refused && !tape.ended) throw new Error("a body has not ended");
    }
  }
}
