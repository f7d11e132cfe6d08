import type { Case } from "../case.ts";
import { ProbeConnection, type Received } from "../probe/connection.ts";
import { type ReadPacket, showAddress, unmapped } from "../probe/decode.ts";
import type { EncodeContext } from "../probe/encode.ts";
import { HttpClient } from "../probe/http-client.ts";
import { Http2Client } from "../probe/http2-client.ts";
import { Bystander, type Identity, seedOf } from "../probe/identity.ts";
import { derive } from "../probe/random.ts";
import type { TlsHello } from "../probe/tls.ts";
import type { Transcript } from "../probe/transcript.ts";
import type { StreamWish } from "../steps/packets.ts";
import type { DialInRun } from "../targets/dial-in.ts";
import type { Address, GatewayAddresses, GatewayControl } from "../targets/target.ts";
import { KitFault } from "./failure.ts";

/** What the kit knows of the target before any case: measured and read in a first, well-behaved connection. */
export interface TargetFacts {
  readonly host: string;
  readonly port: number;
  readonly services: readonly string[];
  /** Absent for an anonymous target. */
  readonly publicKey?: Uint8Array;
  readonly roundTripMs: number;
  /** The kit has started it, and can start it again. */
  readonly isOwned?: boolean;
  /** Where a gateway serves HTTP. */
  readonly gateway?: GatewayAddresses;
  readonly control?: GatewayControl;
}

export interface Limits {
  /** Longest wait of one expectation, ms. */
  readonly timeoutMs: number;
  readonly seed: number;
}

/** How long a gateway may take to close a connection that the kit has ended, ms. */
const LEAVE_MS = 1000;

/** State of one run of a case's steps: its connections, identities and what was said so far. */
export class RunContext implements EncodeContext {
  readonly target: TargetFacts;
  readonly limits: Limits;
  readonly transcript: Transcript;
  readonly connections = new Map<string, ProbeConnection>();
  /** Connections to the HTTP side of a gateway. */
  readonly clients = new Map<string, HttpClient>();
  readonly http2Clients = new Map<string, Http2Client>();
  /** What has come of an envelope that is not whole, by connection and stream. */
  readonly envelopes = new Map<string, Buffer>();
  /** Messages of the target by the name of the step that expected them. */
  readonly messages = new Map<string, Received>();
  /** Sequence numbers of the probe's requests, by the name of the step; and those nobody has awaited yet, per connection. */
  readonly sentAs = new Map<string, number>();
  readonly openRequests = new Map<string, { seq: number; packet: ReadPacket["kind"]; body: Uint8Array }[]>();
  /** How the target dials the kit, in a case of the dialing role. */
  readonly dialIn: DialInRun | undefined;
  readonly #label: string;
  readonly #identities = new Map<string, Promise<Bystander>>();

  constructor(label: string, target: TargetFacts, limits: Limits, transcript: Transcript, dialIn?: DialInRun) {
    this.#label = label;
    this.dialIn = dialIn;
    this.target = target;
    this.limits = limits;
    this.transcript = transcript;
  }

  async dial(name: string, announcedIn?: string): Promise<ProbeConnection> {
    this.connections.get(name)?.destroy();
    const key = derive(this.limits.seed, this.#label, "ephemeral", name, this.connections.size);
    const { host, port } = announcedIn === undefined ? this.target : this.#announced(announcedIn);
    const connection = await ProbeConnection.dial(name, host, port, key, this.transcript, this.limits.timeoutMs);
    this.connections.set(name, connection);
    return connection;
  }
  #announced(name: string): { host: string; port: number } {
    const packet = this.messages.get(name)?.message.packet;
    if (packet?.kind !== "handshake" || packet.id === undefined)
      throw new KitFault(`a step dials what "${name}" announces, which is no keyed Handshake`);
    return { host: showAddress(unmapped(packet.id.address)), port: packet.id.port };
  }
  /** The next connection that the target opens to the kit; undefined when none comes in time. */
  async accept(name: string, withinMs: number): Promise<ProbeConnection | undefined> {
    if (this.dialIn === undefined)
      throw new KitFault("a step waits to be dialed in a case that is not of the dialing role");
    this.connections.get(name)?.destroy();
    const socket = await this.dialIn.next(withinMs);
    if (socket === undefined) return undefined;
    const key = derive(this.limits.seed, this.#label, "ephemeral", name, this.connections.size);
    this.transcript.note(name, `TCP connection from ${socket.remoteAddress}:${socket.remotePort}`);
    const connection = new ProbeConnection(name, socket, "listener", key, this.transcript);
    socket.resume();
    this.connections.set(name, connection);
    return connection;
  }
  /** The connections that came to the listener of a named identity. */
  async visits(name: string): Promise<readonly ProbeConnection[]> {
    return (await this.bystander(name)).visits;
  }
  /** With the listener behind its address. */
  async bystander(name: string): Promise<Bystander> {
    return (await this.identity(name)) as Bystander;
  }
  streamNumber(stream: StreamWish): number {
    if (typeof stream === "number") return stream;
    const packet = this.messages.get(stream.streamOf)?.message.packet;
    if (packet?.kind !== "service-request")
      throw new KitFault(`a step names the stream of "${stream.streamOf}", which is no ServiceRequest`);
    return packet.stream;
  }
  connection(name: string): ProbeConnection {
    const connection = this.connections.get(name);
    if (connection === undefined) throw new KitFault(`a step uses the connection "${name}", which no step has dialed`);
    return connection;
  }
  /** The identity of a name, with its listener, made when it is first asked for. */
  identity(name = "main"): Promise<Identity> {
    let identity = this.#identities.get(name);
    if (identity === undefined) {
      const local = [...this.connections.values()][0]?.socket.localAddress ?? "127.0.0.1";
      identity = Bystander.start(name, this.limits.seed, local, seedOf(name, this.limits.seed, this.#label));
      this.#identities.set(name, identity);
    }
    return identity;
  }
  targetKey(): Uint8Array {
    const key = this.dialIn === undefined ? this.target.publicKey : this.keyOn(this.connection("main"));
    if (key === undefined) throw new KitFault("a step needs the target's public key, and the target is anonymous");
    return key;
  }
  /** The key of the Handshake that the target has sent on a connection. */
  keyOn(connection: ProbeConnection): Uint8Array | undefined {
    for (const { message } of connection.inbox) {
      if (message.packet?.kind === "handshake") return message.packet.id?.publicKey;
    }
    return undefined;
  }
  recorded(name: string): Uint8Array {
    const received = this.messages.get(name);
    if (received === undefined) throw new KitFault(`a step copies the message "${name}", which no step has received`);
    return received.message.body;
  }
  async dialHttp(name: string, server: keyof GatewayAddresses, tls?: TlsHello): Promise<HttpClient> {
    this.clients.get(name)?.destroy();
    const client = await HttpClient.dial(name, this.server(server), this.transcript, this.limits.timeoutMs, tls);
    this.clients.set(name, client);
    return client;
  }
  async dialHttp2(name: string, server: keyof GatewayAddresses, tls?: TlsHello): Promise<void> {
    const client = await Http2Client.dial(name, this.server(server), this.transcript, this.limits.timeoutMs, tls);
    this.http2Clients.set(name, client);
  }
  /** Where a server of the gateway is. */
  server(server: keyof GatewayAddresses): Address {
    const address = this.target.gateway?.[server];
    if (address === undefined)
      throw new KitFault(`a step dials the server "${server}" of a gateway, which is not known`);
    return address;
  }
  http2Client(name: string): Http2Client {
    const client = this.http2Clients.get(name);
    if (client === undefined)
      throw new KitFault(`a step uses the HTTP/2 connection "${name}", which no step has dialed`);
    return client;
  }
  client(name: string): HttpClient {
    const client = this.clients.get(name);
    if (client === undefined) throw new KitFault(`a step uses the HTTP connection "${name}", which no step has dialed`);
    return client;
  }
  async close(): Promise<void> {
    for (const client of [...this.clients.values(), ...this.http2Clients.values()]) client.destroy();
    // A gateway that did not know yet that a node has left would call it for the next case.
    if (this.target.gateway !== undefined)
      await Promise.all([...this.connections.values()].map((connection) => connection.leave(LEAVE_MS)));
    for (const connection of this.connections.values()) connection.destroy();
    await Promise.all([...this.#identities.values()].map(async (identity) => (await identity).stop()));
  }
}

/** A label that makes the keys of each run of a case its own. */
export function runLabel(one: Case, part: "control" | "changed", repeat: number): string {
  return `${one.id} ${part} ${repeat}`;
}
