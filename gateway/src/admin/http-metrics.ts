/** Requests in numbers. Labels hold what stands in the configuration, and never what a client chooses. */
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { EndedRequest, RequestWatcher } from "../http/ended-request.ts";

/** Seconds, as OpenTelemetry has them for requests of HTTP. */
export const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
/** Label of requests that no route took. */
export const NO_ROUTE = "(none)";
const OTHER_METHOD = "_OTHER";
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"]);
const MS_PER_SECOND = 1_000;

export function httpMetrics(registry: Registry): Pick<RequestWatcher, "begun" | "ended"> {
  const registers = [registry];
  const byRoute = ["server", "route"] as const;
  const total = new Counter({
    name: "flatend_http_requests_total",
    help: "Requests that have ended, by the status they were answered with; 499 where the client left before.",
    labelNames: ["server", "route", "method", "code"] as const,
    registers,
  });
  const duration = new Histogram({
    name: "flatend_http_request_duration_seconds",
    help: "Time from the head of a request to the end of its response.",
    labelNames: byRoute,
    buckets: BUCKETS,
    registers,
  });
  const inFlight = new Gauge({
    name: "flatend_http_requests_in_flight",
    help: "Requests that are being answered.",
    labelNames: ["server"] as const,
    registers,
  });
  const received = new Counter({
    name: "flatend_http_request_bytes_total",
    help: "Bytes of request bodies.",
    labelNames: byRoute,
    registers,
  });
  const sent = new Counter({
    name: "flatend_http_response_bytes_total",
    help: "Bytes of response bodies.",
    labelNames: byRoute,
    registers,
  });
  return {
    begun: (server) => inFlight.inc({ server }),
    ended: (server, { route, method, status, bytesIn, bytesOut, durationMs }) => {
      const labels = { server, route: routeLabel(route) };
      inFlight.dec({ server });
      total.inc({ ...labels, method: METHODS.has(method) ? method : OTHER_METHOD, code: status });
      duration.observe(labels, durationMs / MS_PER_SECOND);
      received.inc(labels, bytesIn);
      sent.inc(labels, bytesOut);
    },
  };
}

export const routeLabel = (route: EndedRequest["route"]): string => route?.text ?? NO_ROUTE;
