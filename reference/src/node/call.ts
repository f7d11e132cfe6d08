import { RESPONSE_TIMEOUT_MS } from "../wire/index.ts";
import type { Canceller } from "./canceller.ts";
import type { Choice } from "./choice.ts";
import { FlatendError } from "./errors.ts";
import { Exchange } from "./exchange.ts";
import { type Headers, headerList } from "./headers.ts";
import type { Link } from "./link.ts";
import type { Provider } from "./provider.ts";
import { type Body, RequestSource } from "./request-source.ts";
import type { Response } from "./response.ts";

/** A call is given up so many ms before its connection would fail it, which takes no more calls after that (FLT-STR-016). */
const MARGIN_MS = 500;

/** What goes with a call. Each is optional. */
export interface CallOptions {
  /** UTF-8, at most 255 bytes a key and 65,535 a value; with the names they must fit one frame of 4,080 bytes. */
  readonly headers?: Headers | undefined;
  /** Streamed if it is an iterable. Default: empty. */
  readonly body?: Body | undefined;
  /** Ends the call when it is aborted, in any phase. */
  readonly signal?: AbortSignal | undefined;
  /** The same for programs that make so many calls that a signal for each costs too much. */
  readonly canceller?: Canceller | undefined;
  /** Which of several providers is called. Default: the node's own choice. */
  readonly choose?: Choice | undefined;
  /** Providers that are called only where no other can be. Default: none. */
  readonly avoid?: ((provider: Provider) => boolean) | undefined;
  /** Is told of each provider just before it is asked; of several, where the ones before have refused. */
  readonly onAsk?: ((provider: Provider) => void) | undefined;
  /**
   * ms from the call to the head of the response, whatever of the body is sent by then; at most 30,000. Default: 30,000 in which neither the head comes nor
   * anything more of the body is sent, so that a long upload may be answered at its end (FLT-STR-016).
   */
  readonly timeout?: number | undefined;
}

/** What a call needs of its node. */
export interface CallHost {
  /**
   * A link to a provider that was not tried, the best first; `undefined` when there is none left.
   * Rejects when one would have to be dialed and cannot be reached. At once where it can be, so that calls of one moment see each other.
   */
  acquire(services: readonly string[], tried: ReadonlySet<Link>): Link | undefined | Promise<Link | undefined>;
  /** The link's provider is about to be asked. */
  asking(link: Link): void;
  after(ms: number, callback: () => void): () => void;
  /** ms of the clock that `after` goes by. */
  now(): number;
  /** The call is valid and begins. */
  started(): void;
  /** Comes once after `started`: with the error, or without one when the response was read to its end. */
  ended(error?: unknown): void;
}

/** Calls the first provider that serves one of the services, trying others after handled 0 (FLT-PRV-005, FLT-PRV-007). */
export async function call(host: CallHost, services: readonly string[], options: CallOptions): Promise<Response> {
  const { signal, canceller } = options;
  const timeout = options.timeout ?? RESPONSE_TIMEOUT_MS;
  if (!(timeout > 0 && timeout <= RESPONSE_TIMEOUT_MS)) {
    throw new FlatendError("INVALID_ARGUMENT", `timeout: expected 1 to ${RESPONSE_TIMEOUT_MS} ms, got ${timeout}`);
  }
  const aborted = () =>
    new FlatendError("ABORTED", "the call was aborted", canceller?.cancelled ? canceller.reason : signal?.reason);
  if (signal?.aborted || canceller?.cancelled) throw aborted();
  const source = new RequestSource(options.body);
  const headers = headerList(options.headers ?? {});
  let exchange: Exchange | undefined;
  let response: Response | undefined;
  let ended: FlatendError | undefined;
  let stop: ((error: FlatendError) => void) | undefined;
  const unlessStopped = <T>(wanted: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      stop = reject;
      wanted.then(resolve, reject);
    });
  const end = (error: FlatendError): void => {
    ended = error;
    stop?.(error);
    exchange?.giveUp(error);
    response?.destroy(error);
  };
  const startTimer = (ms: number): (() => void) =>
    host.after(ms, () => {
      const sentAt = options.timeout === undefined ? exchange?.sentAt : undefined;
      const left = sentAt === undefined ? 0 : sentAt + timeout - MARGIN_MS - host.now();
      if (left > 0) {
        cancelTimer = startTimer(left);
        return;
      }
      end(new FlatendError("TIMEOUT", `expected an answer of [${services.join(", ")}] within ${timeout} ms, got none`));
    });
  let cancelTimer = startTimer(timeout);
  const onAbort = () => end(aborted());
  signal?.addEventListener("abort", onAbort, { once: true });
  const uncancel = canceller?.onCancel(onAbort);
  const release = () => {
    signal?.removeEventListener("abort", onAbort);
    uncancel?.();
  };
  host.started();
  try {
    const tried = new Set<Link>();
    for (;;) {
      const acquired = host.acquire(services, tried);
      const link = acquired instanceof Promise ? await unlessStopped(acquired) : acquired;
      if (ended) throw ended;
      if (link === undefined) throw nobody(services, tried.size);
      tried.add(link);
      host.asking(link);
      exchange = new Exchange(link, services, headers);
      const sending = exchange.send(source);
      response = await exchange.answer;
      if (response !== undefined) {
        source.accepted();
        response.whenOver((error, isRead) => {
          release();
          host.ended(error ?? (isRead ? undefined : aborted()));
        });
        sending?.then(() => source.close()).catch(() => {});
        return response;
      }
      link.refused();
      // The refused attempt may still wait for a piece of the body, which the next one shares with it.
      if (!source.repeatable) throw unhandled(services, "its body can no longer be sent from the beginning");
    }
  } catch (error) {
    release();
    source.close().catch(() => {});
    host.ended(error);
    throw error;
  } finally {
    cancelTimer();
  }
}

function nobody(services: readonly string[], tried: number): FlatendError {
  if (tried > 0) return unhandled(services, `${tried} provider${tried > 1 ? "s" : ""} refused`);
  return new FlatendError(
    "NO_PROVIDER",
    `No nodes were able to process your request for service(s): [${services.join(", ")}]`,
  );
}

const unhandled = (services: readonly string[], why: string): FlatendError =>
  new FlatendError("UNHANDLED", `[${services.join(", ")}] was not served: ${why}`);
