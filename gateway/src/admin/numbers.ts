/** All metrics of a gateway, counted from when somebody may read them. */
import type { CallMiddleware, Node } from "flatend";
import { Registry } from "prom-client";
import type { Settings } from "../config/settings.ts";
import type { RequestWatcher } from "../http/ended-request.ts";
import type { HttpServers } from "../http/server.ts";
import { certificateMetrics } from "./certificates.ts";
import { httpMetrics } from "./http-metrics.ts";
import { callMetrics, nodeMetrics } from "./mesh-metrics.ts";
import { processMetrics, type ReloadWatcher } from "./process-metrics.ts";
import { routeMetrics } from "./route-metrics.ts";

export class Numbers {
  readonly requests: RequestWatcher;
  readonly call: CallMiddleware;
  readonly reloaded: ReloadWatcher;
  readonly #registry = new Registry();
  readonly #services: () => ReadonlySet<string>;

  /**
   * @param settings those in use now
   * @param services what their routes name
   */
  constructor(version: string, settings: () => Settings, services: () => ReadonlySet<string>) {
    this.#services = services;
    this.requests = { ...httpMetrics(this.#registry), ...routeMetrics(this.#registry, settings) };
    this.call = callMetrics(this.#registry, services);
    this.reloaded = processMetrics(this.#registry, version);
  }

  /** Adds what these two count themselves. */
  add({ node, servers }: { readonly node: Node; readonly servers: Pick<HttpServers, "certificates"> }): void {
    nodeMetrics(this.#registry, node, this.#services);
    certificateMetrics(this.#registry, () => servers.certificates);
  }

  get type(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  close(): void {
    this.#registry.clear();
  }
}
