import { ConnectionError, ProtocolError, type Role } from "../session/index.ts";
import { DATA_MESSAGE_LENGTH, StreamTable, writeDataMessage } from "../stream/index.ts";
import {
  type Header,
  MAX_DATA_LENGTH,
  Opcode,
  RESPONSE_TIMEOUT_MS,
  RETIRE_TIMEOUT_MS,
  STALL_TIMEOUT_MS,
  writeServiceRequest,
  writeServiceResponse,
} from "../wire/index.ts";
import { checkCall, checkHeaders, headMessage } from "./messages.ts";
import { OperationError } from "./operation-error.ts";
import type { OutputMeter } from "./output-meter.ts";
import { ReceiveWindow } from "./receive-window.ts";
import type { ConnectionLimits, Stream, StreamReceiver } from "./types.ts";

/** What the streams of a connection need of the connection. All times in ms, all positions in bytes since its beginning. */
export interface StreamHost {
  readonly limits: ConnectionLimits;
  /** The time of the call under way. */
  readonly now: number;
  readonly closed: boolean;
  readonly readPaused: boolean;
  readonly output: OutputMeter;
  send(plaintext: Uint8Array): void;
  retire(reason: ConnectionError): void;
  /** A stream is finished or has failed. */
  streamSettled(): void;
}

/** Most characters of a failure's message that are sent to the requester. */
const MAX_FAILURE_MESSAGE = 16 * 1024;
const NOTHING = new Uint8Array(0);
const encoder = new TextEncoder();
/** The plaintext of the Data message that is being sealed, of whichever connection. */
const scratch = new Uint8Array(DATA_MESSAGE_LENGTH);

/** The streams of one connection: what its user may do with them, and what becomes of them in time. */
export class StreamEngine {
  readonly table: StreamTable<StreamReceiver>;
  readonly window: ReceiveWindow;
  readonly #host: StreamHost;
  #blocked: Stream[] = [];
  #failed = 0;
  #served = 0;
  /** No deadline of a stream lies before this time; progress only moves deadlines away, so that it need not follow them. */
  #checkAt = Number.POSITIVE_INFINITY;
  /** Since when the connection is read: a peer that is not read cannot make progress. */
  #readySince = 0;

  constructor(role: Role, host: StreamHost) {
    this.table = new StreamTable(role);
    this.window = new ReceiveWindow(host.limits);
    this.#host = host;
  }

  /** Unfinished streams of both sides, failed ones not counted (FLT-STR-054). */
  get active(): number {
    return this.table.size - this.#failed;
  }

  /** Unfinished streams of the peer that are served. */
  get served(): number {
    return this.#served;
  }

  /** A time at or before the earliest deadline of a stream. */
  get deadline(): number {
    return this.#checkAt;
  }

  open(services: readonly string[], headers: readonly Header[], receiver: StreamReceiver): Stream {
    const { limits, now } = this.#host;
    checkCall(services, headers);
    if (this.table.outbound >= limits.outboundStreams) {
      throw new OperationError(
        "LIMIT",
        `expected fewer than ${limits.outboundStreams} unfinished calls on the connection`,
      );
    }
    const stream = this.table.openLocal(now);
    try {
      const packet = { stream: stream.number, services, headers };
      this.#host.send(headMessage(Opcode.ServiceRequest, writeServiceRequest, packet));
    } catch (error) {
      this.table.remove(stream);
      throw error;
    }
    stream.receiver = receiver;
    this.#sent(stream);
    return stream;
  }

  /** The stream of the peer is served by `receiver`. */
  serve(stream: Stream, receiver: StreamReceiver): void {
    // A handler may have failed before it returned; then nobody is left to be told.
    if (!stream.failed) stream.receiver = receiver;
    stream.served = true;
    this.#served++;
    this.moved(stream);
  }

  /** Answers handled 0 unless an answer was sent, and drops the request body up to its end (FLT-STR-025, FLT-STR-034). */
  refuse(stream: Stream): void {
    stream.discarding = true;
    if (stream.send === "head") {
      this.#sendAnswer(stream, false, []);
      stream.send = "ended";
    }
    this.#sent(stream);
  }

  respond(stream: Stream, headers: readonly Header[]): void {
    this.#requireWritable(stream);
    if (stream.send !== "head") {
      throw new OperationError("ENDED", `expected a call of the peer without an answer, got stream ${stream.number}`);
    }
    checkHeaders(headers);
    this.#sendAnswer(stream, true, headers);
    stream.send = "open";
    this.#sent(stream);
  }

  send(stream: Stream, data: Uint8Array): number {
    this.#requireWritable(stream);
    if (data.length === 0) return 0;
    this.#answerFirst(stream);
    let offset = 0;
    while (offset < data.length && this.#host.output.buffered < this.#host.limits.output) {
      const end = Math.min(data.length, offset + MAX_DATA_LENGTH);
      this.#sendData(stream, data, offset, end);
      offset = end;
    }
    if (offset < data.length && !stream.blocked) {
      stream.blocked = true;
      this.#blocked.push(stream);
    }
    if (offset > 0) this.#sent(stream);
    return offset;
  }

  end(stream: Stream): void {
    this.#requireWritable(stream);
    this.#answerFirst(stream);
    this.#sendData(stream, NOTHING, 0, 0);
    stream.send = "ended";
    this.#sent(stream);
    this.settle(stream);
  }

  failResponse(stream: Stream, message: string, headers: readonly Header[]): void {
    if (this.#host.closed || stream.failed) return;
    if (stream.initiator === "local" || stream.send === "open") {
      this.abandon(stream);
      return;
    }
    this.discard(stream);
    if (stream.send === "ended") return;
    this.respond(stream, [["content-type", "application/json"], ...headers]);
    const body = encoder.encode(JSON.stringify({ error: message.slice(0, MAX_FAILURE_MESSAGE) }));
    // All of it, whatever waits to be sent: half of a failure's message would be an incomplete body in turn.
    for (let at = 0; at < body.length; at += MAX_DATA_LENGTH) {
      this.#sendData(stream, body, at, Math.min(body.length, at + MAX_DATA_LENGTH));
    }
    this.end(stream);
  }

  abandon(stream: Stream): void {
    const { now, closed } = this.#host;
    // In any case: the stream may have its last callbacks, or its loss, still before it.
    stream.receiver = undefined;
    if (closed || stream.failed || stream.finished) return;
    this.discard(stream);
    if (stream.send !== "ended") {
      this.#fail(
        stream,
        new ConnectionError(
          "BODY_INCOMPLETE",
          `the body of stream ${stream.number} cannot be completed`,
          "FLT-STR-051",
        ),
      );
    } else if (stream.initiator === "local") {
      stream.discardUntil = now + RETIRE_TIMEOUT_MS;
      this.#arm(stream.discardUntil);
    }
  }

  discard(stream: Stream): void {
    stream.discarding = true;
    this.window.release(stream);
    if (!this.#host.closed) this.moved(stream);
  }

  consumed(stream: Stream, length: number): void {
    const waitedForUser = stream.unread > 0;
    this.window.consumed(stream, length);
    // From here on the peer is waited for, not the user; a user who takes nothing gives the peer no time.
    if (waitedForUser && stream.unread === 0 && !this.#host.closed) this.moved(stream);
  }

  /** The stream has moved on: its time begins anew. */
  moved(stream: Stream): void {
    stream.progressAt = this.#host.now;
    this.#arm(stream.progressAt + STALL_TIMEOUT_MS);
  }

  /** Reading goes on after a pause. */
  resumed(): void {
    this.#readySince = this.#host.now;
    this.#arm(this.#readySince + STALL_TIMEOUT_MS);
  }

  /** Forgets a stream both of whose halves have ended. Once: its last callback may have ended the other half, and been here. */
  settle(stream: Stream): void {
    if (!stream.finished || this.table.get(stream.number) !== stream) return;
    this.table.remove(stream);
    if (stream.failed) this.#failed--;
    if (stream.served) this.#served--;
    const receiver = stream.receiver;
    stream.receiver = undefined;
    receiver?.onFinished?.(stream);
    this.#host.streamSettled();
  }

  /** The answer handled 0 came: the request half ends at once, whatever of its body is left (FLT-STR-015). */
  endRefused(stream: Stream): void {
    if (stream.send !== "open" || stream.failed) return;
    this.#sendData(stream, NOTHING, 0, 0);
    stream.send = "ended";
    this.#sent(stream);
  }

  /** There is room in the output: calls the streams that wait for it, the longest waiting first. */
  unblock(): void {
    if (this.#blocked.length === 0) return;
    const waiting = this.#blocked;
    this.#blocked = [];
    for (const [index, stream] of waiting.entries()) {
      if (this.#host.output.buffered >= this.#host.limits.output) {
        this.#blocked = [...waiting.slice(index), ...this.#blocked];
        return;
      }
      stream.blocked = false;
      // Also of a stream that has ended its body meanwhile: no time ran for it while it was blocked.
      this.moved(stream);
      if (!stream.writable) continue;
      stream.receiver?.onWritable?.(stream);
    }
  }

  /** Fails every stream whose time is over (FLT-STR-016, FLT-STR-017, FLT-STR-058, FLT-STR-059). */
  check(): void {
    const { now } = this.#host;
    if (now < this.#checkAt) return;
    this.#checkAt = Number.POSITIVE_INFINITY;
    const expired: Stream[] = [];
    for (const stream of this.table.values()) {
      const deadline = this.#deadlineOf(stream);
      if (deadline <= now) expired.push(stream);
      else this.#arm(deadline);
    }
    for (const stream of expired) {
      if (this.#host.closed) return;
      this.#fail(stream, timeoutOf(stream, now));
    }
  }

  /** The connection is closed: every unfinished stream is lost (FLT-STR-018, FLT-STR-060). */
  loseAll(reason: ConnectionError): void {
    const streams = [...this.table.values()];
    this.#blocked = [];
    this.#checkAt = Number.POSITIVE_INFINITY;
    for (const stream of streams) {
      this.table.remove(stream);
      this.window.release(stream);
      stream.failed = true;
    }
    this.#failed = 0;
    this.#served = 0;
    for (const stream of streams) {
      const receiver = stream.receiver;
      stream.receiver = undefined;
      receiver?.onLost(stream, reason);
    }
  }

  #deadlineOf(stream: Stream): number {
    if (stream.failed) return Number.POSITIVE_INFINITY;
    const { now, readPaused } = this.#host;
    const waitsForPeer = stream.receive !== "ended" && (stream.unread === 0 || stream.discarding);
    if (!waitsForPeer || readPaused || stream.blocked) return stream.discardUntil;
    // What still waits to be sent cannot have been answered; a peer that reads nothing is the connection's own limit.
    const sentAt = Math.min(now, this.#host.output.leftBy(stream.outputMark));
    const limit = stream.receive === "waiting" ? RESPONSE_TIMEOUT_MS : STALL_TIMEOUT_MS;
    return Math.min(stream.discardUntil, Math.max(stream.progressAt, this.#readySince, sentAt) + limit);
  }

  #fail(stream: Stream, reason: ConnectionError): void {
    stream.failed = true;
    this.#failed++;
    this.window.release(stream);
    const receiver = stream.receiver;
    stream.receiver = undefined;
    receiver?.onLost(stream, reason);
    this.#host.retire(reason);
    this.#host.streamSettled();
  }

  #requireWritable(stream: Stream): void {
    if (this.#host.closed) throw new OperationError("CLOSED", "expected an open connection, got a closed one");
    if (!stream.writable)
      throw new OperationError(
        "ENDED",
        `expected a half that is under way, got one that has ended or failed, stream ${stream.number}`,
      );
  }

  /** A body needs a ServiceResponse before it, if need be one without headers (FLT-STR-023). */
  #answerFirst(stream: Stream): void {
    if (stream.send === "head") this.respond(stream, []);
  }

  #sendAnswer(stream: Stream, handled: boolean, headers: readonly Header[]): void {
    const packet = { stream: stream.number, handled, headers };
    this.#host.send(headMessage(Opcode.ServiceResponse, writeServiceResponse, packet));
  }

  #sendData(stream: Stream, data: Uint8Array, start: number, end: number): void {
    this.#host.send(writeDataMessage(scratch, stream.number, data, start, end));
  }

  #sent(stream: Stream): void {
    stream.outputMark = this.#host.output.written + this.#host.output.buffered;
    this.moved(stream);
  }

  #arm(time: number): void {
    if (time < this.#checkAt) this.#checkAt = time;
  }
}

function timeoutOf(stream: Stream, now: number): ProtocolError {
  if (stream.discardUntil <= now) {
    return new ProtocolError(
      "RESPONSE_UNENDED",
      "FLT-STR-058",
      `expected the end of the abandoned response of stream ${stream.number} within ${RETIRE_TIMEOUT_MS} ms`,
    );
  }
  if (stream.receive === "waiting") {
    return new ProtocolError(
      "RESPONSE_TIMEOUT",
      "FLT-STR-016",
      `expected a ServiceResponse for stream ${stream.number} within ${RESPONSE_TIMEOUT_MS} ms`,
    );
  }
  const requirement = stream.initiator === "local" ? "FLT-STR-017" : "FLT-STR-059";
  return new ProtocolError(
    "STALLED",
    requirement,
    `expected progress on stream ${stream.number} within ${STALL_TIMEOUT_MS} ms`,
  );
}
