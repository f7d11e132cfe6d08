import {
  Connection,
  ConnectionError,
  type ConnectionHandler,
  type ConnectionLimits,
  type LocalNode,
  type RemotePeer,
  type Role,
  type ServiceCall,
  type Stream,
  type StreamReceiver,
} from "../connection/index.ts";
import type { Socket } from "../transport/index.ts";
import {
  CLOSE_TIMEOUT_MS,
  formatHostPort,
  KEY_LENGTH,
  RECEIVE_BUFFER_LENGTH,
  REFUSAL_MEMORY_MS,
} from "../wire/index.ts";
import { LargeBodies } from "./large-bodies.ts";
import { type PeerInfo, peerInfoOf } from "./peer-info.ts";
import type { Platform } from "./platform.ts";

/** Who owns links: it is told what happens on each. The same rules hold as for a connection's handler. */
export interface LinkOwner {
  /** Bytes of all its links, which each link adds to. */
  readonly bytes: { received: number; sent: number };
  readonly limits: ConnectionLimits;
  /** An error refuses the peer before anything is answered. */
  admit(link: Link, peer: RemotePeer): ConnectionError | undefined;
  onPeer(link: Link, peer: RemotePeer, first: boolean): void;
  onOpen(link: Link): void;
  onCall(link: Link, stream: Stream, call: ServiceCall): StreamReceiver | undefined;
  onRetired(link: Link, reason: ConnectionError): void;
  /** The link is idle after something happened on it. */
  onIdle(link: Link): void;
  /** Comes once and last. */
  onClosed(link: Link, reason: ConnectionError): void;
}

export interface LinkOptions {
  readonly socket: Socket;
  readonly role: Role;
  readonly local: LocalNode;
  readonly expectedPublicKey?: Uint8Array | undefined;
}

/**
 * One connection on one socket: moves bytes and time between the two. All frames of a turn leave in one write, and a turn acts on so many
 * frames only, so that the answers to the first calls of a crowd leave while the rest is worked on, and the far side is not idle meanwhile.
 */
export class Link {
  readonly role: Role;
  /** Where the connection comes from or leads to, 4 or 16 bytes. */
  readonly remoteAddress: Uint8Array;
  readonly remotePort: number;
  readonly connection: Connection;
  readonly largeBodies = new LargeBodies();
  readonly #platform: Platform;
  readonly #socket: Socket;
  readonly #owner: LinkOwner;
  // Asked for with each call, and the same for as long as the Handshake is.
  #peerInfoOf: RemotePeer["id"];
  #peerInfo: PeerInfo | undefined;
  #scheduled = false;
  #ending = false;
  #gone = false;
  readonly #onGone: (() => void)[] = [];
  /** When the peer last refused a call, in ms of the clock (FLT-PRV-009). */
  #refusedAt = Number.NEGATIVE_INFINITY;
  #armedFor = Number.POSITIVE_INFINITY;
  #disarm: (() => void) | undefined;

  constructor(platform: Platform, owner: LinkOwner, options: LinkOptions) {
    const { socket, role, local, expectedPublicKey } = options;
    this.#platform = platform;
    this.#socket = socket;
    this.#owner = owner;
    this.role = role;
    this.remoteAddress = socket.remoteAddress;
    this.remotePort = socket.remotePort;
    this.connection = new Connection(
      {
        role,
        crypto: platform.crypto,
        ephemeralPrivateKey: platform.entropy(KEY_LENGTH),
        local,
        expectedPublicKey,
        limits: owner.limits,
        now: platform.clock.now(),
      },
      this.#handlerFor(owner),
    );
    socket.open({
      onData: (chunk) => {
        owner.bytes.received += chunk.length;
        this.run((connection, now) => connection.receive(chunk, now));
      },
      onEnd: () => this.run((connection, now) => connection.peerEnded(now)),
      onClose: (error) => this.#socketClosed(error),
    });
    this.#schedule();
  }

  get peer(): RemotePeer | undefined {
    return this.connection.peer;
  }

  /** The peer's public key in hexadecimal; `undefined` of an anonymous peer, or before its Handshake. */
  get key(): string | undefined {
    return this.peerInfo?.key;
  }

  /** The peer as its users see it; `undefined` of an anonymous peer, or before its Handshake. */
  get peerInfo(): PeerInfo | undefined {
    const id = this.peer?.id;
    if (id === undefined) return undefined;
    if (id !== this.#peerInfoOf) {
      this.#peerInfoOf = id;
      this.#peerInfo = peerInfoOf(id);
    }
    return this.#peerInfo;
  }

  /** The address the peer announces, or else the one it is connected from. */
  get name(): string {
    const id = this.peer?.id;
    return id ? formatHostPort(id.address, id.port) : formatHostPort(this.remoteAddress, this.remotePort);
  }

  get open(): boolean {
    return this.connection.state === "open";
  }

  /** Whether nothing is under way: no call in either direction, and no output. */
  get idle(): boolean {
    const { activeStreams, bufferedOutput, hasMore } = this.connection;
    return activeStreams === 0 && bufferedOutput === 0 && !hasMore;
  }

  /** Whether the peer has refused a call of late, and others are asked before it (FLT-PRV-009). */
  get unwilling(): boolean {
    return this.#platform.clock.now() < this.#refusedAt + REFUSAL_MEMORY_MS;
  }

  /**
   * Whether what is sent next may have to wait for somebody who does not read: of a body's first MiB the far side takes everything (FLT-STR-070),
   * and behind it nothing is certain. The same of what comes, when somebody here does not read.
   */
  get isLaden(): boolean {
    return this.largeBodies.areUnderWay || this.connection.unread > RECEIVE_BUFFER_LENGTH / 4;
  }

  /** The peer has answered a call with handled 0. */
  refused(): void {
    this.#refusedAt = this.#platform.clock.now();
  }

  /** Calls an operation of the connection with the time of now, and sees to it that what it queued leaves. */
  run<T>(operation: (connection: Connection, now: number) => T): T {
    try {
      return operation(this.connection, this.#platform.clock.now());
    } finally {
      // The far side would be idle until all of a large body is sealed.
      if (this.connection.hasFullOutput) this.#write(true);
      this.#schedule();
    }
  }

  /** Resolves when the socket is closed. */
  gone(): Promise<void> {
    if (this.#gone) return Promise.resolve();
    return new Promise((resolve) => this.#onGone.push(resolve));
  }

  close(reason: ConnectionError): void {
    this.run((connection, now) => connection.close(reason, now));
  }

  #handlerFor(owner: LinkOwner): ConnectionHandler {
    return {
      onOutput: () => this.#schedule(),
      admit: (peer) => owner.admit(this, peer),
      onPeer: (peer, first) => owner.onPeer(this, peer, first),
      onOpen: () => owner.onOpen(this),
      onCall: (stream, call) => owner.onCall(this, stream, call),
      onReadPaused: (paused) => {
        if (this.#gone || this.#ending) return;
        if (paused) this.#socket.pause();
        else this.#socket.resume();
      },
      onRetired: (reason) => owner.onRetired(this, reason),
      onClosed: (reason) => {
        this.#schedule();
        owner.onClosed(this, reason);
      },
    };
  }

  #schedule(): void {
    if (this.#scheduled || this.#gone) return;
    this.#scheduled = true;
    this.#platform.clock.soon(() => {
      this.#scheduled = false;
      this.#flush();
      this.#rest();
      if (this.connection.hasMore) this.run((connection, now) => connection.proceed(now));
    });
  }

  /** Bytes have left. Mostly nothing follows from it, for which the event loop need not turn once more. */
  #left(length: number): void {
    this.connection.outputWritten(length, this.#platform.clock.now());
    if (!this.#scheduled) this.#rest();
  }

  /** All that was to be written is on its way. */
  #rest(): void {
    this.#arm();
    if (this.idle) this.#owner.onIdle(this);
  }

  #flush(): void {
    if (this.#gone || this.#ending) return;
    this.#write();
    if (this.connection.state === "closed") this.#end();
  }

  /** @param full only what fills a block */
  #write(full = false): void {
    if (this.#gone || this.#ending) return;
    const { connection } = this;
    for (let bytes = connection.takeOutput(full); bytes !== undefined; bytes = connection.takeOutput(full)) {
      const { length } = bytes;
      this.#owner.bytes.sent += length;
      this.#socket.write(bytes, () => this.#left(length));
    }
  }

  /** Lets what is written leave, and is gone within the time a close may take (FLT-SES-043). */
  #end(): void {
    this.#ending = true;
    this.#socket.end();
    // What still comes is read and dropped: unread bytes would turn the close into a reset that can overtake the last output.
    this.#socket.resume();
    this.#disarm?.();
    this.#disarm = this.#platform.clock.after(CLOSE_TIMEOUT_MS, () => this.#socket.destroy());
  }

  #arm(): void {
    if (this.#gone || this.#ending) return;
    const deadline = this.connection.nextDeadline();
    // A timer that fires early is harmless: it looks again.
    if (this.#disarm !== undefined && this.#armedFor <= deadline) return;
    this.#disarm?.();
    this.#disarm = undefined;
    this.#armedFor = deadline;
    if (deadline === Number.POSITIVE_INFINITY) return;
    this.#disarm = this.#platform.clock.after(Math.ceil(deadline - this.#platform.clock.now()), () => {
      this.#disarm = undefined;
      this.run((connection, now) => connection.tick(now));
    });
  }

  #socketClosed(error: Error | undefined): void {
    this.close(new ConnectionError("TRANSPORT", error?.message ?? "the connection was closed by the network"));
    this.#gone = true;
    this.#disarm?.();
    for (const resolve of this.#onGone) resolve();
  }
}

/** Why links of this node end for reasons of its own. */
export const shutDown = () => new ConnectionError("SHUT_DOWN", "the node shuts down");

/** Why an inbound connection without a Handshake gives its place to a newcomer. */
export const crowdedOut = () =>
  new ConnectionError(
    "TOO_MANY_CONNECTIONS",
    "expected a Handshake before all places were taken, got none",
    "FLT-SEC-009",
  );
