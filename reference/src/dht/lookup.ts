import { BUCKET_SIZE, equalBytes, LOOKUP_MAX_PEERS, LOOKUP_PARALLELISM, type PeerId } from "../wire/index.ts";
import { compareDistance, distanceStart } from "./distance.ts";

type Progress = "known" | "asked" | "answered" | "failed" | "doubted";
interface Candidate {
  id: PeerId;
  progress: Progress;
  /** Where it is said to be besides, each with who says so. */
  elsewhere: readonly { readonly id: PeerId; readonly source: Candidate }[];
  /** Where it was not found. */
  missedAt: readonly PeerId[];
  /** Who named it, with this address; `undefined` of a peer known beforehand. */
  source: Candidate | undefined;
  /** The paths it was found on, one bit each. */
  paths: number;
  /** The path it was asked on, as one bit: it belongs to no other from then on. 0 beside all paths. */
  askedOn: number;
  /** Peers asked one after the other until it was named. */
  readonly depth: number;
  /** Peers named by this one that failed, less those that answered. */
  falseNames: number;
}

/** Whom to ask, and for which path; 0 for none. */
interface Choice {
  readonly candidate: Candidate;
  readonly path: number;
}

/** How far a lookup goes, and along which paths besides. */
export interface LookupOptions {
  /** How many of the closest must have answered or failed (FLT-DHT-041). Default 16. */
  readonly width?: number;
  /** Peers known beforehand each of which begins a path of its own (FLT-DHT-047). Default none. */
  readonly roots?: readonly PeerId[];
  /** Nearest peers of a path that must have answered or failed. With 1 the first liar on it is its end. Default 4. */
  readonly pathWidth?: number;
}

/** Candidates a lookup keeps in mind: what every peer it may ask can name, so that liars cannot make it grow (FLT-DHT-044). */
const MAX_CANDIDATES = LOOKUP_MAX_PEERS * BUCKET_SIZE;
/** Peers that could not be connected to, each of which cost a dial and no request; more than these count as asked (FLT-DHT-044). */
const MAX_UNREACHED = 2 * LOOKUP_MAX_PEERS;
/** Most candidates need no list of their own. */
const NONE: readonly never[] = [];
/** Paths are bits of a number. */
const MAX_PATHS = 24;
const PATH_WIDTH = 4;
/** Other addresses of one peer that are kept, of those that different peers name. */
const MAX_ELSEWHERE = BUCKET_SIZE;
/** Failures that outweigh true names, after which a peer's word counts no more (FLT-DHT-048). */
const MAX_FALSE_NAMES = 2;

/**
 * One iterative lookup as a state machine (spec/machines/lookup.json). The caller asks whom {@link next} names, tells what came of it,
 * and calls {@link next} again until it is {@link done}.
 *
 * Whoever names only its accomplices takes over a lookup that follows the nearest: they are living peers, and nearer than the honest ones
 * that were known so far. So a lookup also walks from several roots along paths that share nobody: each is lost only if it meets a
 * liar itself.
 */
export class Lookup {
  readonly target: Uint8Array;
  readonly #own: Uint8Array | undefined;
  readonly #width: number;
  readonly #paths: number;
  readonly #pathWidth: number;
  /** All that are known, nearest first. */
  readonly #sorted: Candidate[] = [];
  /** Beginnings of their distances to the target, in the same order: to look for a place is not to read all keys. */
  readonly #distances: number[] = [];
  #asked = 0;
  #unreached = 0;
  #underWay = 0;
  #turn = 0;

  /** @param own the node's key, which is never asked (FLT-DHT-032). @param seeds peers known beforehand. */
  constructor(
    target: Uint8Array,
    own: Uint8Array | undefined,
    seeds: readonly PeerId[],
    { width = BUCKET_SIZE, roots = [], pathWidth = PATH_WIDTH }: LookupOptions = {},
  ) {
    this.target = target;
    this.#width = width;
    this.#pathWidth = pathWidth;
    this.#own = own;
    this.#paths = Math.min(roots.length, MAX_PATHS);
    for (const [path, id] of roots.slice(0, MAX_PATHS).entries()) this.#add(id, undefined, 1 << path);
    for (const id of seeds) this.#add(id, undefined, 0);
  }

  /** Peers asked so far, without those that could not be reached. */
  get asked(): number {
    return this.#asked;
  }

  /** Nothing is under way, and nobody is left to ask, or too many were asked (FLT-DHT-041, FLT-DHT-044). */
  get done(): boolean {
    return this.#underWay === 0 && this.#choose() === undefined;
  }

  /** Whom to ask now, or `undefined` when an answer has to come first or the lookup is done. */
  next(): PeerId | undefined {
    if (this.#underWay >= LOOKUP_PARALLELISM) return undefined;
    const choice = this.#choose();
    if (choice === undefined) return undefined;
    const { candidate, path } = choice;
    candidate.progress = "asked";
    candidate.askedOn = path;
    this.#asked++;
    this.#underWay++;
    this.#turn++;
    return candidate.id;
  }

  /** A peer that was asked has answered. IDs that cannot be dialed must have been taken out. */
  answered(publicKey: Uint8Array, closest: readonly PeerId[]): void {
    const candidate = this.#settle(publicKey, "answered");
    if (candidate === undefined) return;
    if (candidate.source !== undefined) candidate.source.falseNames--;
    for (const id of closest) this.#add(id, candidate, candidate.askedOn);
  }

  /**
   * A peer that was to be asked answered wrongly or not in time, or could not be connected to (FLT-DHT-043).
   * @param sent whether a request was sent to it
   */
  failed(publicKey: Uint8Array, sent = true): void {
    const candidate = this.#settle(publicKey, "failed");
    if (candidate === undefined) return;
    if (!sent && this.#unreached < MAX_UNREACHED) {
      this.#unreached++;
      this.#asked--;
    }
    const { source } = candidate;
    candidate.missedAt = [...candidate.missedAt, candidate.id];
    this.#turnElsewhere(candidate);
    if (source === undefined || ++source.falseNames < MAX_FALSE_NAMES) return;
    for (const other of this.#sorted) {
      if (other.source !== source || other.progress !== "known") continue;
      other.progress = "doubted";
      this.#turnElsewhere(other);
    }
  }

  /** How many peers were asked one after the other until this one was named; 0 of one known beforehand, `undefined` of a stranger. */
  depthOf(publicKey: Uint8Array): number | undefined {
    return this.#find(publicKey)?.depth;
  }

  /** Whether a peer has answered in this lookup, and so is there. */
  hasAnswered(publicKey: Uint8Array): boolean {
    return this.#find(publicKey)?.progress === "answered";
  }

  /** The closest peers that have answered, nearest first, at most 16. */
  closest(): PeerId[] {
    return this.#first((progress) => progress === "answered");
  }

  /** The closest peers known, nearest first, at most 16, whether or not they were asked; without those that failed. */
  nearest(): PeerId[] {
    return this.#first((progress) => progress !== "failed" && progress !== "doubted");
  }

  #first(wanted: (progress: Progress) => boolean): PeerId[] {
    const found: PeerId[] = [];
    for (const { id, progress } of this.#sorted) {
      if (wanted(progress) && found.push(id) >= BUCKET_SIZE) break;
    }
    return found;
  }

  #settle(publicKey: Uint8Array, progress: "answered" | "failed"): Candidate | undefined {
    const candidate = this.#find(publicKey);
    if (candidate?.progress !== "asked") return undefined;
    candidate.progress = progress;
    this.#underWay--;
    return candidate;
  }

  /** The nearest of all and the nearest of a path in turn, so that neither starves the other. */
  #choose(): Choice | undefined {
    if (this.#asked >= LOOKUP_MAX_PEERS) return undefined;
    const choice =
      this.#turn % 2 === 0
        ? (this.#nearestUnasked() ?? this.#nextOnPath())
        : (this.#nextOnPath() ?? this.#nearestUnasked());
    if (choice !== undefined || this.#underWay > 0) return choice;
    return this.#nearestDoubted();
  }

  /** Whom only peers of doubtful word have named is asked when there is nobody else: they may just have forgotten to forget. */
  #nearestDoubted(): Choice | undefined {
    const nearest = this.#sorted.find(({ progress }) => progress === "doubted");
    if (nearest === undefined || this.#sorted.filter(isLiving).length >= this.#width) return undefined;
    return { candidate: nearest, path: 0 };
  }

  #nearestUnasked(): Choice | undefined {
    let living = 0;
    for (const candidate of this.#sorted) {
      // One of its paths goes on with it.
      if (candidate.progress === "known") return { candidate, path: candidate.paths & -candidate.paths };
      if (isLiving(candidate) && ++living >= this.#width) return undefined;
    }
    return undefined;
  }

  /** The paths take turns; one is at its end when its nearest have all answered. */
  #nextOnPath(): Choice | undefined {
    const first = (this.#turn >> 1) % Math.max(1, this.#paths);
    for (let turn = 0; turn < this.#paths; turn++) {
      const path = 1 << ((first + turn) % this.#paths);
      let living = 0;
      for (const candidate of this.#sorted) {
        if ((candidate.paths & path) === 0) continue;
        if (candidate.progress === "known") return { candidate, path };
        if (candidate.askedOn === path && isLiving(candidate) && ++living >= this.#pathWidth) break;
      }
    }
    return undefined;
  }

  #add(id: PeerId, source: Candidate | undefined, paths: number): void {
    if (this.#isOwn(id.publicKey) || id.port === 0) return;
    const distance = distanceStart(this.target, id.publicKey);
    const at = this.#placeOf(id.publicKey, distance);
    const there = this.#distances[at] === distance ? (this.#sorted[at] as Candidate) : undefined;
    if (there !== undefined && equalBytes(there.id.publicKey, id.publicKey)) {
      there.paths |= paths;
      this.#nameAgain(there, id, source);
      return;
    }
    if (this.#sorted.length >= MAX_CANDIDATES) return;
    const depth = source === undefined ? 0 : source.depth + 1;
    insert(this.#distances, at, distance);
    insert<Candidate>(this.#sorted, at, {
      id,
      progress: "known",
      elsewhere: NONE,
      missedAt: NONE,
      source,
      paths,
      askedOn: 0,
      depth,
      falseNames: 0,
    });
  }

  /** A peer is named once more. What one says of it may be false and what another says be true. */
  #nameAgain(candidate: Candidate, id: PeerId, source: Candidate | undefined): void {
    if (source === undefined || candidate.source === undefined || source.falseNames >= MAX_FALSE_NAMES) return;
    if (isSamePlace(candidate.id, id) && candidate.progress !== "doubted") return;
    const same = (other: PeerId) => isSamePlace(other, id);
    if (candidate.elsewhere.length >= MAX_ELSEWHERE || candidate.elsewhere.some((other) => same(other.id))) return;
    if (candidate.missedAt.some(same)) return;
    candidate.elsewhere = [...candidate.elsewhere, { id, source }];
    if (!isLiving(candidate)) this.#turnElsewhere(candidate);
  }

  /** Where the peer was said to be it is not: there may be another place. */
  #turnElsewhere(candidate: Candidate): void {
    const credible = candidate.elsewhere.filter(({ source }) => source.falseNames < MAX_FALSE_NAMES);
    const [first] = credible;
    if (first === undefined) return;
    // Whoever has named fewer false peers is tried first.
    const other = credible.reduce((best, one) => (one.source.falseNames < best.source.falseNames ? one : best), first);
    candidate.elsewhere = credible.filter((one) => one !== other);
    candidate.id = other.id;
    candidate.source = other.source;
    candidate.progress = "known";
  }

  #isOwn(publicKey: Uint8Array): boolean {
    return this.#own !== undefined && equalBytes(publicKey, this.#own);
  }

  #find(publicKey: Uint8Array): Candidate | undefined {
    const candidate = this.#sorted[this.#placeOf(publicKey, distanceStart(this.target, publicKey))];
    if (candidate === undefined || compareDistance(this.target, candidate.id.publicKey, publicKey) !== 0)
      return undefined;
    return candidate;
  }

  /** Where a key stands among the candidates, or would stand. */
  #placeOf(publicKey: Uint8Array, distance: number): number {
    const distances = this.#distances;
    let low = 0;
    let high = distances.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const farther =
        distance - (distances[middle] as number) ||
        compareDistance(this.target, publicKey, (this.#sorted[middle] as Candidate).id.publicKey);
      if (farther > 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** As `splice`, which makes an array of what it has taken out each time. */
function insert<T>(list: T[], at: number, item: T): void {
  let place = list.push(item) - 1;
  for (; place > at; place--) list[place] = list[place - 1] as T;
  list[at] = item;
}

const isSamePlace = (a: PeerId, b: PeerId): boolean =>
  a === b || (a.port === b.port && equalBytes(a.address, b.address));

/** Counts among the nearest: not known to be false. */
const isLiving = ({ progress }: Candidate): boolean => progress !== "failed" && progress !== "doubted";
