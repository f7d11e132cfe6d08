/** Routes in numbers, beside their requests: WebSockets, calls that are made again, and providers that are left alone. */
import { Counter, Gauge, type Registry } from "prom-client";
import { formatAddress } from "../config/address.ts";
import type { RouteSettings, Settings } from "../config/settings.ts";
import type { RequestWatcher } from "../http/ended-request.ts";
import { circuitsOf } from "../http/route-circuits.ts";
import { routeLabel } from "./http-metrics.ts";

interface Labels {
  readonly server: string;
  readonly route: string;
}

/** @param settings those that are in use now; their routes stand there before anything has come of them */
export function routeMetrics(
  registry: Registry,
  settings: () => Pick<Settings, "servers">,
): Pick<RequestWatcher, "repeated" | "opened"> {
  const registers = [registry];
  const byRoute = ["server", "route"] as const;
  const routes = (): { readonly labels: Labels; readonly route: RouteSettings }[] =>
    settings().servers.flatMap(({ addresses, routes }) =>
      routes.map((route) => ({
        labels: { server: addresses.slice(0, 1).map(formatAddress).join(), route: routeLabel(route) },
        route,
      })),
    );
  const socketRoutes = () => routes().filter(({ route }) => route.websocket);
  const open = new Gauge({
    name: "flatend_http_websockets_open",
    help: "WebSockets that are open.",
    labelNames: byRoute,
    registers,
    collect() {
      for (const { labels } of socketRoutes()) this.inc(labels, 0);
    },
  });
  const messages = new Counter({
    name: "flatend_http_websocket_messages_total",
    help: "Messages of WebSockets, received from clients and sent to them.",
    labelNames: ["server", "route", "direction"] as const,
    registers,
    collect() {
      for (const { labels } of socketRoutes())
        for (const direction of ["received", "sent"]) this.inc({ ...labels, direction }, 0);
    },
  });
  const retries = new Counter({
    name: "flatend_service_retries_total",
    help: "Calls that were made again because the one before was lost, by the first service of their route.",
    labelNames: ["service"] as const,
    registers,
    collect() {
      for (const { route } of routes()) for (const service of route.services.slice(0, 1)) this.inc({ service }, 0);
    },
  });
  new Gauge({
    name: "flatend_http_circuits_open",
    help: "Providers that a route leaves alone because they have failed it.",
    labelNames: byRoute,
    registers,
    collect() {
      this.reset();
      for (const { labels, route } of routes())
        if (route.services.length > 0) this.set(labels, circuitsOf(route).opened);
    },
  });
  return {
    repeated: ({ services: [service] }) => {
      if (service !== undefined) retries.inc({ service });
    },
    opened: (server, route) => {
      const labels = { server, route: routeLabel(route) };
      open.inc(labels);
      return {
        message: (direction) => messages.inc({ ...labels, direction }),
        closed: () => open.dec(labels),
      };
    },
  };
}
