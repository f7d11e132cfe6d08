import { seededRandom, VirtualClock } from "flatend/testing";
import { MIN_CONNECTIONS, type PeerId, REQUEST_TIMEOUT_MS } from "flatend/wire";
import { indexOf, isLinked, type Member } from "./members.ts";

/** Connections a node accepts, as the node of this package does unless told otherwise. */
const MAX_INBOUND = 8 * MIN_CONNECTIONS;
/** Time until the transport finds that a host is gone without a word: its probes begin after 30 s of silence and go on for ten. */
const SILENCE_MS = 40_000;
/** Packets that are lost, and the time until they are sent again. */
const LOSS = 0.01;
const RETRANSMISSION_MS = 200;
/** Round trips until a connection can be used: TCP, the key exchange, the Handshakes. */
const DIAL_ROUND_TRIPS = 3;

/** What an asked member says; `undefined` when it stays silent, and for how long it takes its time. */
export interface Reply {
  readonly ids: readonly PeerId[] | undefined;
  readonly delayMs: number;
}

/** Hosts, the time between them, and the connections of their members: what the node's transport and sessions are in life. */
export class Network {
  readonly clock = new VirtualClock();
  readonly random: () => number;
  readonly members: Member[] = [];
  /** The halves cannot reach each other. */
  #parted = false;
  requests = 0;
  dials = 0;
  /** What a member says when it is asked. */
  reply: (member: Member, asker: Member, target: Uint8Array) => Reply = (member, _, target) => ({
    ids: member.table.closest(target),
    delayMs: 0,
  });
  /** A connection is gone. */
  onLost: (member: Member, other: Member) => void = () => {};

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at++) bytes[at] = Math.floor(this.random() * 256);
    return bytes;
  }

  /** Access links differ a lot: the middle one takes 15 ms, one in forty more than 50 ms. */
  drawLatency(): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.random())) * Math.cos(2 * Math.PI * this.random());
    return Math.min(150, 15 * Math.exp(0.6 * normal));
  }

  /** Connects, unless there is a connection. `done` learns whether the peer at that address has the key. */
  connect(member: Member, id: PeerId, done: (connected: boolean) => void): void {
    const other = this.members[indexOf(id)];
    if (other === undefined || other === member) {
      this.#dialNobody(other === undefined, done);
      return;
    }
    if (isLinked(member, other.index) && other.id === id) {
      done(true);
      return;
    }
    this.dials++;
    if (!this.#reaches(member, other)) {
      // A process that has ended leaves a host that refuses; half of the hosts are gone as well.
      const refuses = !other.alive && other.index % 2 === 0 && !this.#isApart(member, other);
      this.clock.after(refuses ? this.#roundTrip(member, other) : REQUEST_TIMEOUT_MS, () => done(false));
      return;
    }
    if (other.accepted.length >= MAX_INBOUND) {
      this.clock.after(this.#roundTrip(member, other), () => done(false));
      return;
    }
    let time = 0;
    for (let trip = 0; trip < DIAL_ROUND_TRIPS; trip++) time += this.#roundTrip(member, other);
    this.clock.after(time, () => {
      if (!this.#reaches(member, other)) {
        done(false);
        return;
      }
      this.#link(member, other);
      done(other.id === id && member.alive);
    });
  }

  /** Asks a peer for those near a key, over a connection that is made for it if there is none. */
  /** `done` is told what came, if anything, and whether a request was sent. */
  ask(
    member: Member,
    id: PeerId,
    target: Uint8Array,
    done: (ids: readonly PeerId[] | undefined, sent: boolean) => void,
  ): void {
    this.connect(member, id, (connected) => {
      if (!connected) done(undefined, false);
      else this.#request(member, this.members[indexOf(id)] as Member, target, (ids) => done(ids, true));
    });
  }

  memberAt(id: PeerId): Member | undefined {
    return this.members[indexOf(id)];
  }

  part(parted: boolean): void {
    this.#parted = parted;
    if (!parted) return;
    this.clock.after(SILENCE_MS, () => {
      if (!this.#parted) return;
      for (const member of this.members) {
        for (const index of [...member.dialed, ...member.accepted]) {
          const other = this.members[index] as Member;
          if (other.half !== member.half) this.#unlink(member, other);
        }
      }
    });
  }

  /** A member ends; without a word when its host goes with it. */
  end(member: Member, silent: boolean): void {
    member.alive = false;
    member.cancelRefresh?.();
    for (const index of [...member.dialed, ...member.accepted]) {
      const other = this.members[index] as Member;
      const wait = silent ? SILENCE_MS : this.#oneWay(member, other);
      this.clock.after(wait, () => this.#unlink(other, member));
    }
  }

  #request(
    member: Member,
    other: Member,
    target: Uint8Array,
    done: (ids: readonly PeerId[] | undefined) => void,
  ): void {
    this.requests++;
    let open = true;
    const settle = (ids: readonly PeerId[] | undefined) => {
      if (!open) return;
      open = false;
      done(ids);
    };
    const fail = () => this.clock.after(REQUEST_TIMEOUT_MS, () => settle(undefined));
    if (!this.#reaches(member, other)) {
      fail();
      return;
    }
    const begun = this.clock.now();
    this.clock.after(this.#oneWay(member, other), () => {
      const { ids, delayMs } = this.#reaches(member, other)
        ? this.reply(other, member, target)
        : { ids: undefined, delayMs: 0 };
      const arrival = this.clock.now() + delayMs + this.#oneWay(member, other);
      if (ids === undefined || arrival > begun + REQUEST_TIMEOUT_MS) {
        this.clock.after(begun + REQUEST_TIMEOUT_MS - this.clock.now(), () => settle(undefined));
        return;
      }
      // Each address here is public, which the rules for addresses (FLT-DHT-050 to FLT-DHT-053) always allow.
      this.clock.after(arrival - this.clock.now(), () => settle(ids));
    });
  }

  #dialNobody(nobody: boolean, done: (connected: boolean) => void): void {
    this.dials++;
    this.clock.after(nobody ? REQUEST_TIMEOUT_MS : 1, () => done(false));
  }

  #link(dialer: Member, listener: Member): void {
    if (isLinked(dialer, listener.index)) return;
    dialer.dialed.push(listener.index);
    listener.accepted.push(dialer.index);
    dialer.table.seen(listener.id);
    listener.table.seen(dialer.id);
  }

  #unlink(member: Member, other: Member): void {
    if (!remove(member.dialed, other.index) && !remove(member.accepted, other.index)) return;
    member.table.remove(other.id.publicKey);
    if (member.alive) this.onLost(member, other);
  }

  #reaches(member: Member, other: Member): boolean {
    return member.alive && other.alive && !this.#isApart(member, other);
  }

  #isApart(member: Member, other: Member): boolean {
    return this.#parted && member.half !== other.half;
  }

  #roundTrip(member: Member, other: Member): number {
    return this.#oneWay(member, other) + this.#oneWay(other, member);
  }

  #oneWay(member: Member, other: Member): number {
    const lost = this.random() < LOSS ? RETRANSMISSION_MS : 0;
    return member.latencyMs + other.latencyMs + 4 * this.random() + lost;
  }
}

function remove(indices: number[], index: number): boolean {
  const at = indices.indexOf(index);
  if (at < 0) return false;
  const last = indices.pop() as number;
  if (at < indices.length) indices[at] = last;
  return true;
}
