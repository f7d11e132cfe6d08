/** What requests have come of late, for people to look at. */
import type { EndedRequest, RequestWatcher } from "../http/ended-request.ts";
import { routeLabel } from "./http-metrics.ts";

/** One route of one server. */
export interface RouteActivity {
  readonly server: string;
  readonly route: string;
  readonly requests: number;
  /** Those answered with 500 or above. */
  readonly failed: number;
  /** WebSockets that are open. */
  readonly sockets: number;
  /** ms, of the last 256 requests. */
  readonly p50_ms: number;
  readonly p99_ms: number;
}

/** A request that was answered with 500 or above. */
export interface FailedRequest {
  readonly time: string;
  readonly route: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly request_id: string;
}

/** Durations that are kept of each route. */
const WINDOW = 256;
const MAX_FAILED = 20;
/** Characters of what a client wrote. */
const MAX_PATH = 200;
const MAX_METHOD = 32;
const SERVER_ERROR = 500;

interface Counted {
  readonly server: string;
  readonly route: string;
  requests: number;
  failed: number;
  sockets: number;
  readonly durations: number[];
}

/** As many rows as there are routes in the configurations that were in use. */
export class Activity implements Pick<RequestWatcher, "ended"> {
  readonly #routes = new Map<string, Counted>();
  readonly #failed: FailedRequest[] = [];

  ended(server: string, request: EndedRequest): void {
    const route = routeLabel(request.route);
    const counted = this.#of(server, route);
    counted.durations[counted.requests % WINDOW] = request.durationMs;
    counted.requests++;
    if (request.status < SERVER_ERROR) return;
    counted.failed++;
    this.#failed.unshift({
      time: request.begun.toISOString(),
      route,
      method: request.method.slice(0, MAX_METHOD),
      path: request.path.slice(0, MAX_PATH),
      status: request.status,
      request_id: request.id,
    });
    this.#failed.splice(MAX_FAILED);
  }

  /** A WebSocket has been opened. Gives what tells that it is closed. */
  opened(server: string, route: EndedRequest["route"]): () => void {
    const counted = this.#of(server, routeLabel(route));
    counted.sockets++;
    return () => void counted.sockets--;
  }

  routes(): RouteActivity[] {
    return [...this.#routes.values()].map(({ durations, ...counted }) => {
      const sorted = [...durations].sort((one, other) => one - other);
      return { ...counted, p50_ms: quantile(sorted, 0.5), p99_ms: quantile(sorted, 0.99) };
    });
  }

  /** The newest first. */
  failed(): readonly FailedRequest[] {
    return this.#failed;
  }

  #of(server: string, route: string): Counted {
    const key = `${server} ${route}`;
    const known = this.#routes.get(key) ?? { server, route, requests: 0, failed: 0, sockets: 0, durations: [] };
    this.#routes.set(key, known);
    return known;
  }
}

const TENTHS = 10;
function quantile(sorted: readonly number[], part: number): number {
  const at = Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1);
  return Math.round((sorted[Math.max(0, at)] ?? 0) * TENTHS) / TENTHS;
}
