import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BUCKET_SIZE, LOOKUP_MAX_PEERS, type PeerId, TARGET_CONNECTIONS, toHex } from "../wire/index.ts";
import {
  compareDistance,
  glanceFrom,
  isWanted,
  isWorthMeeting,
  Lookup,
  lookupFrom,
  nextRefreshMs,
  PeerTable,
} from "./index.ts";

const TARGET = new Uint8Array(32);
/** The greater, the farther from the target; `host` is part of the address. */
const peer = (distance: number, host = 1): PeerId => {
  const publicKey = new Uint8Array(32);
  new DataView(publicKey.buffer).setUint32(0, distance);
  return { publicKey, address: Uint8Array.of(9, 9, 9, host), port: 9000 };
};
const distanceOf = ({ publicKey }: PeerId): number => new DataView(publicKey.buffer).getUint32(publicKey.byteOffset);

/** Runs a lookup to its end; `answer` gives what a peer says, or `undefined` where it fails. Returns whom it asked. */
function run(lookup: Lookup, answer: (id: PeerId) => readonly PeerId[] | undefined): PeerId[] {
  const asked: PeerId[] = [];
  for (let id = lookup.next(); id !== undefined; id = lookup.next()) {
    asked.push(id);
    const ids = answer(id);
    if (ids === undefined) lookup.failed(id.publicKey);
    else lookup.answered(id.publicKey, ids);
  }
  expect(lookup.done).toBe(true);
  return asked;
}

describe("a lookup among liars that name only each other (FLT-DHT-047)", () => {
  const liars = Array.from({ length: BUCKET_SIZE }, (_, n) => peer(100 + n));
  const wanted = peer(1);
  /** The honest ones lead on in steps: from 1000 to 500 to 200, which is farther than all liars, to the one that is wanted. */
  const answer = (id: PeerId): PeerId[] => {
    const distance = distanceOf(id);
    if (distance >= 100 && distance < 200) return liars;
    if (distance === 1000) return [peer(500), peer(900)];
    if (distance === 500) return [peer(200), wanted];
    return [];
  };
  const seeds = [liars[0] as PeerId, peer(1000)];

  it("is taken over when it follows the nearest alone", () => {
    const lookup = new Lookup(TARGET, undefined, seeds);
    run(lookup, answer);
    expect(lookup.hasAnswered(wanted.publicKey)).toBe(false);
  });

  it("finds its way along a path without them", () => {
    const lookup = new Lookup(TARGET, undefined, seeds, { roots: seeds });
    run(lookup, answer);
    expect(lookup.hasAnswered(wanted.publicKey)).toBe(true);
    expect(lookup.depthOf(wanted.publicKey)).toBe(2);
    expect(lookup.depthOf(peer(77).publicKey)).toBeUndefined();
  });
});

describe("paths among liars", () => {
  const liars = Array.from({ length: BUCKET_SIZE }, (_, n) => peer(100 + n));
  const isLiar = (id: PeerId): boolean => distanceOf(id) >= 100 && distanceOf(id) < 200;
  const wanted = peer(1);

  it("go on past a liar that stands on them", () => {
    const quiet = [50, 51, 52, 53].map((distance) => peer(distance));
    // The root knows a liar that is nearer than the honest peer who leads on.
    const answer = (id: PeerId): PeerId[] => {
      if (distanceOf(id) === 1000) return [liars[0] as PeerId, peer(500)];
      return distanceOf(id) === 500 ? [wanted] : [];
    };
    const found = (rules: object): boolean => {
      const lookup = new Lookup(TARGET, undefined, quiet, { width: quiet.length, roots: [peer(1000)], ...rules });
      run(lookup, answer);
      return lookup.hasAnswered(wanted.publicKey);
    };
    expect(found({})).toBe(true);
    expect(found({ pathWidth: 1 })).toBe(false);
  });

  it("are walked by the short lookups as well from which a table is filled", () => {
    const own = peer(0xffff_ffff).publicKey;
    const table = new PeerTable(own);
    for (const id of [liars[0] as PeerId, peer(1000)]) table.seen(id);
    const lookup = glanceFrom(table, own, TARGET, []);
    run(lookup, (id) => {
      if (isLiar(id)) return liars;
      if (distanceOf(id) === 1000) return [peer(500)];
      return distanceOf(id) === 500 ? [wanted] : [];
    });
    expect(lookup.hasAnswered(wanted.publicKey)).toBe(true);
  });
});

describe("a lookup that is told of peers that are not there (FLT-DHT-048)", () => {
  it("asks the others that the same peer named when nobody else is left, and not at all where enough have answered", () => {
    const invented = Array.from({ length: BUCKET_SIZE }, (_, n) => peer(1 + n));
    const lookup = new Lookup(TARGET, undefined, [peer(1000), peer(2000)]);
    const asked = run(lookup, (id) => (distanceOf(id) === 1000 ? invented : distanceOf(id) < 100 ? undefined : []));
    expect(asked.map(distanceOf)).toEqual([1000, 1, 2, 2000, ...invented.slice(2).map(distanceOf)]);
    expect(lookup.nearest().map(distanceOf)).toEqual([1000, 2000]);

    const honest = Array.from({ length: BUCKET_SIZE }, (_, n) => peer(1001 + n));
    const among = new Lookup(TARGET, undefined, [peer(1000), ...honest]);
    const told = run(among, (id) => (distanceOf(id) === 1000 ? invented : distanceOf(id) < 100 ? undefined : []));
    expect(told.filter((id) => distanceOf(id) < 100)).toHaveLength(2);
    expect(among.closest()).toHaveLength(BUCKET_SIZE);
  });

  it("asks those that somebody else names too", () => {
    const named = [peer(1), peer(2), peer(3)];
    const lookup = new Lookup(TARGET, undefined, [peer(1000), peer(2000)]);
    run(lookup, (id) => (distanceOf(id) === 3 ? [] : distanceOf(id) < 100 ? undefined : named));
    expect(lookup.closest().map(distanceOf)).toEqual([3, 1000, 2000]);
  });

  it("tries another address that somebody else names", () => {
    const lookup = new Lookup(TARGET, undefined, [peer(1000), peer(2000)]);
    const asked = run(lookup, (id) => {
      if (distanceOf(id) === 1) return id.address[3] === 7 ? [] : undefined;
      return [peer(1, distanceOf(id) === 2000 ? 7 : 8)];
    });
    expect(lookup.closest()[0]).toEqual(peer(1, 7));
    expect(asked.length).toBe(4);
  });

  it("does not count whom it cannot reach among those it has asked, up to a limit (FLT-DHT-044)", () => {
    const attempts = (sent: boolean): number => {
      const lookup = new Lookup(
        TARGET,
        undefined,
        Array.from({ length: 400 }, (_, n) => peer(1 + n)),
      );
      let made = 0;
      for (let id = lookup.next(); id !== undefined; id = lookup.next(), made++) lookup.failed(id.publicKey, sent);
      return made;
    };
    expect(attempts(true)).toBe(LOOKUP_MAX_PEERS);
    expect(attempts(false)).toBe(3 * LOOKUP_MAX_PEERS);
  });

  it("ends all the same, whatever it is told", () => {
    const word = fc.record({ distance: fc.integer({ min: 1, max: 300 }), host: fc.integer({ min: 1, max: 9 }) });
    const words = fc.option(fc.array(word, { maxLength: BUCKET_SIZE }), { nil: undefined });
    fc.assert(
      fc.property(fc.array(words, { minLength: 1 }), fc.integer({ min: 0, max: 30 }), (answers, rootCount) => {
        const seeds = Array.from({ length: 40 }, (_, n) => peer(200 + n));
        const lookup = new Lookup(TARGET, peer(5).publicKey, seeds, { roots: seeds.slice(0, rootCount) });
        const living = new Set<string>();
        let turn = 0;
        const asked = run(lookup, (id) => {
          const answer = answers[turn++ % answers.length];
          if (answer !== undefined) living.add(toHex(id.publicKey));
          return answer?.map(({ distance, host }) => peer(distance, host));
        });
        expect(asked.length).toBeLessThanOrEqual(LOOKUP_MAX_PEERS);
        expect(asked.some((id) => distanceOf(id) === 5)).toBe(false);
        // Twice at one address: nobody.
        const places = asked.map((id) => `${distanceOf(id)} at ${id.address[3]}`);
        expect(new Set(places).size).toBe(places.length);
        const closest = lookup.closest();
        expect(closest.every((id) => living.has(toHex(id.publicKey)))).toBe(true);
        const sorted = [...closest].sort((a, b) => compareDistance(TARGET, a.publicKey, b.publicKey));
        expect(closest).toEqual(sorted);
      }),
    );
  });
});

describe("looking through the mesh", () => {
  const own = new Uint8Array(32);
  const tableOf = (...peers: PeerId[]) => {
    const table = new PeerTable(own);
    for (const id of peers) table.seen(id);
    return table;
  };
  /** 20 peers of the farthest bucket and one of the next. */
  const crowded = () => tableOf(...Array.from({ length: 20 }, (_, n) => peer(0x8000_0000 + n)), peer(0x4000_0000));
  const far = { prefix: peer(0x8000_0000).publicKey, bits: 1 };
  const next = { prefix: peer(0x4000_0000).publicKey, bits: 2 };
  const near = Array.from({ length: BUCKET_SIZE }, (_, n) => peer(0x4000_0000 - n));

  it("looks everywhere while connections are few, then where a bucket has room (FLT-DHT-045)", () => {
    expect(isWanted(far, crowded(), own, near, TARGET_CONNECTIONS - 1)).toBe(true);
    expect(isWanted(far, crowded(), own, near, TARGET_CONNECTIONS)).toBe(false);
    expect(isWanted(next, crowded(), own, near, TARGET_CONNECTIONS)).toBe(true);
    // All that are nearer are known from the own neighbourhood.
    const nearer = { prefix: peer(0x0000_1000).publicKey, bits: 20 };
    expect(isWanted(nearer, crowded(), own, near, TARGET_CONNECTIONS)).toBe(false);
  });

  it("meets everybody while connections are few, then whom the table has room for", () => {
    expect(isWorthMeeting(peer(0x8000_0100), crowded(), TARGET_CONNECTIONS - 1)).toBe(true);
    expect(isWorthMeeting(peer(0x8000_0100), crowded(), TARGET_CONNECTIONS)).toBe(false);
    expect(isWorthMeeting(peer(0x4000_0100), crowded(), TARGET_CONNECTIONS)).toBe(true);
  });

  it("looks again soon where somebody was met, and then ever more rarely (FLT-DHT-046)", () => {
    expect(nextRefreshMs(8_000, true)).toBe(1_000);
    expect(nextRefreshMs(8_000, false)).toBe(16_000);
    expect(nextRefreshMs(50_000, false)).toBe(60_000);
  });

  it("begins a lookup at the nearest of its table, the target itself among them", () => {
    const table = crowded();
    const target = peer(0x8000_0003).publicKey;
    expect(lookupFrom(table, own, target, () => 0).next()).toEqual(peer(0x8000_0003));
    expect(lookupFrom(tableOf(), own, target, () => 0).done).toBe(true);
  });

  it("goes also from those that were out of reach, whom nobody nearer knows (FLT-DHT-049)", () => {
    const table = crowded();
    const returned = peer(0x2000_0000);
    const beyond = peer(0x8000_0100);
    const answer = (id: PeerId) => (id === returned ? [beyond] : []);
    const target = peer(0x8000_0003).publicKey;
    const asked = (ids: readonly PeerId[]) =>
      run(
        lookupFrom(table, own, target, () => 0, ids),
        answer,
      ).map(distanceOf);
    expect(asked([])).not.toContain(distanceOf(beyond));
    expect(asked([returned])).toEqual(expect.arrayContaining([distanceOf(returned), distanceOf(beyond)]));
  });
});
