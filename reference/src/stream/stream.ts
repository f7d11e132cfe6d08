import type { StreamFault } from "./faults.ts";

/** The half this side sends: `head` until the ServiceResponse was sent, `open` while its body is under way. */
export type SendState = "head" | "open" | "ended";
/** The half this side receives: `waiting` until the ServiceResponse came, `open` while its body is under way. */
export type ReceiveState = "waiting" | "open" | "ended";

/**
 * The two halves of one service call as one side sees them. Holds no bytes and sends none: it says what is allowed and
 * what an arrival means. Users of a connection read it; only the connection changes it. `Receiver` is whoever takes the body.
 */
export class Stream<Receiver = unknown> {
  readonly number: number;
  /** `local`: this node is the requester. `remote`: it is the responder. */
  readonly initiator: "local" | "remote";
  send: SendState;
  receive: ReceiveState;
  /** Undefined once nobody is to be told anything more. */
  receiver: Receiver | undefined;
  /** The body cannot be completed, or the peer made no progress. The number stays taken until the connection closes. */
  failed = false;
  /** Nobody wants what still arrives: it is read and dropped (FLT-STR-028, FLT-STR-034, FLT-STR-057). */
  discarding = false;
  /** Body bytes handed out and not yet reported as taken. */
  unread = 0;
  /** When the stream last moved on, in ms. */
  progressAt: number;
  /** When a discarded response must have ended (FLT-STR-058), in ms. */
  discardUntil = Number.POSITIVE_INFINITY;
  /** Position in the connection's output behind the last byte this stream queued. */
  outputMark = 0;
  /** More than its share is unread, so that the connection is not read. */
  full = false;
  /** Served, and so counted among the streams the peer may have open. */
  served = false;
  /** `sendData` took less than it was given, and its user waits to be called. */
  blocked = false;

  constructor(number: number, initiator: "local" | "remote", now: number) {
    this.number = number;
    this.initiator = initiator;
    this.send = initiator === "local" ? "open" : "head";
    this.receive = initiator === "local" ? "waiting" : "open";
    this.progressAt = now;
  }

  /** Whether body bytes may still be sent. */
  get writable(): boolean {
    return this.send !== "ended" && !this.failed;
  }

  /** Whether the body that is received is complete, or was refused. */
  get receiveEnded(): boolean {
    return this.receive === "ended";
  }

  /** Both halves have ended. */
  get finished(): boolean {
    return this.send === "ended" && this.receive === "ended";
  }

  /** A ServiceResponse with the stream's number came. */
  answerArrived(handled: boolean): StreamFault | undefined {
    if (this.initiator === "remote") return "UNEXPECTED_ANSWER";
    if (this.receive !== "waiting") return "SECOND_ANSWER";
    this.receive = handled ? "open" : "ended";
    return undefined;
  }

  /** Data of `length` bytes with the stream's number came; 0 ends the half. */
  dataArrived(length: number): StreamFault | undefined {
    if (this.receive === "open") {
      if (length === 0) this.receive = "ended";
      return undefined;
    }
    if (this.initiator === "remote") return "REQUEST_DATA_AFTER_END";
    return this.receive === "waiting" ? "DATA_BEFORE_ANSWER" : "RESPONSE_DATA_AFTER_END";
  }
}
