import { equalBytes, type PeerId } from "../wire/index.ts";
import { keyStart } from "./distance.ts";

/**
 * Peers in an order, each once, with the first 32 bits of each key beside them: a key is found, and near ones are chosen, without
 * reading the keys of all.
 */
export class PeerList {
  readonly ids: PeerId[] = [];
  readonly starts: number[] = [];

  get size(): number {
    return this.ids.length;
  }

  find(publicKey: Uint8Array): PeerId | undefined {
    return this.ids[this.#placeOf(publicKey)];
  }

  putFirst(id: PeerId): void {
    this.ids.unshift(id);
    this.starts.unshift(keyStart(id.publicKey));
  }

  putLast(id: PeerId): void {
    this.ids.push(id);
    this.starts.push(keyStart(id.publicKey));
  }

  /** Returns whether the peer was there. */
  remove(publicKey: Uint8Array): boolean {
    const at = this.#placeOf(publicKey);
    if (at < 0) return false;
    this.ids.splice(at, 1);
    this.starts.splice(at, 1);
    return true;
  }

  /** -1 of a stranger. */
  #placeOf(publicKey: Uint8Array): number {
    const start = keyStart(publicKey);
    let at = this.starts.indexOf(start);
    while (at >= 0 && !equalBytes((this.ids[at] as PeerId).publicKey, publicKey))
      at = this.starts.indexOf(start, at + 1);
    return at;
  }
}
