import { createServer, type Server } from "node:net";
import { native as crypto } from "flatend/crypto";
import { addressBytes, concat, u8, u16 } from "./bytes.ts";
import { ProbeConnection } from "./connection.ts";
import { derive } from "./random.ts";
import { Transcript } from "./transcript.ts";

export interface Identity {
  readonly name: string;
  readonly seed: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly address: Uint8Array;
  readonly port: number;
}

/**
 * The key pair of a peer. Those of one name with a number behind it begin with each pair of bits in turn: of twenty keys made by chance now and
 * then sixteen are as far from the target's, and a bucket holds no more: one other peer, and one of them has no place.
 */
export function seedOf(name: string, runSeed: number, ...scope: readonly string[]): Uint8Array {
  const number = /-(\d+)$/.exec(name)?.[1];
  for (let attempt = 0; ; attempt++) {
    const seed = derive(runSeed, ...scope, "identity", name, ...(attempt === 0 ? [] : [attempt]));
    if (number === undefined) return seed;
    const first = crypto.ed25519PublicKey(seed)[0] as number;
    if (first >> 6 === Number(number) % 4) return seed;
  }
}

/**
 * A keyed peer with a listener of its own behind the address it announces. A target may dial any address it is told; it
 * finds there a peer that completes the key exchange, answers Handshake and FindNode, and remembers who came.
 */
export class Bystander implements Identity {
  readonly name: string;
  readonly seed: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly address: Uint8Array;
  /** Connections that came in, each with all that was said on it. */
  readonly visits: ProbeConnection[] = [];
  /** Answers no FindNodeRequest over connections that come from now on. */
  isSilent = false;
  /** Services of the Handshakes that it answers with; every ServiceRequest is refused. */
  services: readonly string[] = [];
  readonly #server: Server;
  readonly #runSeed: number;

  private constructor(name: string, runSeed: number, address: Uint8Array, seed: Uint8Array) {
    this.name = name;
    this.#runSeed = runSeed;
    this.seed = seed;
    this.publicKey = crypto.ed25519PublicKey(seed);
    this.address = address;
    this.#server = createServer(
      (socket) => void this.#serve(new ProbeConnection("visit", socket, "listener", this.#key(), new Transcript())),
    );
  }
  /** Listens on a free port of the local address `host`. */
  static async start(name: string, runSeed: number, host: string, seed = seedOf(name, runSeed)): Promise<Bystander> {
    const bystander = new Bystander(name, runSeed, addressBytes(host), seed);
    await new Promise<void>((resolve, reject) => {
      bystander.#server.once("error", reject);
      bystander.#server.listen({ host, port: 0 }, resolve);
    });
    return bystander;
  }
  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }
  #key(): Uint8Array {
    return derive(this.#runSeed, "bystander", this.name, this.visits.length);
  }
  async #serve(connection: ProbeConnection): Promise<void> {
    this.visits.push(connection);
    connection.answersRequests = !this.isSilent;
    const key = await connection.until(() => connection.takeKey() ?? (connection.closed ? null : undefined), 5000);
    if (key === undefined || key === null) return connection.destroy();
    await connection.writeBytes(connection.session.publicKey, "public key");
    for (let next = 0; ; next++) {
      const received = await connection.until(
        () => connection.inbox[next] ?? (connection.closed || connection.violation ? null : undefined),
        600_000,
      );
      if (received === undefined || received === null) return connection.destroy();
      const { message } = received;
      if (message.packet?.kind !== "handshake" || message.isReply) continue;
      const id = concat(this.publicKey, u8(this.address.length === 4 ? 0 : 1), this.address, u16(this.port));
      const names = this.services.map((name) => new TextEncoder().encode(name));
      const list = concat(u8(names.length), ...names.flatMap((name) => [u8(name.length), name]));
      const body = concat(u8(1), id, list, crypto.ed25519Sign(this.seed, concat(id, ...names)));
      void connection.sendMessage(message.seq, null, body, "reply: Handshake");
    }
  }
  async stop(): Promise<void> {
    for (const visit of this.visits) visit.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
