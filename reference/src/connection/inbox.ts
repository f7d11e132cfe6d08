import { ProtocolError, type Role } from "../session/index.ts";
import {
  BUCKET_SIZE,
  type DecodedHandshake,
  decodeFindNodeRequest,
  decodeFindNodeResponse,
  decodeHandshake,
  encodeFindNodeResponse,
  Opcode,
} from "../wire/index.ts";
import { decodePacket } from "./faults.ts";
import type { Handshakes } from "./handshake.ts";
import { replyMessage, SEQUENCE_LENGTH } from "./messages.ts";
import type { Pending, PendingRequests } from "./pending.ts";
import { dataArrived, serviceRequestArrived, serviceResponseArrived } from "./stream-arrivals.ts";
import type { StreamEngine } from "./stream-engine.ts";
import type { ConnectionHandler, ConnectionLimits, FindNodeResult, LocalNode, RemotePeer } from "./types.ts";

/** What reading messages needs of the connection. */
export interface InboxHost {
  readonly role: Role;
  readonly limits: ConnectionLimits;
  readonly local: LocalNode;
  readonly handler: ConnectionHandler;
  readonly handshakes: Handshakes;
  readonly requests: PendingRequests;
  readonly streams: StreamEngine;
  /** The time of the call under way, in ms. */
  readonly now: number;
  readonly peer: RemotePeer | undefined;
  /** Whether every call is refused. */
  readonly refusing: boolean;
  send(plaintext: Uint8Array): void;
  /** The node's own rules refuse the peer, perhaps; returns whether the connection is closed. */
  admitted(peer: RemotePeer): boolean;
  /** A valid Handshake was read; `opens` when the connection may be used from here on. */
  learned(peer: RemotePeer, opens: boolean): void;
}

/** Acts on the packet of a request or one-way message. */
type PacketReader = (seq: number, packet: Uint8Array) => void;

/** Reads the messages of one connection and acts on them (chapters 03 to 07). Throws {@link ProtocolError}. */
export class Inbox {
  readonly #host: InboxHost;
  readonly #hosted: ReadonlySet<string>;
  /** The packets of the version in force; an unknown opcode closes (FLT-RPC-017). */
  readonly #packets: ReadonlyMap<number, PacketReader>;

  constructor(host: InboxHost) {
    this.#host = host;
    this.#hosted = new Set(host.local.services);
    this.#packets = new Map<number, PacketReader>([
      [Opcode.Data, (_, packet) => dataArrived(packet, host.streams)],
      [Opcode.ServiceRequest, (_, packet) => this.#serviceRequest(packet)],
      [Opcode.ServiceResponse, (_, packet) => serviceResponseArrived(packet, host.streams)],
      [Opcode.Handshake, (seq, packet) => this.#handshakeRequest(seq, packet)],
      [Opcode.FindNodeRequest, (seq, packet) => this.#findNodeRequest(seq, packet)],
    ]);
  }

  message(plaintext: Uint8Array): void {
    // A frame holds at least a number: shorter ones were refused by their length.
    const seq = ((plaintext[0]! << 24) | (plaintext[1]! << 16) | (plaintext[2]! << 8) | plaintext[3]!) >>> 0;
    const kind = this.#host.requests.kindOf(seq);
    if (kind === "stray") return;
    if (kind === "reply") {
      this.#reply(this.#host.requests.settle(seq), plaintext.subarray(SEQUENCE_LENGTH));
      return;
    }
    const opcode = plaintext[SEQUENCE_LENGTH];
    if (opcode === undefined)
      throw new ProtocolError("EMPTY_BODY", "FLT-RPC-016", "expected an opcode, got an empty body");
    const read = this.#packets.get(opcode);
    if (read === undefined)
      throw new ProtocolError("UNKNOWN_OPCODE", "FLT-RPC-017", `expected a known opcode, got ${opcode}`);
    if (opcode !== Opcode.Handshake && this.#host.role === "listener" && !this.#host.handshakes.accepted) {
      throw new ProtocolError(
        "NO_HANDSHAKE",
        "FLT-HSK-003",
        `expected a Handshake as the first message, got opcode ${opcode}`,
      );
    }
    read(seq, plaintext.subarray(SEQUENCE_LENGTH + 1));
  }

  #serviceRequest(packet: Uint8Array): void {
    const { limits, refusing, streams, handler, now } = this.#host;
    serviceRequestArrived(packet, streams, { limits, refusing, hosted: this.#hosted }, handler, now);
  }

  #handshakeRequest(seq: number, packet: Uint8Array): void {
    requireReplyNumber(seq, "Handshake");
    const peer = this.#checkHandshake(decodePacket("Handshake", decodeHandshake, packet));
    if (peer === undefined) return;
    this.#host.send(replyMessage(seq, this.#host.handshakes.own()));
    this.#host.learned(peer, this.#host.role === "listener");
  }

  #findNodeRequest(seq: number, packet: Uint8Array): void {
    requireReplyNumber(seq, "FindNodeRequest");
    const { target } = decodePacket("FindNodeRequest", decodeFindNodeRequest, packet).packet;
    const { local, peer } = this.#host;
    const closest = local.findNode(new Uint8Array(target), peer?.id).slice(0, BUCKET_SIZE);
    this.#host.send(replyMessage(seq, encodeFindNodeResponse({ closest })));
  }

  #reply(pending: Pending, body: Uint8Array): void {
    if (pending === "handshake") {
      const peer = this.#checkHandshake(decodePacket("Handshake reply", decodeHandshake, body));
      if (peer !== undefined) this.#host.learned(peer, true);
      return;
    }
    let closest: FindNodeResult["closest"];
    try {
      closest = decodePacket("FindNodeResponse", decodeFindNodeResponse, body).packet.closest.slice(0, BUCKET_SIZE);
    } catch (error) {
      if (error instanceof ProtocolError) pending({ error });
      throw error;
    }
    pending({ closest });
  }

  /** The peer of a Handshake, or `undefined` when the node's own rules refuse it and the connection is closed. */
  #checkHandshake(decoded: DecodedHandshake): RemotePeer | undefined {
    const peer = this.#host.handshakes.check(decoded);
    return this.#host.handshakes.accepted || this.#host.admitted(peer) ? peer : undefined;
  }
}

/** A request that asks for a reply must carry a number to reply to (FLT-RPC-015). */
function requireReplyNumber(seq: number, packet: string): void {
  if (seq === 0)
    throw new ProtocolError("NO_REPLY_NUMBER", "FLT-RPC-015", `expected a ${packet} with a number other than 0, got 0`);
}
