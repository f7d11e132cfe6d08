import { Requests } from "../rpc/index.ts";
import { ConnectionError, ProtocolError, type Role, Session } from "../session/index.ts";
import {
  encodeFindNodeRequest,
  HANDSHAKE_TIMEOUT_MS,
  type Header,
  Opcode,
  REQUEST_TIMEOUT_MS,
  RETIRE_TIMEOUT_MS,
} from "../wire/index.ts";
import { Handshakes } from "./handshake.ts";
import { Inbox } from "./inbox.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { encodeForUser, requestMessage } from "./messages.ts";
import { OperationError } from "./operation-error.ts";
import { OutputMeter } from "./output-meter.ts";
import type { FindNodeCallback, PendingRequests } from "./pending.ts";
import { StreamEngine } from "./stream-engine.ts";
import type {
  ConnectionHandler,
  ConnectionLimits,
  ConnectionOptions,
  ConnectionState,
  LocalNode,
  RemotePeer,
  Stream,
  StreamReceiver,
} from "./types.ts";

const NEVER = Number.POSITIVE_INFINITY;

/**
 * One TCP connection: session, messages, Handshake and streams in one state machine. See index.ts for how it is driven.
 * All times are ms on one clock, which must not run backwards. Handlers are called in the middle of the calls that cause them.
 */
export class Connection {
  readonly role: Role;
  readonly limits: ConnectionLimits;
  readonly #handler: ConnectionHandler;
  readonly #output = new OutputMeter();
  readonly #session: Session;
  readonly #handshakes: Handshakes;
  readonly #requests: PendingRequests;
  readonly #streams: StreamEngine;
  readonly #inbox: Inbox;
  #state: Exclude<ConnectionState, "retired"> = "key-exchange";
  #peer: RemotePeer | undefined;
  #now: number;
  #handshakeDeadline = NEVER;
  #retired: ConnectionError | undefined;
  #retireDeadline = NEVER;
  #refusing = false;
  #repliesFull = false;
  #paused = false;
  #processing = false;

  /** Take the output right after construction: a dialer's first bytes are queued by then. */
  constructor(options: ConnectionOptions, handler: ConnectionHandler) {
    this.role = options.role;
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#handler = handler;
    this.#now = options.now;
    this.#session = new Session(options, this.#output.buffer);
    this.#handshakes = new Handshakes(options.crypto, options.local, options.expectedPublicKey);
    this.#requests = new Requests(options.role);
    this.#streams = new StreamEngine(options.role, this.#streamHost());
    this.#inbox = new Inbox(this.#inboxHost(options.local));
    if (this.#output.buffered > 0) this.#output.queued(options.now);
  }

  get state(): ConnectionState {
    return this.#state === "open" && this.#retired !== undefined ? "retired" : this.#state;
  }

  /** What the latest valid Handshake of the peer said. */
  get peer(): RemotePeer | undefined {
    return this.#peer;
  }

  /** Why the connection is retired, if it is. */
  get retired(): ConnectionError | undefined {
    return this.#retired;
  }

  /** Unfinished streams of both sides, failed ones not counted. */
  get activeStreams(): number {
    return this.#streams.active;
  }

  /** Unfinished streams this node opened. */
  get outboundStreams(): number {
    return this.#streams.table.outbound;
  }

  /** Unfinished streams of the peer that are served. */
  get inboundStreams(): number {
    return this.#streams.served;
  }

  /** Bytes queued or taken that were not yet reported with {@link outputWritten}. */
  get bufferedOutput(): number {
    return this.#output.buffered;
  }

  /** Body bytes handed out that were not yet reported with {@link consumed}. */
  get unread(): number {
    return this.#streams.window.total;
  }

  /** Whether the socket must not be read (FLT-STR-072, FLT-SES-046). Bytes that come all the same are kept and acted on later. */
  get readPaused(): boolean {
    return this.#paused;
  }

  /** Acts on bytes that came. The chunk must not be changed afterwards. */
  receive(chunk: Uint8Array, now: number): void {
    this.#now = now;
    this.#session.push(chunk);
    this.#process();
  }

  /** The peer has closed its writing side: acts on what had come and closes (FLT-SES-040, FLT-SES-041). */
  peerEnded(now: number): void {
    this.#now = now;
    if (this.#state === "closed") return;
    this.#process(true);
    if (!this.#isClosed()) this.#close(this.#session.end());
  }

  /** The socket failed or was reset. */
  transportFailed(message: string, now: number): void {
    this.close(new ConnectionError("TRANSPORT", message), now);
  }

  /** Acts on every limit of time that has passed. */
  tick(now: number): void {
    this.#now = now;
    if (this.#state === "closed") return;
    if (now >= this.#output.deadline) {
      this.#close(
        new ProtocolError(
          "WRITE_STALLED",
          "FLT-SES-044",
          `expected the peer to take bytes in time, got ${this.bufferedOutput} waiting`,
        ),
      );
      return;
    }
    this.#guard(() => this.#session.checkDeadline(now));
    if (this.#state === "handshake" && now >= this.#handshakeDeadline) this.#close(this.#handshakeTimeout());
    for (const pending of this.#requests.expire(now)) {
      if (pending !== "handshake")
        pending({
          error: new ConnectionError(
            "TIMEOUT",
            `expected a reply within ${REQUEST_TIMEOUT_MS} ms, got none`,
            "FLT-RPC-020",
          ),
        });
    }
    if (this.#isClosed()) return;
    this.#streams.check();
    if (this.#retired !== undefined && now >= this.#retireDeadline) this.#close(this.#retired);
    this.#settleUp();
  }

  /** When {@link tick} must be called at the latest, or `Infinity`. May be earlier than anything happens, never later. */
  nextDeadline(): number {
    if (this.#state === "closed") return NEVER;
    const first =
      this.#state === "key-exchange"
        ? this.#session.keyExchangeDeadline
        : this.#state === "handshake"
          ? this.#handshakeDeadline
          : NEVER;
    return Math.min(
      first,
      this.#requests.deadline,
      this.#output.deadline,
      this.#retireDeadline,
      this.#streams.deadline,
    );
  }

  /** The next bytes to write, or `undefined` when all are taken. Call until `undefined`, after the close too. The array is the caller's. */
  takeOutput(): Uint8Array | undefined {
    return this.#output.take();
  }

  /** So many of the bytes taken have left for the network. */
  outputWritten(length: number, now: number): void {
    this.#now = now;
    this.#output.left(length, now);
    if (this.#state === "closed") return;
    if (this.bufferedOutput <= this.limits.output / 2) this.#streams.unblock();
    this.#closeIfIdle();
    this.#settleUp();
  }

  /** Opens a stream and sends its ServiceRequest (FLT-STR-001, FLT-STR-010). Throws {@link OperationError}, with nothing sent. */
  openStream(services: readonly string[], headers: readonly Header[], receiver: StreamReceiver, now: number): Stream {
    this.#requireOpen(now);
    return this.#streams.open(services, headers, receiver);
  }

  /** Sends the ServiceResponse with handled 1. Optional: the first data or the end sends one without headers. Throws {@link OperationError}. */
  respond(stream: Stream, headers: readonly Header[], now: number): void {
    this.#now = now;
    this.#streams.respond(stream, headers);
  }

  /** Sends as much as there is room for and returns how many bytes were taken; `onWritable` follows when not all. Throws {@link OperationError}. */
  sendData(stream: Stream, data: Uint8Array, now: number): number {
    this.#now = now;
    return this.#streams.send(stream, data);
  }

  /** Completes the body this side sends with `Data(0)` (FLT-STR-011, FLT-STR-024). Throws {@link OperationError}. */
  endData(stream: Stream, now: number): void {
    this.#now = now;
    this.#streams.end(stream);
  }

  /**
   * The handler has failed. Answers with the failure as JSON, message cut at 16,384 characters, if nothing was sent (FLT-HDR-020); retires
   * the connection if the response is under way (FLT-STR-051); drops the rest of the request body in any case. Never throws.
   */
  failResponse(stream: Stream, message: string, now: number): void {
    this.#now = now;
    this.#streams.failResponse(stream, message);
    this.#settleUp();
  }

  /** Nobody wants the stream any more: what still comes is dropped (FLT-STR-057), an incomplete body of this side retires the connection. No callback follows. */
  abandon(stream: Stream, now: number): void {
    this.#now = now;
    this.#streams.abandon(stream);
    this.#settleUp();
  }

  /** Drops what still arrives on the stream, without `onData` and `onEnd`, while this side may go on sending (FLT-STR-028). */
  discard(stream: Stream, now: number): void {
    this.#now = now;
    this.#streams.discard(stream);
    this.#settleUp();
  }

  /** So many bytes handed out by `onData` were taken by the user (FLT-STR-073). Also after the stream has finished. */
  consumed(stream: Stream, length: number, now: number): void {
    this.#now = now;
    this.#streams.consumed(stream, length);
    this.#settleUp();
  }

  /** Asks for the peers closest to `target`, 32 bytes. The callback is called once, within 5 s or at the close. Throws {@link OperationError}. */
  findNode(target: Uint8Array, callback: FindNodeCallback, now: number): void {
    this.#requireOpen(now);
    if (this.#requests.size >= this.limits.pendingRequests) {
      throw new OperationError(
        "LIMIT",
        `expected fewer than ${this.limits.pendingRequests} pending requests on the connection`,
      );
    }
    const packet = encodeForUser(encodeFindNodeRequest, { target });
    this.#send(requestMessage(this.#requests.open(callback, now + REQUEST_TIMEOUT_MS), Opcode.FindNodeRequest, packet));
  }

  /** Answers all further ServiceRequests with handled 0 while all else goes on: for a shutdown (FLT-PRV-031). */
  refuseCalls(): void {
    this.#refusing = true;
  }

  /** Opens and serves no new streams, and closes once the others have ended and their bytes have left, at the latest after 10 s (FLT-STR-052 to FLT-STR-056). */
  retire(reason: ConnectionError, now: number): void {
    this.#now = now;
    this.#retire(reason);
  }

  /** Closes at once. Unfinished streams are lost. */
  close(reason: ConnectionError, now: number): void {
    this.#now = now;
    this.#close(reason);
  }

  /** Acts on whole frames one after the other until there are no more, reading must stop, or the connection closes. */
  #process(ignorePause = false): void {
    // A handler may call operations that end up here; the loop that called it goes on by itself.
    if (this.#processing) return;
    this.#processing = true;
    try {
      this.#guard(() => {
        if (this.#state === "key-exchange" && this.#session.exchangeKeys()) this.#established();
        while (this.#state !== "closed" && (ignorePause || !this.#paused)) {
          const plaintext = this.#session.next();
          if (plaintext === undefined) return;
          this.#inbox.message(plaintext);
          this.#updatePause();
        }
      });
    } finally {
      this.#processing = false;
    }
  }

  #established(): void {
    this.#state = "handshake";
    this.#handshakeDeadline = this.#now + HANDSHAKE_TIMEOUT_MS;
    if (this.role === "dialer") {
      this.#send(requestMessage(this.#requests.open("handshake", NEVER), Opcode.Handshake, this.#handshakes.own()));
    } else {
      this.#outputQueued();
    }
  }

  /** Returns whether the connection lives on. */
  #admitted(peer: RemotePeer): boolean {
    const refusal = this.#handler.admit?.(peer);
    if (refusal !== undefined) this.#close(refusal);
    return !this.#isClosed();
  }

  #learned(peer: RemotePeer, opens: boolean): void {
    const first = !this.#handshakes.accepted;
    this.#handshakes.accept(peer);
    this.#peer = peer;
    this.#handler.onPeer(peer, first);
    if (!opens || this.#state !== "handshake") return;
    this.#state = "open";
    this.#handshakeDeadline = NEVER;
    this.#handler.onOpen();
  }

  #requireOpen(now: number): void {
    this.#now = now;
    if (this.#state === "closed") throw new OperationError("CLOSED", "expected an open connection, got a closed one");
    if (this.#state !== "open")
      throw new OperationError("NOT_OPEN", "expected the peer's Handshake to have been read, got none so far");
    if (this.#retired !== undefined)
      throw new OperationError("RETIRED", "expected an open connection, got a retired one");
  }

  #send(plaintext: Uint8Array): void {
    if (this.#state === "closed") return;
    this.#session.seal(plaintext);
    this.#outputQueued();
  }

  #outputQueued(): void {
    if (this.#output.queued(this.#now)) this.#handler.onOutput();
  }

  #retire(reason: ConnectionError): void {
    if (this.#state === "closed" || this.#retired !== undefined) return;
    this.#retired = reason;
    this.#retireDeadline = this.#now + RETIRE_TIMEOUT_MS;
    this.#handler.onRetired(reason);
    this.#closeIfIdle();
  }

  #closeIfIdle(): void {
    if (this.#retired !== undefined && this.#streams.active === 0 && this.bufferedOutput === 0)
      this.#close(this.#retired);
  }

  #close(reason: ConnectionError): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#session.close();
    this.#streams.loseAll(reason);
    for (const pending of this.#requests.drain()) if (pending !== "handshake") pending({ error: reason });
    this.#handler.onClosed(reason);
  }

  /** Closes on what the peer did wrong; what is no fault of the peer goes to the caller. */
  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#close(error);
    }
  }

  /** After a call that may have made room: lets reading go on, and acts on what was kept meanwhile. */
  #settleUp(): void {
    if (this.#state === "closed") return;
    const paused = this.#paused;
    this.#updatePause();
    if (paused && !this.#paused) this.#process();
  }

  #updatePause(): void {
    const { output, replies } = this.limits;
    if (this.bufferedOutput > output + replies) this.#repliesFull = true;
    else if (this.bufferedOutput <= output) this.#repliesFull = false;
    const paused = this.#repliesFull || this.#streams.window.full;
    if (paused === this.#paused || this.#state === "closed") return;
    this.#paused = paused;
    if (!paused) this.#streams.resumed();
    this.#handler.onReadPaused(paused);
  }

  #handshakeTimeout(): ProtocolError {
    const requirement = this.role === "dialer" ? "FLT-HSK-005" : "FLT-HSK-004";
    return new ProtocolError(
      "HANDSHAKE_TIMEOUT",
      requirement,
      `expected a Handshake within ${HANDSHAKE_TIMEOUT_MS} ms after the key exchange, got none`,
    );
  }

  /** Closing can happen in any callback, which the compiler cannot see. */
  #isClosed(): boolean {
    return this.#state === "closed";
  }

  #inboxHost(local: LocalNode) {
    const connection = this;
    return {
      role: this.role,
      limits: this.limits,
      local,
      handler: this.#handler,
      handshakes: this.#handshakes,
      requests: this.#requests,
      streams: this.#streams,
      get now() {
        return connection.#now;
      },
      get peer() {
        return connection.#peer;
      },
      get refusing() {
        return connection.#refusing || connection.#retired !== undefined;
      },
      send: (plaintext: Uint8Array) => connection.#send(plaintext),
      admitted: (peer: RemotePeer) => connection.#admitted(peer),
      learned: (peer: RemotePeer, opens: boolean) => connection.#learned(peer, opens),
    };
  }

  #streamHost() {
    const connection = this;
    return {
      limits: this.limits,
      get now() {
        return connection.#now;
      },
      get closed() {
        return connection.#state === "closed";
      },
      get readPaused() {
        return connection.#paused;
      },
      get bufferedOutput() {
        return connection.bufferedOutput;
      },
      get writtenOutput() {
        return connection.#output.written;
      },
      outputLeftBy: (position: number) => connection.#output.leftBy(position),
      send: (plaintext: Uint8Array) => connection.#send(plaintext),
      retire: (reason: ConnectionError) => connection.#retire(reason),
      streamSettled: () => connection.#closeIfIdle(),
    };
  }
}
