import {
  crawlFrom,
  glanceFrom,
  isWanted,
  isWorthMeeting,
  keyInRange,
  type Lookup,
  lookupFrom,
  nextRefreshMs,
  witnesses,
} from "flatend/dht";
import { KEY_LENGTH, type PeerId } from "flatend/wire";
import { connectionsOf, type Member } from "./members.ts";
import type { Network } from "./network.ts";

/** Wait before a bootstrap address is dialed again, ms. */
const RECONNECT_MS = 1_000;
/** Each bootstrap address is awaited so long before the mesh is looked through. */
const BOOTSTRAP_WAIT_MS = 1_000;

/**
 * What the node's own discovery does, with callbacks in place of promises: whom to ask, where to look, whom to meet and when to look
 * again all come from `flatend/dht`, as they do there.
 */
export class SimulatedDiscovery {
  readonly #network: Network;

  constructor(network: Network) {
    this.#network = network;
    network.onLost = (member, other) => this.#lost(member, other);
  }

  /** Connects to the bootstrap addresses, and looks through the mesh then. */
  join(member: Member): void {
    let open = member.bootstraps.length;
    const connected = () => {
      if (--open === 0) this.look(member);
    };
    for (const id of member.bootstraps) {
      this.#network.connect(member, id, (done) => {
        if (done) connected();
        else this.#dialAgain(member, id);
      });
    }
    this.#network.clock.after(BOOTSTRAP_WAIT_MS, () => {
      if (open > 0) this.look(member);
    });
  }

  /** Looks up the own neighbourhood and the ranges that are wanted; again some time later. */
  look(member: Member): void {
    if (member.looking || !member.alive) return;
    member.looking = true;
    member.cancelRefresh?.();
    const { table, id } = member;
    const own = id.publicKey;
    const random = this.#network.random;
    const returned = member.returned;
    member.returned = [];
    this.run(
      member,
      lookupFrom(table, own, own, random, returned),
      () => false,
      (lookup) => {
        const near = lookup.closest();
        const before = connectionsOf(member);
        const crawl = crawlFrom(table, own);
        const step = () => {
          const range = crawl.next((one) => isWanted(one, table, own, near, connectionsOf(member)));
          if (range === undefined || !member.alive) {
            this.#rest(member, connectionsOf(member) > before);
            return;
          }
          this.#meet(member, keyInRange(range, this.#network.bytes(KEY_LENGTH)), (found) => {
            crawl.found(range, found);
            step();
          });
        };
        step();
      },
    );
  }

  /** Runs a lookup to its end, or until it has what is wanted. */
  run(member: Member, lookup: Lookup, enough: () => boolean, done: (lookup: Lookup) => void): void {
    let over = false;
    const step = () => {
      if (over) return;
      if (!member.alive || lookup.done || enough()) {
        over = true;
        done(lookup);
        return;
      }
      for (let id = lookup.next(); id !== undefined; id = lookup.next()) {
        const { publicKey } = id;
        this.#network.ask(member, id, lookup.target, (ids, sent) => {
          if (ids === undefined) lookup.failed(publicKey, sent);
          else lookup.answered(publicKey, ids);
          step();
        });
      }
    };
    step();
  }

  #meet(member: Member, target: Uint8Array, done: (near: readonly PeerId[]) => void): void {
    const { table, id } = member;
    const chosen = witnesses(table, this.#network.random);
    const heard: PeerId[] = [];
    all(
      chosen,
      (witness, next) =>
        this.#network.ask(member, witness, target, (ids) => {
          heard.push(...(ids ?? []));
          next();
        }),
      () =>
        this.run(
          member,
          glanceFrom(table, id.publicKey, target, heard),
          () => false,
          (lookup) => {
            const near = lookup.nearest();
            const wanted = near.filter((one) => isWorthMeeting(one, table, connectionsOf(member)));
            all(
              wanted,
              (one, next) => this.#network.connect(member, one, next),
              () => done(near),
            );
          },
        ),
    );
  }

  #rest(member: Member, grown: boolean): void {
    member.looking = false;
    if (!member.alive) return;
    if (member.returned.length > 0) {
      this.look(member);
      return;
    }
    member.refreshMs = nextRefreshMs(member.refreshMs, grown);
    const wait = member.refreshMs * (0.5 + this.#network.random() / 2);
    member.cancelRefresh = this.#network.clock.after(wait, () => this.look(member));
  }

  #lost(member: Member, other: Member): void {
    if (member.bootstraps.includes(other.id)) this.#dialAgain(member, other.id);
  }

  /** For ever; but who has ended for good comes back in no simulation. */
  #dialAgain(member: Member, id: PeerId): void {
    this.#network.clock.after(RECONNECT_MS, () => {
      if (!member.alive || !this.#network.memberAt(id)?.alive) return;
      this.#network.connect(member, id, (connected) => {
        if (!connected) {
          this.#dialAgain(member, id);
          return;
        }
        member.returned.push(id);
        this.look(member);
      });
    });
  }
}

/** Does something with each at the same time, and goes on when all are done. */
function all<T>(items: readonly T[], each: (item: T, next: () => void) => void, done: () => void): void {
  let open = items.length;
  if (open === 0) {
    done();
    return;
  }
  const next = () => {
    if (--open === 0) done();
  };
  for (const item of items) each(item, next);
}
