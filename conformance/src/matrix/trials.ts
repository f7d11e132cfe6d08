// What is tried between two peers, in the order in which it is tried.

/** From A, which dialed, to B, or back from B to A. */
export type Direction = "forth" | "back";

export interface Trial {
  readonly id: string;
  /** Trials of one group stand under one heading. */
  readonly group: string;
  readonly direction?: Direction;
  /** What has happened when it passes. */
  readonly passes: string;
}

/** Length of the large body, in bytes. */
export const LARGE = 1 << 20;
/** Time from the moment at which a restarted peer accepts connections until a call each way has to work again, in seconds. */
export const RESTART_SECONDS = 10;

function eachWay(id: string, group: string, passes: string): Trial[] {
  return [
    { id: `${id}-forth`, group, direction: "forth", passes },
    { id: `${id}-back`, group, direction: "back", passes },
  ];
}

export const TRIALS: readonly Trial[] = [
  {
    id: "dial",
    group: "Dial",
    passes:
      "A was started with the address of B and dialed it; asked for the peers they know, A names B and B names A, each with the key and port that the other announces",
  },
  ...eachWay("call", "Call", "a body of a few bytes comes back from the other's `echo`, and the response ends"),
  ...eachWay("headers", "Headers", "headers in ASCII come back from the other's `headers`, the same and no more"),
  ...eachWay("utf8", "UTF-8 headers", "the same with values of two and three bytes per character"),
  ...eachWay("large", "1 MiB", "a body of 1,048,576 bytes comes back from the other's `echo`, the same byte for byte"),
  ...eachWay("empty", "Empty body", "an empty body comes back from the other's `echo` and from its `empty`"),
  ...eachWay(
    "unknown",
    "Unknown",
    "a call of a service that the other does not announce is refused by the caller with `no-provider`, without asking; with `echo` named behind it, `echo` answers",
  ),
  {
    id: "restart-listener",
    group: "B restarts",
    passes: `B was killed and started again on its port: within ${RESTART_SECONDS} s a call each way works`,
  },
  {
    id: "restart-dialer",
    group: "A restarts",
    passes: `A was killed and started again on its port: within ${RESTART_SECONDS} s a call each way works`,
  },
];

/** The trials by heading, in their order. */
export function groupsOf(trials: readonly Trial[]): readonly { readonly name: string; readonly trials: Trial[] }[] {
  const groups: { name: string; trials: Trial[] }[] = [];
  for (const trial of trials) {
    const last = groups.at(-1);
    if (last?.name === trial.group) last.trials.push(trial);
    else groups.push({ name: trial.group, trials: [trial] });
  }
  return groups;
}
