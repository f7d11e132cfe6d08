/** The page that shows a running gateway, and its data. */
import { formatAddress } from "../config/address.ts";
import type { Settings } from "../config/settings.ts";
import { circuitsOf } from "../http/route-circuits.ts";
import type { Activity } from "./activity.ts";
import { type Running, routesOf, servicesOf, statusOf } from "./overview.ts";
import type { AdminPages } from "./server.ts";

/** Nothing but what this address gives, no code within the page, and no page around it. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const HEADERS = {
  "content-security-policy": POLICY,
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

/** Rows of each kind that are shown; peers decide how many there could be. */
const MAX_ROWS = 200;

const FILES = [
  ["/", "index.html", "text/html; charset=utf-8"],
  ["/dashboard.js", "dashboard.js", "text/javascript; charset=utf-8"],
  ["/dashboard.css", "dashboard.css", "text/css; charset=utf-8"],
] as const;
export type FileName = (typeof FILES)[number][1];

/** @param fileOf gives a file of the page */
export function dashboardPages(running: Running, activity: Activity, fileOf: (name: FileName) => string): AdminPages {
  const files = FILES.map(([path, name, type]) => {
    const body = fileOf(name);
    return [path, () => ({ status: 200, type, body, headers: HEADERS })] as const;
  });
  const data = () => {
    const body = JSON.stringify(dataOf(running, activity));
    return { status: 200, type: "application/json", body, headers: HEADERS };
  };
  return { ...Object.fromEntries(files), "/dashboard.json": data };
}

function dataOf(running: Running, activity: Activity) {
  const seen = activity.routes();
  const unseen = routesOf(running.settings()).filter(
    ({ server, route }) => !seen.some((one) => one.route === route && server.split(" ")[0] === one.server),
  );
  const none = { requests: 0, failed: 0, sockets: 0, p50_ms: 0, p99_ms: 0 };
  const idle = unseen.map(({ server, route }) => ({ server: server.split(" ")[0] ?? "", route, ...none }));
  const peers = running.peers();
  const routes = [...seen, ...idle].slice(0, MAX_ROWS);
  const leftAlone = leftAloneBy(running.settings());
  const services = servicesOf(running);
  return {
    status: statusOf(running),
    routes: routes.map((row) => ({ ...row, left_alone: leftAlone.get(`${row.server} ${row.route}`) ?? 0 })),
    services: services.slice(0, MAX_ROWS),
    peers: peers.slice(0, MAX_ROWS),
    failed: activity.failed(),
    omitted: {
      routes: Math.max(0, seen.length + idle.length - MAX_ROWS),
      services: Math.max(0, services.length - MAX_ROWS),
      peers: Math.max(0, peers.length - MAX_ROWS),
    },
  };
}

/** How many providers each route leaves alone now, by its server and its text. */
const leftAloneBy = ({ servers }: Settings): ReadonlyMap<string, number> =>
  new Map(
    servers.flatMap(({ addresses, routes }) =>
      routes.map((route) => [`${addresses.slice(0, 1).map(formatAddress)} ${route.text}`, circuitsOf(route).opened]),
    ),
  );
