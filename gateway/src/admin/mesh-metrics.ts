/** The mesh in numbers: what the gateway's node counts, asked when somebody reads them. */
import type { CallMiddleware, Metrics, Node } from "flatend";
import { FlatendError } from "flatend";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import { BUCKETS } from "./http-metrics.ts";

/** Label of calls of a service that no route names. */
export const OTHER_SERVICES = "(others)";
const MS_PER_SECOND = 1_000;

type Configured = () => ReadonlySet<string>;

/** Counts the calls of a node. @param configured services that routes name now */
export function callMetrics(registry: Registry, configured: Configured): CallMiddleware {
  const registers = [registry];
  const total = new Counter({
    name: "flatend_service_requests_total",
    help: "Calls by the first service they name, and how they went until their response began: ok, or the code of the error.",
    labelNames: ["service", "outcome"] as const,
    registers,
  });
  const duration = new Histogram({
    name: "flatend_service_duration_seconds",
    help: "Time from a call to the head of its response.",
    labelNames: ["service"] as const,
    buckets: BUCKETS,
    registers,
  });
  return async (call, next) => {
    const [first = ""] = call.services;
    const service = configured().has(first) ? first : OTHER_SERVICES;
    const begun = performance.now();
    let outcome = "ok";
    try {
      return await next(call);
    } catch (error) {
      outcome = outcomeOf(error);
      throw error;
    } finally {
      total.inc({ service, outcome });
      duration.observe({ service }, (performance.now() - begun) / MS_PER_SECOND);
    }
  };
}

/** One of the few codes that errors of a node have. */
export const outcomeOf = (error: unknown): string => (error instanceof FlatendError ? error.code : "OTHER");

/** Adds what a node counts itself. */
export function nodeMetrics(
  registry: Registry,
  node: Pick<Node, "metrics" | "providersFor">,
  configured: Configured,
): void {
  const registers = [registry];
  const gauge = (name: string, help: string, read: (metrics: Metrics) => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read(node.metrics()));
      },
    });
  };
  const counter = (name: string, help: string, read: (metrics: Metrics) => number): void => {
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(read(node.metrics()));
      },
    });
  };
  gauge("flatend_peers", "Nodes the gateway is connected to.", ({ peers }) => peers);
  gauge("flatend_streams_open", "Calls under way in the mesh.", ({ streams }) => streams);
  counter("flatend_reconnects_total", "Attempts to reconnect that were scheduled.", ({ reconnects }) => reconnects);
  counter(
    "flatend_handshake_failures_total",
    "Connections that ended before a valid Handshake.",
    ({ handshakeFailures }) => handshakeFailures,
  );
  new Gauge({
    name: "flatend_connections",
    help: "Connections to other nodes, by who has dialed.",
    labelNames: ["direction"] as const,
    registers,
    collect() {
      for (const [direction, count] of Object.entries(node.metrics().connections)) this.set({ direction }, count);
    },
  });
  new Counter({
    name: "flatend_bytes_total",
    help: "Bytes on the network of the mesh, frames and all.",
    labelNames: ["direction"] as const,
    registers,
    collect() {
      this.reset();
      for (const [direction, count] of Object.entries(node.metrics().bytes)) this.inc({ direction }, count);
    },
  });
  new Gauge({
    name: "flatend_service_providers",
    help: "Connected nodes that offer a service which a route names.",
    labelNames: ["service"] as const,
    registers,
    collect() {
      this.reset();
      for (const service of configured()) this.set({ service }, node.providersFor(service).length);
    },
  });
}
