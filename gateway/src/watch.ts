/** Tells when a file has changed. */
import { stat } from "node:fs/promises";

/** How often the file is looked at, in ms. It is asked for, as not every system and not every mount tells of changes, nor of those behind a link. */
const INTERVAL_MS = 400;

/** A file that is looked at; what it was when this was made is where changes begin. */
export class WatchedFile {
  readonly #file: string;
  #told: string;
  #seen: string;
  #timer: NodeJS.Timeout | undefined;

  private constructor(file: string, mark: string) {
    this.#file = file;
    this.#told = mark;
    this.#seen = mark;
  }

  static async of(file: string): Promise<WatchedFile> {
    return new WatchedFile(file, await markOf(file));
  }

  /** Calls `onChange` when the file is another or has been written, once it has stayed the same for one interval: some programs write it in pieces. */
  start(onChange: () => void): void {
    let looking = false;
    this.#timer = setInterval(async () => {
      if (looking) return;
      looking = true;
      const mark = await markOf(this.#file);
      looking = false;
      const still = mark === this.#seen;
      this.#seen = mark;
      if (!still || mark === this.#told || this.#timer === undefined) return;
      this.#told = mark;
      onChange();
    }, INTERVAL_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

/** Differs for each content a file has had, and for each file that took its place. */
async function markOf(file: string): Promise<string> {
  const found = await stat(file, { bigint: true }).catch(() => undefined);
  return found === undefined ? "" : [found.ino, found.size, found.mtimeNs, found.ctimeNs].join(" ");
}
