/** Follows single requests to the providers they reach, by the trace ID their calls carry. */
import { randomBytes } from "node:crypto";
import type { CallMiddleware, OutgoingCall, Response } from "flatend";
import type { EndedRequest } from "../http/ended-request.ts";
import { outcomeOf } from "./mesh-metrics.ts";

/** A call that was made for a followed request. */
export interface TracedCall {
  readonly services: readonly string[];
  /** ms since the request began. */
  readonly begun_ms: number;
  readonly ended_ms: number;
  /** Who was asked, one after the other: `host:port` each announces, or is connected from. */
  readonly providers: readonly string[];
  /** `ok`, or the code of the error. */
  readonly outcome: string;
}

/** A request that is followed. */
export interface Trace {
  /** To be sent with the request. */
  readonly traceparent: string;
  readonly calls: readonly TracedCall[];
  /** ms since it began. */
  elapsed(): number;
  /** What the server knows of it, once it has ended there; undefined when that takes long, or was no request to it. */
  ended(): Promise<EndedRequest | undefined>;
  end(): void;
}

/** A provider may be asked anew again and again; of more than these nothing is kept. */
const MAX_CALLS = 64;
/** How long the end is waited for, in ms. */
const END_MS = 1_000;
const TENTHS = 10;
/** Of the trace ID, behind the version. */
const [ID_BEGIN, ID_END] = [3, 35];

interface Running {
  readonly calls: TracedCall[];
  readonly elapsed: () => number;
  readonly onEnd: (request: EndedRequest) => void;
}

export class Traces {
  readonly #running = new Map<string, Running>();

  begin(): Trace {
    const id = randomBytes(16).toString("hex");
    const begun = performance.now();
    const elapsed = (): number => Math.round((performance.now() - begun) * TENTHS) / TENTHS;
    const calls: TracedCall[] = [];
    let onEnd: (request: EndedRequest) => void = () => {};
    const ending = new Promise<EndedRequest>((resolve) => {
      onEnd = resolve;
    });
    this.#running.set(id, { calls, elapsed, onEnd });
    const traceparent = `00-${id}-${randomBytes(8).toString("hex")}-01`;
    const ended = (): Promise<EndedRequest | undefined> => Promise.race([ending, after(END_MS)]);
    return { traceparent, calls, elapsed, ended, end: () => void this.#running.delete(id) };
  }

  /** Stands around the calls of the gateway's node. */
  readonly call: CallMiddleware = (call, next) => {
    const running = this.#find(call.headers?.traceparent);
    return running === undefined ? next(call) : follow(running, call, next);
  };

  /** A request to the gateway has ended. */
  ended(request: EndedRequest): void {
    this.#find(request.traceparent)?.onEnd(request);
  }

  #find(traceparent: string | undefined): Running | undefined {
    return this.#running.size === 0 ? undefined : this.#running.get(traceparent?.slice(ID_BEGIN, ID_END) ?? "");
  }
}

const after = (ms: number): Promise<undefined> =>
  new Promise((resolve) => {
    setTimeout(() => resolve(undefined), ms).unref();
  });

async function follow(
  { calls, elapsed }: Running,
  call: OutgoingCall,
  next: (call: OutgoingCall) => Promise<Response>,
): Promise<Response> {
  const begun = elapsed();
  const providers: string[] = [];
  const { services, onAsk } = call;
  const note = (outcome: string): void => {
    if (calls.length < MAX_CALLS) calls.push({ services, begun_ms: begun, ended_ms: elapsed(), providers, outcome });
  };
  try {
    const response = await next({
      ...call,
      onAsk: (provider) => {
        if (providers.length < MAX_CALLS) providers.push(provider.addr);
        onAsk?.(provider);
      },
    });
    note("ok");
    return response;
  } catch (error) {
    note(outcomeOf(error));
    throw error;
  }
}
