import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lookup as machine } from "../generated/machines.ts";
import { BUCKET_SIZE, LOOKUP_MAX_PEERS, LOOKUP_PARALLELISM, type PeerId, parseAddress, toHex } from "../wire/index.ts";
import {
  commonPrefixLength,
  compareDistance,
  DialBudget,
  effectiveAddress,
  Lookup,
  mayDial,
  PeerTable,
} from "./index.ts";

const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
const id = (publicKey: Uint8Array, port = 9000): PeerId => ({
  publicKey,
  address: new Uint8Array([10, 0, 0, 1]),
  port,
});
const number = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes)}`);
const xor = (a: Uint8Array, b: Uint8Array): bigint => number(a) ^ number(b);
const names = (ids: readonly PeerId[]): string[] => ids.map(({ publicKey }) => toHex(publicKey));

describe("distance", () => {
  test("orders as numbers do (FLT-DHT-001)", () => {
    fc.assert(
      fc.property(key, key, key, (target, a, b) => {
        const difference = xor(target, a) - xor(target, b);
        expect(Math.sign(compareDistance(target, a, b))).toBe(difference === 0n ? 0 : difference < 0n ? -1 : 1);
      }),
    );
  });

  test("has so many leading zero bits as the prefix is long (FLT-DHT-002)", () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        const bits = xor(a, b).toString(2);
        expect(commonPrefixLength(a, b)).toBe(xor(a, b) === 0n ? 256 : 256 - bits.length);
      }),
    );
    expect(commonPrefixLength(new Uint8Array(32), new Uint8Array(32))).toBe(256);
  });
});

describe("the table", () => {
  test("gives what a sort of everybody gives (FLT-DHT-020 to FLT-DHT-024)", () => {
    fc.assert(
      fc.property(key, key, fc.array(key, { maxLength: 60 }), (own, target, keys) => {
        const table = new PeerTable(own);
        const kept = new Map<string, Uint8Array>();
        for (const one of [...keys, target, own]) {
          const seen = table.seen(id(one));
          if (seen === "added") kept.set(toHex(one), one);
          expect(seen === "own").toBe(toHex(one) === toHex(own));
        }
        const expected = [...kept.values()]
          .filter((one) => toHex(one) !== toHex(target))
          .sort((a, b) => (xor(target, a) < xor(target, b) ? -1 : 1))
          .slice(0, BUCKET_SIZE);
        expect(names(table.closest(target))).toEqual(expected.map(toHex));
        expect(table.size).toBe(kept.size);
      }),
    );
  });

  test("tells keys apart that begin alike", () => {
    const alike = fc.tuple(fc.constantFrom(0, 1, 128), fc.nat(3), fc.nat(255)).map(([first, middle, last]) => {
      const made = new Uint8Array(32);
      made[0] = first;
      made[4] = middle;
      made[31] = last;
      return made;
    });
    fc.assert(
      fc.property(alike, alike, fc.uniqueArray(alike, { maxLength: 15, selector: toHex }), (own, target, keys) => {
        const table = new PeerTable(own);
        const kept = keys.filter((one) => table.seen(id(Uint8Array.from(one))) === "added");
        const expected = kept
          .filter((one) => toHex(one) !== toHex(target))
          .sort((a, b) => (xor(target, a) < xor(target, b) ? -1 : 1));
        expect(names(table.closest(target))).toEqual(expected.map(toHex));
        for (const one of kept) expect(toHex(table.find(one)?.publicKey ?? new Uint8Array())).toBe(toHex(one));
        const peers = table.peers();
        expect(peers.map((_, place) => table.at(place))).toEqual(peers);
        expect(table.at(peers.length)).toBeUndefined();
      }),
    );
  });

  test("keeps the members of a full bucket and drops the newcomers until one is removed, whose place the latest takes (FLT-DHT-003, FLT-DHT-008)", () => {
    const own = new Uint8Array(32);
    const far = (n: number) => Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 0x80 : i === 31 ? n : 0));
    const table = new PeerTable(own);
    for (let n = 0; n < BUCKET_SIZE; n++) expect(table.seen(id(far(n)))).toBe("added");
    expect(table.seen(id(far(99)))).toBe("full");
    expect(table.seen(id(far(3), 9001))).toBe("updated");
    expect(names(table.peers())[0]).toBe(toHex(far(3)));
    expect(table.find(far(3))?.port).toBe(9001);
    expect(table.remove(far(3))).toBe(true);
    expect(table.remove(far(3))).toBe(false);
    expect(names(table.peers()).at(-1)).toBe(toHex(far(99)));
    expect(table.size).toBe(BUCKET_SIZE);
  });

  test("has nobody take a free place who was removed while it waited", () => {
    const own = new Uint8Array(32);
    const far = (n: number) => Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 0x80 : i === 31 ? n : 0));
    const table = new PeerTable(own);
    for (let n = 0; n < BUCKET_SIZE + 2; n++) table.seen(id(far(n)));
    expect(table.hasRoom(far(200))).toBe(false);
    expect(table.remove(far(BUCKET_SIZE + 1))).toBe(false);
    expect(table.remove(far(0))).toBe(true);
    expect(table.find(far(BUCKET_SIZE + 1))).toBeUndefined();
    expect(table.find(far(BUCKET_SIZE))).toBeDefined();
    expect(table.remove(far(1))).toBe(true);
    expect(table.hasRoom(far(200))).toBe(true);
  });
});

describe("a lookup", () => {
  /** A network in which everybody knows some of the others; `lie` replaces an answer. */
  function run(seed: Uint8Array[], target: Uint8Array, own: Uint8Array, fails: (index: number) => boolean) {
    const peers = seed.map((one) => id(one));
    const lookup = new Lookup(target, own, peers.slice(0, 3));
    const asked: string[] = [];
    let most = 0;
    const waiting: PeerId[] = [];
    while (!lookup.done) {
      for (let next = lookup.next(); next !== undefined; next = lookup.next()) {
        asked.push(toHex(next.publicKey));
        waiting.push(next);
      }
      most = Math.max(most, waiting.length);
      const one = waiting.shift();
      if (one === undefined) throw new Error("neither done nor waiting");
      if (fails(asked.indexOf(toHex(one.publicKey)))) lookup.failed(one.publicKey);
      else {
        const table = new PeerTable(one.publicKey);
        for (const peer of peers) table.seen(peer);
        lookup.answered(one.publicKey, [...table.closest(target), id(own), id(target, 0)]);
      }
    }
    return { lookup, asked, most };
  }

  test("finds the closest, asks nobody twice, never itself, few at a time and not for ever", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(key, { minLength: 3, maxLength: 120, selector: toHex }),
        key,
        key,
        fc.func(fc.integer({ min: 0, max: 9 })),
        (seed, target, own, chance) => {
          fc.pre(!seed.some((one) => toHex(one) === toHex(own) || toHex(one) === toHex(target)));
          const failed = new Set<number>();
          const { lookup, asked, most } = run(seed, target, own, (index) => {
            if (chance(index) === 0) failed.add(index);
            return failed.has(index);
          });
          expect(new Set(asked).size).toBe(asked.length);
          expect(asked).not.toContain(toHex(own));
          expect(most).toBeLessThanOrEqual(LOOKUP_PARALLELISM);
          expect(asked.length).toBeLessThanOrEqual(LOOKUP_MAX_PEERS);
          const living = asked.filter((_, index) => !failed.has(index));
          const closest = names(lookup.closest());
          expect(closest.every((one) => living.includes(one))).toBe(true);
          if (failed.size === 0 && seed.length <= BUCKET_SIZE) {
            expect(new Set(closest)).toEqual(new Set(seed.map(toHex)));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  describe("follows the machine of the specification", () => {
    const peer = id(new Uint8Array(32).fill(2));
    const other = id(new Uint8Array(32).fill(3));
    const fresh = () => new Lookup(new Uint8Array(32), new Uint8Array(32).fill(1), [peer]);
    const stateOf = (lookup: Lookup) => (lookup.done ? "done" : "running");
    /** Brings a lookup into the state, lets the event happen, and says what came of it. */
    const rows: Readonly<Record<string, () => Lookup>> = {
      "running can-ask": () => {
        const lookup = fresh();
        expect(lookup.next()).toBe(peer);
        return lookup;
      },
      "running answer": () => {
        const lookup = fresh();
        lookup.next();
        lookup.answered(peer.publicKey, [other]);
        return lookup;
      },
      "running failure": () => {
        const lookup = new Lookup(new Uint8Array(32), undefined, [peer, other]);
        lookup.next();
        lookup.failed(other.publicKey); // was not asked: nothing
        lookup.failed(peer.publicKey);
        expect(lookup.closest()).toEqual([]);
        return lookup;
      },
      "running nothing-left": () => {
        const lookup = fresh();
        lookup.next();
        lookup.answered(peer.publicKey, []);
        expect(lookup.closest()).toEqual([peer]);
        return lookup;
      },
      "running limit": () => {
        const lookup = new Lookup(new Uint8Array(32), undefined, [peer]);
        for (let n = 0, next = lookup.next(); next !== undefined; next = lookup.next()) {
          const nearer = new Uint8Array(32);
          nearer[2] = 255 - n++;
          lookup.answered(next.publicKey, [id(nearer)]);
        }
        expect(lookup.asked).toBe(LOOKUP_MAX_PEERS);
        return lookup;
      },
      "done answer": () => {
        const lookup = fresh();
        lookup.next();
        lookup.failed(peer.publicKey);
        lookup.answered(peer.publicKey, [other]);
        expect(lookup.closest()).toEqual([]);
        return lookup;
      },
      "done failure": () => {
        const lookup = fresh();
        lookup.next();
        lookup.answered(peer.publicKey, []);
        lookup.failed(peer.publicKey);
        expect(lookup.closest()).toEqual([peer]);
        return lookup;
      },
    };
    test.each(machine.transitions.map((row) => [`${row.state} ${row.event}`, row.next] as const))(
      "%s → %s",
      (name, next) => {
        const row = rows[name];
        if (row === undefined) throw new Error(`the machine has a transition that is not tried here: ${name}`);
        expect(stateOf(row())).toBe(next);
      },
    );
  });

  test("ends after so many peers, however many are named (FLT-DHT-044)", () => {
    const own = new Uint8Array(32).fill(255);
    let count = 0;
    const fresh = () => {
      const publicKey = new Uint8Array(32).fill(0xff);
      // Each is nearer to the target than all before.
      new DataView(publicKey.buffer).setUint32(0, 0xffff_fff0 - count++);
      return id(publicKey);
    };
    const lookup = new Lookup(new Uint8Array(32), own, [fresh()]);
    for (let next = lookup.next(); next !== undefined; next = lookup.next()) {
      lookup.answered(next.publicKey, Array.from({ length: BUCKET_SIZE }, fresh));
    }
    expect(lookup.done).toBe(true);
    expect(lookup.asked).toBe(LOOKUP_MAX_PEERS);
  });
});

describe("addresses from hearsay", () => {
  test.each([
    ["0.0.0.0", "127.0.0.1", false],
    ["224.0.0.1", "127.0.0.1", false],
    ["255.255.255.255", "10.0.0.1", false],
    ["127.0.0.1", "127.0.0.1", true],
    ["127.0.0.1", "10.0.0.1", false],
    ["::1", "8.8.8.8", false],
    ["10.0.0.5", "10.0.0.1", true],
    ["192.168.1.5", "127.0.0.1", true],
    ["10.0.0.5", "8.8.8.8", false],
    ["fe80::1", "8.8.8.8", false],
    ["::ffff:10.0.0.5", "8.8.8.8", false],
    ["9.9.9.9", "8.8.8.8", true],
    ["9.9.9.9", "127.0.0.1", true],
    ["2001:db8::1", "8.8.8.8", true],
  ])("%s from a peer at %s: %s (FLT-DHT-050 to FLT-DHT-053)", (address, source, allowed) => {
    expect(mayDial(parseAddress(address), parseAddress(source))).toBe(allowed);
  });

  test("an unspecified one stands for where the peer is (FLT-DHT-051)", () => {
    expect(effectiveAddress(parseAddress("0.0.0.0"), parseAddress("10.0.0.7"))).toEqual(parseAddress("10.0.0.7"));
    expect(effectiveAddress(parseAddress("::"), parseAddress("10.0.0.7"))).toEqual(parseAddress("10.0.0.7"));
    expect(effectiveAddress(parseAddress("10.0.0.9"), parseAddress("10.0.0.7"))).toEqual(parseAddress("10.0.0.9"));
  });

  test("are dialed eight times a minute at most (FLT-DHT-054)", () => {
    const budget = new DialBudget();
    for (let i = 0; i < 8; i++) expect(budget.take("9.9.9.9:1", i)).toBe(true);
    expect(budget.take("9.9.9.9:1", 59_999)).toBe(false);
    expect(budget.take("9.9.9.9:2", 59_999)).toBe(true);
    expect(budget.take("9.9.9.9:1", 60_000)).toBe(true);
  });

  test("cannot fill the memory that counts them", () => {
    const budget = new DialBudget();
    let allowed = 0;
    for (let i = 0; i < 10_000; i++) if (budget.take(`9.9.9.9:${i}`, 0)) allowed++;
    expect(allowed).toBe(4096);
    expect(budget.take("again", 60_001)).toBe(true);
  });
});
