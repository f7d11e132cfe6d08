/** A connection of the reference with its keys exchanged, and beside it a peer that can send it any message. */
import { Connection, type ConnectionHandler, ProtocolError, type Role } from "../../src/connection/index.ts";
import type { Crypto } from "../../src/crypto/index.ts";
import { ByteQueue, Session } from "../../src/session/index.ts";

const NOW = 0;
const ANONYMOUS_HANDSHAKE = Uint8Array.of(0, 0);
export interface PeerOptions {
  readonly handler?: Partial<ConnectionHandler>;
  /** Services of the connection. */
  readonly hosted?: readonly string[];
  /** The connection's own key; without one it is anonymous. */
  readonly ownKey?: Uint8Array | undefined;
  /** The key it dialed. */
  readonly dialed?: Uint8Array | undefined;
}

export class Peer {
  readonly connection: Connection;
  /** The code of the fault for which the connection closed. */
  fault: string | undefined;
  readonly #session: Session;
  readonly #output = new ByteQueue();

  /** @param role that of the connection; the peer has the other */
  constructor(crypto: Crypto, role: Role, { handler, hosted = ["echo"], ownKey, dialed }: PeerOptions = {}) {
    const nothing = () => {};
    const id = ownKey && { publicKey: ownKey, address: Uint8Array.of(127, 0, 0, 1), port: 1 };
    this.connection = new Connection(
      {
        role,
        crypto,
        ephemeralPrivateKey: new Uint8Array(32).fill(1),
        local: { id, services: hosted, sign: () => new Uint8Array(64), findNode: () => [] },
        expectedPublicKey: dialed,
        now: NOW,
      },
      {
        onOutput: nothing,
        onPeer: nothing,
        onOpen: nothing,
        onCall: () => undefined,
        onReadPaused: nothing,
        onRetired: nothing,
        ...handler,
        onClosed: (reason) => {
          this.fault = reason instanceof ProtocolError ? reason.code : "";
        },
      },
    );
    const other = role === "dialer" ? "listener" : "dialer";
    const ephemeralPrivateKey = new Uint8Array(32).fill(2);
    this.#session = new Session({ role: other, crypto, ephemeralPrivateKey, now: NOW }, this.#output);
    if (role === "dialer") this.read();
    this.#flush();
    this.read();
  }

  /** A peer that has shown an anonymous Handshake, so that the connection is open. */
  static greeted(crypto: Crypto, role: Role, options: PeerOptions = {}): Peer {
    const peer = new Peer(crypto, role, options);
    const reply = role === "dialer";
    peer.say(Uint8Array.of(0, 0, 0, 1, ...(reply ? [] : [0]), ...ANONYMOUS_HANDSHAKE));
    if (peer.connection.state !== "open") throw new Error(`expected an open connection, got ${peer.connection.state}`);
    return peer;
  }

  /** Lets the connection read one plaintext, and gives what it writes then. */
  say(plaintext: Uint8Array): Uint8Array[] {
    this.#session.seal(plaintext);
    this.#flush();
    return this.read();
  }

  /** Takes what the connection has written. */
  read(): Uint8Array[] {
    const messages: Uint8Array[] = [];
    for (let bytes = this.connection.takeOutput(); bytes !== undefined; bytes = this.connection.takeOutput()) {
      this.connection.outputWritten(bytes.length, NOW);
      this.#session.push(bytes);
    }
    if (!this.#session.exchangeKeys()) return messages;
    for (let message = this.#session.next(); message !== undefined; message = this.#session.next()) {
      messages.push(message.slice());
    }
    return messages;
  }

  #flush(): void {
    for (let bytes = this.#output.take(); bytes !== undefined; bytes = this.#output.take()) {
      this.connection.receive(bytes, NOW);
    }
  }
}
