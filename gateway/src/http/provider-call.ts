/** The call behind one request: which provider is left alone, and when another one is asked. */
import { type CallOptions, FlatendError, type Node, type Provider, type Response } from "flatend";
import type { Attempt, Circuits } from "../health/circuits.ts";

/** Time to the head of a response, in ms, however often the call is made. */
const RESPONSE_TIMEOUT_MS = 30_000;
/** How often a call that was lost is made again. */
const MOST_REPEATS = 2;
/** Methods that RFC 9110 calls idempotent. */
const IDEMPOTENT = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]);
/** The call was made once more and nobody has begun it: that says nothing of the one before. */
const NOBODY = new Set(["NO_PROVIDER", "UNHANDLED", "CONNECT_FAILED", "LIMIT"]);

export interface ProviderCall {
  readonly services: readonly string[];
  /** Of the route. */
  readonly circuits: Circuits;
  /** Of the request. */
  readonly method: string;
  readonly options: Pick<CallOptions, "headers" | "body" | "canceller">;
  /** Whether nothing comes of `options.body` but its end. */
  readonly isEmpty?: boolean;
  /** Called when the call is made again. */
  readonly onRepeat?: () => void;
}

/** Calls a provider, and up to two more where each before was lost and the request may be repeated (FLT-GWY-110, FLT-GWY-113). */
export async function callProvider(node: Pick<Node, "call">, call: ProviderCall): Promise<Response> {
  const { services, method, options } = call;
  const isEmpty = options.body === undefined || call.isEmpty === true;
  const watch = new Watch(call.circuits, isEmpty);
  const end = performance.now() + RESPONSE_TIMEOUT_MS;
  let lost: unknown;
  for (let left = isEmpty && IDEMPOTENT.has(method) ? MOST_REPEATS : 0; ; left--) {
    try {
      // The first one may last as long as its body takes, and 30 s more; one that is made again has no body.
      const timeout = lost === undefined ? undefined : end - performance.now();
      const { headers, body, canceller } = options;
      const given = { headers, body, canceller, timeout, avoid: watch.avoid, onAsk: watch.onAsk };
      const response = await node.call(services, given);
      watch.answered();
      return response;
    } catch (error) {
      const wasLost = watch.failed(error);
      if (lost !== undefined && NOBODY.has(codeOf(error) ?? "")) throw lost;
      if (!wasLost || left === 0 || options.canceller?.cancelled || performance.now() >= end - 1) throw error;
      lost ??= error;
      call.onRepeat?.();
    }
  }
}

/** Who is asked for one request, and what came of it. */
class Watch {
  readonly #circuits: Circuits;
  readonly #hasNoBody: boolean;
  /** Providers with which calls of this request were lost. */
  readonly #lost: string[] = [];
  #attempt: Attempt | undefined;

  constructor(circuits: Circuits, hasNoBody: boolean) {
    this.#circuits = circuits;
    this.#hasNoBody = hasNoBody;
  }

  /** Nothing to think about as long as nobody fails. */
  get avoid(): ((provider: Provider) => boolean) | undefined {
    if (this.#lost.length === 0 && this.#circuits.size === 0) return undefined;
    return (provider) => {
      const name = nameOf(provider);
      return this.#lost.includes(name) || this.#circuits.avoids(name, performance.now());
    };
  }

  readonly onAsk = (provider: Provider): void => {
    // The one before has refused.
    if (this.#attempt !== undefined) this.#circuits.undecided(this.#attempt);
    this.#attempt = this.#circuits.asked(nameOf(provider), performance.now());
  };

  answered(): void {
    if (this.#attempt !== undefined) this.#circuits.answered(this.#attempt);
  }

  /** Whether a provider was lost after it was asked. */
  failed(error: unknown): boolean {
    const attempt = this.#attempt;
    if (attempt === undefined) return false;
    this.#attempt = undefined;
    if (this.#isBlamed(error)) this.#circuits.failed(attempt, performance.now());
    else this.#circuits.undecided(attempt);
    if (codeOf(error) !== "CONNECTION_LOST") return false;
    this.#lost.push(attempt.provider);
    return true;
  }

  #isBlamed(error: unknown): boolean {
    switch (codeOf(error)) {
      case "CONNECTION_LOST":
        return !isOwnDoing(error as FlatendError);
      case "PROTOCOL_ERROR":
        return true;
      case "TIMEOUT":
        // A service may wait for a body that its client sends slowly.
        return this.#hasNoBody;
      default:
        return false;
    }
  }
}

/** By its key, so that it is known again; an anonymous one by its connection. */
const nameOf = ({ id, addr }: Provider): string => id?.key ?? addr;

const codeOf = (error: unknown): string | undefined => (error instanceof FlatendError ? error.code : undefined);

/** This side has given up the connection, because a client left in the middle of its body. */
function isOwnDoing({ cause }: FlatendError): boolean {
  return typeof cause === "object" && cause !== null && "code" in cause && cause.code === "BODY_INCOMPLETE";
}
