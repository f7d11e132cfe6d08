import type { ConnectionError } from "../../session/index.ts";
import type { ConnectionHandler, RemotePeer, ServiceCall, Stream, StreamReceiver } from "../types.ts";
import { Tape } from "./tape.ts";

/** Records what a connection tells its node, and throws on a callback that must not come. */
export class Recorder implements ConnectionHandler {
  /** Names of the callbacks in their order, those of output left out. */
  readonly log: string[] = [];
  readonly peers: RemotePeer[] = [];
  /** One tape for each call that was served, in order of arrival. */
  readonly calls: Tape[] = [];
  outputWaits = false;
  paused = false;
  open = false;
  retired: ConnectionError | undefined;
  closed: ConnectionError | undefined;
  refusal: ConnectionError | undefined;
  /** Decides what becomes of a call; `undefined` refuses it. */
  decide: (tape: Tape, stream: Stream, call: ServiceCall) => StreamReceiver | undefined = (tape) => tape;

  onOutput(): void {
    if (this.closed) throw new Error("onOutput after onClosed");
    this.outputWaits = true;
  }

  admit(): ConnectionError | undefined {
    this.#note("admit");
    return this.refusal;
  }

  onPeer(peer: RemotePeer, first: boolean): void {
    this.#note("peer");
    if (first !== (this.peers.length === 0)) throw new Error("first tells another story than the calls before");
    this.peers.push(peer);
  }

  onOpen(): void {
    this.#note("open");
    if (this.open || this.peers.length === 0) throw new Error("onOpen twice, or before onPeer");
    this.open = true;
  }

  onCall(stream: Stream, call: ServiceCall): StreamReceiver | undefined {
    this.#note("call");
    const tape = new Tape(call);
    tape.stream = stream;
    this.calls.push(tape);
    return this.decide(tape, stream, call);
  }

  onReadPaused(paused: boolean): void {
    this.#note(paused ? "pause" : "resume");
    if (paused === this.paused) throw new Error("onReadPaused without a change");
    this.paused = paused;
  }

  onRetired(reason: ConnectionError): void {
    this.#note("retired");
    if (this.retired) throw new Error("onRetired twice");
    this.retired = reason;
  }

  onClosed(reason: ConnectionError): void {
    this.#note("closed");
    this.closed = reason;
  }

  #note(what: string): void {
    if (this.closed) throw new Error(`${what} after onClosed`);
    this.log.push(what);
  }
}
