/** Which names stand for files that can be read to an end. */
import { stat } from "node:fs/promises";
import { join } from "node:path";

/** How long what was seen of a name is believed, in ms: a look at each request for it would cost a tenth of the time of its answer. */
const BELIEVED_MS = 1_000;
/** Names that are remembered; all are forgotten where one more comes. */
const MOST_NAMES = 1_024;

/** Looks at what is to be opened: that of a pipe waits until somebody writes into it, in a thread that all files share. */
export class PlainFiles {
  readonly #root: string;
  /** When each was a file or a folder, in ms. */
  readonly #seenAt = new Map<string, number>();

  /** @param root the folder of all names */
  constructor(root: string) {
    this.#root = root;
  }

  /** False for pipes, sockets and devices, and for links that lead in a circle. What is not there is for whoever opens it. */
  may(name: string): boolean | Promise<boolean> {
    const now = performance.now();
    const seenAt = this.#seenAt.get(name);
    if (seenAt !== undefined && now - seenAt < BELIEVED_MS) return true;
    return this.#look(name, now);
  }

  async #look(name: string, now: number): Promise<boolean> {
    try {
      const found = await stat(join(this.#root, name));
      if (!found.isFile() && !found.isDirectory()) return false;
      if (this.#seenAt.size >= MOST_NAMES) this.#seenAt.clear();
      this.#seenAt.set(name, now);
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code !== "ELOOP";
    }
  }
}
