import type { ConnectionError } from "../session/index.ts";
import type { Stream } from "../stream/index.ts";
import type { Header } from "../wire/index.ts";
import type {
  ConnectionHandler,
  ConnectionLimits,
  ConnectionOptions,
  ConnectionState,
  FindNodeResult,
  RemotePeer,
  StreamReceiver,
} from "./types.ts";

/** SURFACE ONLY: the bodies follow. See index.ts for how it is driven. All times are ms on one clock. */
export declare class Connection {
  constructor(options: ConnectionOptions, handler: ConnectionHandler);
  readonly role: "dialer" | "listener";
  readonly limits: ConnectionLimits;
  get state(): ConnectionState;
  /** What the latest valid Handshake of the peer said. */
  get peer(): RemotePeer | undefined;
  /** Unfinished streams of both sides, without failed ones. */
  get activeStreams(): number;
  get outboundStreams(): number;
  get inboundStreams(): number;
  /** Bytes queued or handed to the socket and not yet reported with `outputWritten`. */
  get bufferedOutput(): number;
  /** Body bytes handed out and not yet reported with `consumed`. */
  get unread(): number;
  /** Whether the socket must not be read. */
  get readPaused(): boolean;

  /** Acts on bytes that came. The chunk must not be changed afterwards. */
  receive(chunk: Uint8Array, now: number): void;
  /** The peer has closed its writing side. */
  peerEnded(now: number): void;
  /** The socket failed or was reset. */
  transportFailed(message: string, now: number): void;
  /** Acts on every limit of time that has passed. */
  tick(now: number): void;
  /** When `tick` must be called at the latest; `Infinity`: no need. May be earlier than needed, never later. */
  nextDeadline(): number;
  /** The next bytes to write, in order, or `undefined` when all are taken. Call until `undefined`. Allowed after the close, too. */
  takeOutput(): Uint8Array | undefined;
  /** So many bytes of the output taken have left for the network (FLT-SES-044). */
  outputWritten(length: number, now: number): void;

  /** Opens a stream and sends its ServiceRequest. Throws {@link OperationError}. */
  openStream(services: readonly string[], headers: readonly Header[], receiver: StreamReceiver, now: number): Stream;
  /** Sends the ServiceResponse with handled 1. Optional: the first data or end sends one without headers. */
  respond(stream: Stream, headers: readonly Header[], now: number): void;
  /** Sends as much of the body as there is room for and returns how many bytes were taken; `onWritable` follows when it is not all. */
  sendData(stream: Stream, data: Uint8Array, now: number): number;
  /** Completes the body of this side, for either role (FLT-STR-011, FLT-STR-024). */
  endData(stream: Stream, now: number): void;
  /** The handler failed: answers with the failure as JSON if nothing was sent yet (FLT-HDR-020), retires the connection otherwise. */
  failResponse(stream: Stream, message: string, now: number): void;
  /** The user has lost interest: the rest is read and dropped; an incomplete body of this side retires the connection. The receiver is not called again. */
  abandon(stream: Stream, now: number): void;
  /** Drops what still arrives on the stream while this side goes on sending (FLT-STR-028): for a handler that returned without reading. */
  discard(stream: Stream, now: number): void;
  /** So many bytes handed out by `onData` were taken by the user. */
  consumed(stream: Stream, length: number, now: number): void;

  /** Asks the peer for the closest it knows. The callback is called once, within 5 s or at the close. Throws {@link OperationError}. */
  findNode(target: Uint8Array, callback: (result: FindNodeResult) => void, now: number): void;
  /** Answers all further ServiceRequests with handled 0, while all else goes on: for a shutdown (FLT-PRV-031). */
  refuseCalls(): void;
  /** Retires the connection: no new streams, and a close as soon as the others have ended, after 10 s at the latest. */
  retire(reason: ConnectionError, now: number): void;
  /** Closes at once; unfinished streams are lost. */
  close(reason: ConnectionError, now: number): void;
}
