import { Requests } from "../rpc/index.ts";
import { type ConnectionError, ProtocolError, type Role, Session } from "../session/index.ts";
import { HANDSHAKE_TIMEOUT_MS, type Header, Opcode, REQUEST_TIMEOUT_MS, RETIRE_TIMEOUT_MS } from "../wire/index.ts";
import { Handshakes, handshakeTimeout } from "./handshake.ts";
import { Inbox, type InboxHost } from "./inbox.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { findNodePacket, requestMessage } from "./messages.ts";
import { requireOpen } from "./operation-error.ts";
import { OutputMeter } from "./output-meter.ts";
import { checkRoom, type FindNodeCallback, failAll, failExpired, type PendingRequests } from "./pending.ts";
import { ReadGate } from "./read-gate.ts";
import { StreamEngine, type StreamHost } from "./stream-engine.ts";
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
  readonly #gate: ReadGate;
  #state: Exclude<ConnectionState, "retired"> = "key-exchange";
  #peer: RemotePeer | undefined;
  #now: number;
  /** When the key exchange, and then the Handshake, must have been done. */
  #greetingDeadline: number;
  #retired: ConnectionError | undefined;
  #retireDeadline = NEVER;
  #processing = false;

  /** Take the output right after construction: a dialer's first bytes are queued by then. */
  constructor(options: ConnectionOptions, handler: ConnectionHandler) {
    this.role = options.role;
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#handler = handler;
    this.#now = options.now;
    this.#gate = new ReadGate(this.limits);
    this.#session = new Session(options, this.#output.buffer);
    this.#greetingDeadline = this.#session.keyExchangeDeadline;
    this.#handshakes = new Handshakes(options.crypto, options.local, options.expectedPublicKey);
    this.#requests = new Requests(options.role);
    const host = this.#host(options.local);
    this.#streams = new StreamEngine(options.role, host);
    this.#inbox = new Inbox(host);
    if (this.#output.buffered > 0) this.#output.queued(options.now);
  }

  get state(): ConnectionState {
    return this.#state === "open" && this.#retired !== undefined ? "retired" : this.#state;
  }

  /** What the latest valid Handshake of the peer said. */
  get peer(): RemotePeer | undefined {
    return this.#peer;
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

  /** Whether a block of output is full, and can be taken although the turn is not over. */
  get hasFullOutput(): boolean {
    return this.#output.buffer.hasFull;
  }

  /** Body bytes handed out that were not yet reported with {@link consumed}. */
  get unread(): number {
    return this.#streams.window.total;
  }

  /** Whether the socket must not be read (FLT-STR-072, FLT-SES-046). Bytes that come all the same are kept and acted on later. */
  get readPaused(): boolean {
    return this.#gate.paused;
  }

  /** Whether frames wait for {@link proceed}. */
  get hasMore(): boolean {
    return this.#gate.hasMore && this.#state !== "closed";
  }

  /** Acts on bytes that came, or on the first `framesPerTurn` frames of them. The chunk is the connection's from here on, which opens frames in place. */
  receive(chunk: Uint8Array, now: number): void {
    this.#session.push(chunk);
    this.proceed(now);
  }

  /** Acts on further frames, once others have had their turn. */
  proceed(now: number): void {
    this.#now = now;
    this.#process();
    this.#closeIfIdle();
  }

  /** The peer has closed its writing side: acts on what had come and closes (FLT-SES-040, FLT-SES-041). */
  peerEnded(now: number): void {
    this.#now = now;
    this.#process(true);
    if (!this.#isClosed()) this.#close(this.#session.end());
  }

  /** Acts on every limit of time that has passed. */
  tick(now: number): void {
    this.#now = now;
    if (this.#state === "closed") return;
    this.#guard(() => {
      this.#output.checkDeadline(now);
      this.#session.checkDeadline(now);
      if (this.#state === "handshake" && now >= this.#greetingDeadline) throw handshakeTimeout(this.role);
    });
    if (this.#isClosed()) return;
    failExpired(this.#requests, now);
    if (this.#isClosed()) return;
    this.#streams.check();
    if (this.#retired !== undefined && now >= this.#retireDeadline) this.#close(this.#retired);
    this.#settleUp();
  }

  /** When {@link tick} must be called at the latest, or `Infinity`. May be earlier than anything happens, never later. */
  nextDeadline(): number {
    if (this.#state === "closed") return NEVER;
    return Math.min(
      this.#greetingDeadline,
      this.#requests.deadline,
      this.#output.deadline,
      this.#retireDeadline,
      this.#streams.deadline,
    );
  }

  /** The next bytes to write, or `undefined` when all are taken. Call until `undefined`, after the close too. The array is the caller's. @param full only what fills a block */
  takeOutput(full = false): Uint8Array | undefined {
    return this.#output.take(full);
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
    this.#now = now;
    requireOpen(this.state);
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
   * The handler has failed. Answers with the failure as JSON, message cut at 16,384 characters, and `headers` if nothing was sent (FLT-HDR-020); retires
   * the connection if the response is under way (FLT-STR-051); drops the rest of the request body in any case. Never throws.
   */
  failResponse(stream: Stream, message: string, now: number, headers: readonly Header[] = []): void {
    this.#now = now;
    this.#streams.failResponse(stream, message, headers);
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
    this.#now = now;
    requireOpen(this.state);
    checkRoom(this.#requests, this.limits.pendingRequests);
    const packet = findNodePacket(target);
    this.#send(requestMessage(this.#requests.open(callback, now + REQUEST_TIMEOUT_MS), Opcode.FindNodeRequest, packet));
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

  /** Acts on whole frames one after the other until there are no more or enough for now, reading must stop, or the connection closes. */
  #process(ignorePause = false): void {
    // A handler may call operations that end up here; the loop that called it goes on by itself.
    if (this.#processing) return;
    this.#processing = true;
    this.#gate.beginTurn(ignorePause, this.#session.pending);
    try {
      this.#guard(() => {
        if (this.#state === "key-exchange" && this.#session.exchangeKeys()) this.#established();
        while (this.#state !== "closed" && (ignorePause || !this.readPaused)) {
          const plaintext = this.#session.next();
          if (plaintext === undefined) return;
          this.#inbox.message(plaintext);
          this.#updatePause();
          if (this.#gate.endsTurn(this.#session)) return;
        }
      });
    } finally {
      this.#processing = false;
    }
  }

  #established(): void {
    this.#state = "handshake";
    this.#greetingDeadline = this.#now + HANDSHAKE_TIMEOUT_MS;
    if (this.role === "listener") this.#outputQueued();
    else this.#send(requestMessage(this.#requests.open("handshake", NEVER), Opcode.Handshake, this.#handshakes.own()));
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
    this.#greetingDeadline = NEVER;
    this.#handler.onOpen();
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
    if (this.#retired !== undefined && this.#streams.active === 0 && this.bufferedOutput === 0 && !this.hasMore)
      this.#close(this.#retired);
  }

  #close(reason: ConnectionError): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#session.close();
    this.#streams.loseAll(reason);
    failAll(this.#requests, reason);
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
    const paused = this.readPaused;
    this.#updatePause();
    if (paused && !this.readPaused) this.#process();
  }

  #updatePause(): void {
    if (this.#state === "closed" || !this.#gate.update(this.bufferedOutput, this.#streams.window.full)) return;
    if (!this.readPaused) this.#streams.resumed();
    this.#handler.onReadPaused(this.readPaused);
  }

  /** Closing can happen in any callback, which the compiler cannot see. */
  #isClosed(): boolean {
    return this.#state === "closed";
  }

  /** What the inbox and the streams need of the connection. */
  #host(local: LocalNode): InboxHost & StreamHost {
    const connection = this;
    return {
      role: this.role,
      limits: this.limits,
      local,
      handler: this.#handler,
      handshakes: this.#handshakes,
      requests: this.#requests,
      output: this.#output,
      get streams() {
        return connection.#streams;
      },
      get now() {
        return connection.#now;
      },
      get closed() {
        return connection.#isClosed();
      },
      get readPaused() {
        return connection.readPaused;
      },
      get peer() {
        return connection.#peer;
      },
      get refusing() {
        return connection.#retired !== undefined;
      },
      send: (plaintext) => connection.#send(plaintext),
      admitted: (peer) => connection.#admitted(peer),
      learned: (peer, opens) => connection.#learned(peer, opens),
      retire: (reason) => connection.#retire(reason),
      streamSettled: () => connection.#closeIfIdle(),
    };
  }
}
