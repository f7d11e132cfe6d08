/** The gateway in tables: what it is, its services and its routes. */
import type { Node } from "flatend";
import { formatAddress } from "../config/address.ts";
import type { Settings } from "../config/settings.ts";
import type { HttpServers } from "../http/server.ts";
import type { PeerRow } from "./peers.ts";

/** A running gateway, as it is shown. */
export interface Running {
  readonly node: Node;
  readonly servers: Pick<HttpServers, "addresses" | "certificates">;
  /** Path of the configuration file. */
  readonly file: string;
  readonly version: string;
  /** Those in use now. */
  settings(): Settings;
  peers(): readonly PeerRow[];
  draining(): boolean;
  /** The faults of the file; none where it is in use now. */
  reload(): Promise<readonly string[]>;
  drain(): void;
}

const MS_PER_SECOND = 1_000;

export function statusOf({ node, servers, file, version, draining }: Running) {
  const { peers, streams, calls } = node.metrics();
  return {
    state: draining() ? ("draining" as const) : ("ready" as const),
    version,
    node: process.version,
    pid: process.pid,
    uptime_s: Math.round(process.uptime()),
    time: new Date(Math.floor(Date.now() / MS_PER_SECOND) * MS_PER_SECOND).toISOString(),
    config: file,
    key: node.id?.key ?? null,
    mesh: [...node.addresses],
    http: servers.addresses.map(({ scheme, ...address }) => ({ scheme, addr: formatAddress(address) })),
    peers,
    streams,
    calls: calls.started,
  };
}

export interface RouteRow {
  readonly server: string;
  readonly route: string;
  readonly services: readonly string[];
  readonly static: string | null;
}

export const routesOf = ({ servers }: Settings): RouteRow[] =>
  servers.flatMap(({ addresses, routes }) =>
    routes.map((route) => ({
      server: addresses.map(formatAddress).join(" "),
      route: route.text,
      services: route.services,
      static: route.static?.file ?? null,
    })),
  );

export interface ServiceRow {
  readonly service: string;
  /** `host:port` of each node that offers it. */
  readonly providers: readonly string[];
  readonly routes: readonly string[];
  /** Calls that named it first, and those of them that failed. */
  readonly called: number;
  readonly failed: number;
}

/** All that a route names or a node offers. */
export function servicesOf({ node, settings, peers }: Running): ServiceRow[] {
  const routes = routesOf(settings());
  const providers = new Map<string, string[]>();
  for (const { services } of routes) for (const service of services) providers.set(service, []);
  for (const { addr, services } of peers()) {
    for (const service of services) providers.set(service, [...(providers.get(service) ?? []), addr]);
  }
  const counts = new Map(Object.entries(node.metrics().services));
  return [...providers]
    .map(([service, addrs]) => ({
      service,
      providers: addrs,
      routes: routes.filter(({ services }) => services.includes(service)).map(({ route }) => route),
      called: counts.get(service)?.called ?? 0,
      failed: counts.get(service)?.callsFailed ?? 0,
    }))
    .sort((one, other) => (one.service < other.service ? -1 : 1));
}
