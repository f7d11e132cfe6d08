import type { Crypto } from "../crypto/index.ts";
import type { ConnectionError, Role } from "../session/index.ts";
import type { Stream as GenericStream } from "../stream/index.ts";
import type { Header, PeerId } from "../wire/index.ts";

/** What a connection has to know of the node it belongs to. One object may serve all connections of a node. */
export interface LocalNode {
  /** The node's own ID, or `undefined` for an anonymous node. Its port must not be 0 (FLT-PKT-013). */
  readonly id: PeerId | undefined;
  /** The names it hosts, in the order in which they are announced. None begins with `~` (FLT-HSK-042). */
  readonly services: readonly string[];
  /** Signs the bytes of a Handshake with the key of `id`. Called only where `id` is present. */
  sign(message: Uint8Array): Uint8Array;
  /**
   * Answers a FindNodeRequest: the closest peers to the target, nearest first, at most 16, without the target itself and
   * without the node (FLT-DHT-020 to FLT-DHT-026).
   */
  findNode(target: Uint8Array, asker: PeerId | undefined): readonly PeerId[];
}

/** Bounds a connection keeps. All lengths in bytes. */
export interface ConnectionLimits {
  /** Unfinished streams the peer may have opened before further ones are answered handled 0; at least 256 (FLT-STR-074). Default 1,024. */
  readonly inboundStreams: number;
  /** Unfinished streams the peer may leave behind that were answered handled 0; one more closes (FLT-ERR-005). Default 16,384. */
  readonly refusedStreams: number;
  /** Unfinished streams this node may have opened. Default 1,024. */
  readonly outboundStreams: number;
  /** FindNodeRequests that may wait for a reply at a time. Default 256. */
  readonly pendingRequests: number;
  /** Body bytes of one stream that its user has not taken before the connection stops reading; at least 1 MiB (FLT-STR-070). Default 1 MiB. */
  readonly unreadPerStream: number;
  /** Body bytes of all streams that their users have not taken before the connection stops reading (FLT-STR-071). Default 256 MiB. */
  readonly unread: number;
  /** Bytes waiting to be sent above which `sendData` takes no more. Default 256 KiB. */
  readonly output: number;
  /** Bytes of replies waiting to be sent, on top of `output`, above which no further requests are read (FLT-SES-046). Default 256 KiB. */
  readonly replies: number;
  /**
   * Frames that one call of `receive` or `proceed` acts on, unless more than 64 KiB wait; the rest is for `proceed`. Default: all there are.
   */
  readonly framesPerTurn: number;
}

/** What a connection is made of: who speaks, with which crypto and entropy, under which limits. */
export interface ConnectionOptions {
  readonly role: Role;
  readonly crypto: Crypto;
  /** 32 bytes of entropy that are used for this connection alone (FLT-SES-006, FLT-SEC-002). */
  readonly ephemeralPrivateKey: Uint8Array;
  readonly local: LocalNode;
  /** The key the node dialed; a peer that shows another one, or none, is closed (FLT-HSK-032). */
  readonly expectedPublicKey?: Uint8Array | undefined;
  readonly limits?: Partial<ConnectionLimits> | undefined;
  /** When the TCP connection was established, in ms on the clock of all later calls. */
  readonly now: number;
}

/** What the latest valid Handshake of the peer says. The signature proves only that the key's owner once signed it (FLT-SEC-001). */
export interface RemotePeer {
  /** `undefined`: the peer is anonymous. A port of 0 marks a peer that cannot be dialed (FLT-PKT-014). */
  readonly id: PeerId | undefined;
  /** Services offered, each once, without empty names and without those that begin with `~`. */
  readonly services: readonly string[];
  /** Names that begin with `~`: markers of later versions, meaningless here (FLT-HSK-043). */
  readonly markers: readonly string[];
  /** Bytes behind the packet. A base node ignores them; a later version negotiates in them. */
  readonly trailing: Uint8Array;
}

/** What a ServiceRequest asks for. */
export interface ServiceCall {
  /** The first name of the request that this node hosts (FLT-STR-021). */
  readonly service: string;
  /** All names of the request, in their order. */
  readonly services: readonly string[];
  /** Each key once, the last value of it (FLT-HDR-006). */
  readonly headers: readonly Header[];
}

/** The ServiceResponse of a call. */
export interface ServiceAnswer {
  /** False: the peer does not serve the call. Nothing follows, nothing was acted on, and another provider may be asked. */
  readonly handled: boolean;
  /** Each key once, the last value of it (FLT-HDR-006). */
  readonly headers: readonly Header[];
}

/** One service call. Read its state, and hand it back to operations; only the connection changes it. */
export type Stream = GenericStream<StreamReceiver>;

/**
 * Takes what arrives on one stream. Called in the middle of `receive`, `tick`, `consumed`, `outputWritten` or `close`;
 * it may call operations of the connection, and must not throw.
 */
export interface StreamReceiver {
  /** The ServiceResponse came. Requester only; comes at most once and before any data. */
  onAnswer?(stream: Stream, answer: ServiceAnswer): void;
  /** Body bytes, at least one. Report them with `consumed` when the user has taken them. The array is the receiver's to keep. */
  onData(stream: Stream, data: Uint8Array): void;
  /** The body is complete: `Data(0)` came. Not called after an answer with handled false. */
  onEnd(stream: Stream): void;
  /**
   * The stream failed or its connection closed before both halves had ended. Nothing else is called for it afterwards.
   * `stream.receiveEnded` tells whether the body that was received had been complete before.
   */
  onLost(stream: Stream, reason: ConnectionError): void;
  /** `sendData` may be called again after it had taken less than it was given. */
  onWritable?(stream: Stream): void;
  /** Both halves have ended, and the number is free again. Nothing else is called afterwards. */
  onFinished?(stream: Stream): void;
}

/** Takes what happens on one connection. The same rules hold as for {@link StreamReceiver}. */
export interface ConnectionHandler {
  /** There is output to take; called when the first byte is queued after all was taken. Meant to schedule one flush per turn. */
  onOutput(): void;
  /** A valid Handshake came. `first` is false for the second and later ones, whose services replace the former (FLT-HSK-012). */
  onPeer(peer: RemotePeer, first: boolean): void;
  /**
   * The node's own rules about peers: connections per key, a list of allowed keys. Returning an error closes the connection before it is
   * open. Called with the first valid Handshake, before it is answered and before `onPeer`.
   */
  admit?(peer: RemotePeer): ConnectionError | undefined;
  /** The connection may be used: `openStream` and `findNode` are allowed from here on. Comes once, after `onPeer`. */
  onOpen(): void;
  /** A call for a hosted service. Returns who takes its body, or `undefined` to refuse it with handled 0. */
  onCall(stream: Stream, call: ServiceCall): StreamReceiver | undefined;
  /** Reading must stop (true) or may go on (false): pause or resume the socket. */
  onReadPaused(paused: boolean): void;
  /** No further streams can be opened here; the connection closes soon by itself. */
  onRetired(reason: ConnectionError): void;
  /**
   * The connection is closed: take what output is left, write it, and end the socket within `CLOSE_TIMEOUT_MS`. Comes exactly once and last,
   * after `onLost` of every unfinished stream. A {@link ProtocolError} names the peer's fault.
   */
  onClosed(reason: ConnectionError): void;
}

/** The result of a FindNodeRequest: at most 16 IDs, in the order received and unchecked, or why there is none. */
export type FindNodeResult =
  | { readonly closest: readonly PeerId[]; readonly error?: undefined }
  | { readonly closest?: undefined; readonly error: ConnectionError };

/** `handshake`: keys are exchanged and no valid Handshake (reply) was read yet. `retired`: open, but only for the streams that run. */
export type ConnectionState = "key-exchange" | "handshake" | "open" | "retired" | "closed";
