import { BUCKET_SIZE, LOOKUP_MAX_PEERS, LOOKUP_PARALLELISM, type PeerId, toHex } from "../wire/index.ts";
import { compareDistance } from "./distance.ts";

type Progress = "known" | "asked" | "answered" | "failed";
interface Candidate {
  readonly id: PeerId;
  progress: Progress;
}

/** Candidates a lookup keeps in mind: what every peer it may ask can name, so that liars cannot make it grow (FLT-DHT-044). */
const MAX_CANDIDATES = LOOKUP_MAX_PEERS * BUCKET_SIZE;

/**
 * One iterative lookup as a state machine (spec/machines/lookup.json). The caller asks whom {@link next} names, tells what came of it,
 * and calls {@link next} again until it is {@link done}.
 */
export class Lookup {
  readonly target: Uint8Array;
  readonly #own: string | undefined;
  readonly #width: number;
  readonly #candidates = new Map<string, Candidate>();
  /** The same candidates, nearest first. */
  readonly #sorted: Candidate[] = [];
  #asked = 0;
  #underWay = 0;

  /**
   * @param own the node's key, which is never asked (FLT-DHT-032). @param seeds peers known beforehand.
   * @param width how many of the closest must have answered or failed (FLT-DHT-041).
   */
  constructor(target: Uint8Array, own: Uint8Array | undefined, seeds: readonly PeerId[], width: number = BUCKET_SIZE) {
    this.target = target;
    this.#width = width;
    this.#own = own && toHex(own);
    for (const id of seeds) this.#add(id);
  }

  /** Peers asked so far. */
  get asked(): number {
    return this.#asked;
  }

  /** Nothing is under way, and nobody is left to ask, or too many were asked (FLT-DHT-041, FLT-DHT-044). */
  get done(): boolean {
    return this.#underWay === 0 && this.#nearestUnasked() === undefined;
  }

  /** Whom to ask now, or `undefined` when an answer has to come first or the lookup is done. */
  next(): PeerId | undefined {
    if (this.#underWay >= LOOKUP_PARALLELISM) return undefined;
    const candidate = this.#nearestUnasked();
    if (candidate === undefined) return undefined;
    candidate.progress = "asked";
    this.#asked++;
    this.#underWay++;
    return candidate.id;
  }

  /** A peer that was asked has answered. IDs that cannot be dialed must have been taken out. */
  answered(publicKey: Uint8Array, closest: readonly PeerId[]): void {
    if (!this.#settle(publicKey, "answered")) return;
    for (const id of closest) this.#add(id);
  }

  /** A peer that was asked could not be reached, answered wrongly or not in time (FLT-DHT-043). */
  failed(publicKey: Uint8Array): void {
    this.#settle(publicKey, "failed");
  }

  /** The closest peers that have answered, nearest first, at most 16. */
  closest(): PeerId[] {
    return this.#sorted
      .filter((candidate) => candidate.progress === "answered")
      .slice(0, BUCKET_SIZE)
      .map((candidate) => candidate.id);
  }

  /** The closest peers known, nearest first, at most 16, whether or not they were asked; without those that failed. */
  nearest(): PeerId[] {
    return this.#sorted
      .filter((candidate) => candidate.progress !== "failed")
      .slice(0, BUCKET_SIZE)
      .map((candidate) => candidate.id);
  }

  #settle(publicKey: Uint8Array, progress: Progress): boolean {
    const candidate = this.#candidates.get(toHex(publicKey));
    if (candidate?.progress !== "asked") return false;
    candidate.progress = progress;
    this.#underWay--;
    return true;
  }

  #nearestUnasked(): Candidate | undefined {
    if (this.#asked >= LOOKUP_MAX_PEERS) return undefined;
    let living = 0;
    for (const candidate of this.#sorted) {
      if (candidate.progress === "known") return candidate;
      if (candidate.progress !== "failed" && ++living >= this.#width) return undefined;
    }
    return undefined;
  }

  #add(id: PeerId): void {
    const key = toHex(id.publicKey);
    if (key === this.#own || id.port === 0 || this.#candidates.has(key)) return;
    if (this.#candidates.size >= MAX_CANDIDATES) return;
    const candidate: Candidate = { id, progress: "known" };
    this.#candidates.set(key, candidate);
    const at = this.#sorted.findIndex((other) => compareDistance(this.target, id.publicKey, other.id.publicKey) < 0);
    this.#sorted.splice(at < 0 ? this.#sorted.length : at, 0, candidate);
  }
}
