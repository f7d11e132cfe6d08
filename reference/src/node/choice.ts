import type { Link } from "./link.ts";
import type { Provider } from "./provider.ts";

/**
 * Which of several providers a call goes to: the one with the fewest calls of this node under way (default), any, each in turn, or
 * what a function picks from a list that is never empty.
 */
export type Choice = "least-in-flight" | "random" | "round-robin" | ((providers: readonly Provider[]) => Provider);

/** The links in the order in which a choice would try them. */
export class Chooser {
  readonly #random: () => number;
  /** Calls so far that took each in turn. */
  #turn = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  pick(links: readonly Link[], choice: Choice, providerOf: (link: Link) => Provider): Link | undefined {
    const first = links[0];
    if (links.length < 2 || first === undefined) return first;
    if (choice === "random") return links[Math.floor(this.#random() * links.length)];
    if (choice === "round-robin") {
      // By key, so that the order does not follow who connected when.
      const sorted = [...links].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
      return sorted[this.#turn++ % sorted.length];
    }
    if (typeof choice === "function") {
      const providers = links.map((link) => providerOf(link));
      return links[providers.indexOf(choice(providers))];
    }
    let best = [first];
    for (const link of links.slice(1)) {
      const difference = link.connection.outboundStreams - (best[0] as Link).connection.outboundStreams;
      if (difference < 0) best = [link];
      else if (difference === 0) best.push(link);
    }
    return best[Math.floor(this.#random() * best.length)];
  }
}

const nameOf = (link: Link): string => link.key ?? link.name;
