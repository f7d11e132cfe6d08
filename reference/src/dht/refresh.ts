import { BUCKET_SIZE, LOOKUP_MAX_PEERS, type PeerId, REFRESH_INTERVAL_MS, TARGET_CONNECTIONS } from "../wire/index.ts";
import { bucketRange, Crawl, type KeyRange } from "./crawl.ts";
import { commonPrefixLength } from "./distance.ts";
import { Lookup } from "./lookup.ts";
import type { PeerTable } from "./table.ts";

/** Wait before the mesh is looked through again, ms, as long as that finds somebody; then twice as long each time, up to REFRESH_INTERVAL_MS. */
export const FIRST_REFRESH_MS = 1000;
/** Peers nearest to a random key that must have answered before those they named are met. */
const CRAWL_WIDTH = 4;
/** Peers from anywhere that are asked beside the nearest. */
const WITNESSES = 3;
/** Peers nearest to a key that begin a path each in a lookup of it (FLT-DHT-047). */
const NEAREST_ROOTS = 13;
/** Paths that begin at peers which were out of reach. */
const MAX_RETURNED_ROOTS = 5;
/** The same in a short lookup: tables are filled from what it finds, and whoever follows only the nearest fills them with liars. */
const GLANCE_ROOTS = 6;
const GLANCE_PATH_WIDTH = 1;

/**
 * A lookup of a key that starts from a table. Most paths begin at the peers nearest to the key, a few at peers from anywhere: where a
 * neighbourhood is in the hand of liars, those do not belong to it.
 *
 * @param own the node's key, 32 zero bytes of an anonymous node. @param random as `Math.random`. @param returned peers that were out of
 * reach, of which the first few begin a path as well: after a partition they alone know of the other side.
 */
export function lookupFrom(
  table: PeerTable,
  own: Uint8Array | undefined,
  target: Uint8Array,
  random: () => number,
  returned: readonly PeerId[] = [],
): Lookup {
  const nearest = seedsOf(table, target, LOOKUP_MAX_PEERS);
  const roots = [
    ...nearest.slice(0, NEAREST_ROOTS),
    ...witnesses(table, random),
    ...returned.slice(0, MAX_RETURNED_ROOTS),
  ];
  return new Lookup(target, own, nearest, { roots });
}

/** A short lookup, which is to name the peers near a key rather than to ask all of them. @param heard what {@link witnesses} named. */
export function glanceFrom(
  table: PeerTable,
  own: Uint8Array | undefined,
  target: Uint8Array,
  heard: readonly PeerId[],
): Lookup {
  const nearest = seedsOf(table, target, BUCKET_SIZE);
  const roots = nearest.slice(0, GLANCE_ROOTS);
  const rules = { width: CRAWL_WIDTH, roots, pathWidth: GLANCE_PATH_WIDTH };
  return new Lookup(target, own, [...nearest, ...heard], rules);
}

/**
 * A few peers from anywhere. Two neighbourhoods that grew beside each other may not have met, and the nearest that either knows are its
 * own: those farther away tell them of each other.
 */
export function witnesses(table: PeerTable, random: () => number): PeerId[] {
  const { size } = table;
  return Array.from({ length: Math.min(WITNESSES, size) }, () => table.at(Math.floor(random() * size)) as PeerId);
}

/** All ranges farther than the nearest neighbour (FLT-DHT-045). */
export function crawlFrom(table: PeerTable, own: Uint8Array): Crawl {
  return new Crawl(Array.from({ length: table.longestPrefix() + 1 }, (_, prefix) => bucketRange(own, prefix)));
}

/**
 * Whether a range is worth a look: while connections are few, each; later those whose bucket has free places, unless the own
 * neighbourhood, which is known, has all there are. @param near the peers that the lookup of the own key found.
 */
export function isWanted(
  range: KeyRange,
  table: PeerTable,
  own: Uint8Array,
  near: readonly PeerId[],
  connections: number,
): boolean {
  if (connections < TARGET_CONNECTIONS) return true;
  const farthest = near.length < BUCKET_SIZE ? 0 : commonPrefixLength(own, (near.at(-1) as PeerId).publicKey);
  return commonPrefixLength(own, range.prefix) <= farthest && table.hasRoom(range.prefix);
}

/** Whether to connect to a peer that was found: while connections are few, to each; later to fill the table. */
export function isWorthMeeting(id: PeerId, table: PeerTable, connections: number): boolean {
  return connections < TARGET_CONNECTIONS || table.hasRoom(id.publicKey);
}

/** The wait after a look that has, or has not, met somebody new; before it varies at random (FLT-DHT-046). In ms. */
export function nextRefreshMs(formerMs: number, grown: boolean): number {
  return grown ? FIRST_REFRESH_MS : Math.min(2 * formerMs, REFRESH_INTERVAL_MS);
}

/** The target itself is worth asking for its neighbours, and `closest` leaves it out. */
function seedsOf(table: PeerTable, target: Uint8Array, count: number): PeerId[] {
  const itself = table.find(target);
  const closest = table.closest(target, count);
  return itself === undefined ? closest : [itself, ...closest];
}
