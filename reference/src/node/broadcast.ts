import type { CallOptions } from "./call.ts";
import { FlatendError } from "./errors.ts";
import type { Provider } from "./provider.ts";
import type { Response } from "./response.ts";

/** Calls of one broadcast that are under way at a time unless told otherwise. */
const DEFAULT_CALLS_AT_ONCE = 256;

const ENOUGH = "nobody waits for the other answers";

/** What a broadcast sends to each provider. */
export interface BroadcastOptions extends Omit<CallOptions, "body" | "choose"> {
  /** Sent to each provider, so it must be text or bytes: a stream can be sent only once. Default: empty. */
  readonly body?: string | Uint8Array | undefined;
  /** Most calls that wait for the head of their response at a time; the others follow as these end. Default: 256. */
  readonly limit?: number | undefined;
}

/** What became of a broadcast at one provider: its response, or why there is none. */
export type BroadcastAnswer =
  | { readonly provider: Provider; readonly response: Response; readonly error?: undefined }
  | { readonly provider: Provider; readonly response?: undefined; readonly error: Error };

/**
 * The answers of a broadcast, each as soon as it is there. Whoever stops listening to them ends the calls that have no answer yet. Read or
 * `destroy()` every response: one that is left alone keeps its stream until the peer's time runs out.
 */
export interface Broadcast extends AsyncIterable<BroadcastAnswer> {
  /** The providers that are called. */
  readonly providers: readonly Provider[];
  /** All answers, in the order of the providers. Never rejects: a call that fails is an answer with an `error`. */
  all(): Promise<BroadcastAnswer[]>;
}

/** Calls every provider at once. Throws INVALID_ARGUMENT. */
export function broadcast(
  providers: readonly Provider[],
  services: readonly string[],
  options: BroadcastOptions,
): Broadcast {
  const { limit = DEFAULT_CALLS_AT_ONCE, body, signal, ...rest } = options;
  if (!(Number.isInteger(limit) && limit > 0)) {
    throw new FlatendError("INVALID_ARGUMENT", `limit: expected a whole number above 0, got ${limit}`);
  }
  if (body !== undefined && body !== null && typeof body !== "string" && !(body instanceof Uint8Array)) {
    throw new FlatendError(
      "INVALID_ARGUMENT",
      `body: expected text or bytes, which can be sent to each provider, got ${typeof body}`,
    );
  }
  let enough = false;
  const unanswered = new Set<AbortController>();
  const ask = async (provider: Provider): Promise<BroadcastAnswer> => {
    const ending = new AbortController();
    unanswered.add(ending);
    if (enough) ending.abort(ENOUGH);
    const ended = signal ? AbortSignal.any([signal, ending.signal]) : ending.signal;
    try {
      return { provider, response: await provider.call(services, { ...rest, body, signal: ended }) };
    } catch (error) {
      return { provider, error: error as Error };
    } finally {
      // From here on the response is its user's, who may read it after the last answer has come.
      unanswered.delete(ending);
    }
  };
  const stop = (): void => {
    enough = true;
    for (const ending of unanswered) ending.abort(ENOUGH);
  };
  const answers = atMost(limit, providers, ask);
  return {
    providers,
    all: () => Promise.all(answers),
    [Symbol.asyncIterator]: () => inOrderOfArrival(answers, stop),
  };
}

/** Runs a task for each item, so many at a time. The tasks never reject. */
function atMost<Item, Result>(
  limit: number,
  items: readonly Item[],
  task: (item: Item) => Promise<Result>,
): Promise<Result>[] {
  const waiting: (() => void)[] = [];
  return items.map(async (item, index) => {
    if (index >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    const result = await task(item);
    waiting.shift()?.();
    return result;
  });
}

async function* inOrderOfArrival<Result>(
  promises: readonly Promise<Result>[],
  onReturn: () => void,
): AsyncGenerator<Result, void, void> {
  const arrived: Result[] = [];
  let wake = (): void => {};
  for (const promise of promises) {
    void promise.then((result) => {
      arrived.push(result);
      wake();
    });
  }
  try {
    for (let count = 0; count < promises.length; count++) {
      while (arrived.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      yield arrived.shift() as Result;
    }
  } finally {
    onReturn();
  }
}
