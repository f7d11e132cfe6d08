/** What single values cannot tell: whether they fit each other. Takes any value, valid or not, and looks at what it knows. */
import { type Address, collide, parseAddress } from "./address.ts";
import { type Fault, nameOf } from "./fault.ts";
import type { Path } from "./positions.ts";
import { parseRoutePath, routeIdentity } from "./route-path.ts";
import { defaultAddressOf, httpAddressOf } from "./settings.ts";
import { isTable } from "./table.ts";

type Table = Readonly<Record<string, unknown>>;

interface Listener {
  readonly path: Path;
  readonly text: string;
  readonly address: Address;
}

export function crossFaults(root: unknown): Fault[] {
  if (!isTable(root)) return [];
  const blocks = tablesIn(root, "http", []);
  return [
    ...acmeFaults(root.acme),
    ...adminFaults(root.admin),
    ...addressFaults(root, blocks),
    ...blocks.flatMap(({ table, path }) => [
      ...sizeFaults(table, path),
      ...corsFaults(table, path),
      ...tlsFaults(table, path),
      ...routeFaults(table, path),
    ]),
  ];
}

interface Located {
  readonly table: Table;
  readonly path: Path;
}

function tablesIn(parent: Table, key: string, path: Path): Located[] {
  const list = parent[key];
  if (!Array.isArray(list)) return [];
  return list.flatMap((table, index) => (isTable(table) ? [{ table, path: [...path, key, index] }] : []));
}

function acmeFaults(acme: unknown): Fault[] {
  if (!isTable(acme) || acme.staging !== true || acme.directory === undefined) return [];
  return [{ path: ["acme", "staging"], ofKey: true, message: "acme: expected either directory or staging, got both" }];
}

/** A page needs an address. */
function adminFaults(admin: unknown): Fault[] {
  if (!isTable(admin) || admin.dashboard !== true || admin.addr !== undefined) return [];
  const message = "admin: expected addr where there is dashboard, got none";
  return [{ path: ["admin", "dashboard"], ofKey: true, message }];
}

/** An address is listened on once: each block has its own, and other nodes have theirs. */
function addressFaults(root: Table, blocks: readonly Located[]): Fault[] {
  const faults: Fault[] = [];
  let taken = listenersOf([{ path: ["addr"], value: root.addr }]);
  const [admin] = listenersOf([{ path: ["admin", "addr"], value: isTable(root.admin) ? root.admin.addr : undefined }]);
  if (admin !== undefined) {
    const other = taken.find(({ address }) => collide(address, admin.address));
    if (other !== undefined) faults.push(usedTwice(admin, other));
    taken = [...taken, admin];
  }
  for (const { table, path } of blocks) {
    const named = [{ path: [...path, "addr"], value: table.addr }, ...itemsOf(table.addrs, [...path, "addrs"])];
    const https = table.https === true;
    const bare = table.addr === undefined && table.addrs === undefined;
    const served = bare ? [{ path, value: defaultAddressOf({ https }) }] : named;
    const own: Listener[] = [];
    const take = (listener: Listener): void => {
      const other = [...taken, ...own].find(({ address }) => collide(address, listener.address));
      if (other !== undefined) faults.push(usedTwice(listener, other));
      own.push(listener);
    };
    for (const listener of listenersOf(served)) {
      const { host, port } = listener.address;
      // Within one block the same address may stand twice.
      if (!own.some(({ address }) => address.host === host && address.port === port)) take(listener);
    }
    // What redirects is a server of its own.
    for (const listener of listenersOf(redirectOf(table, path))) take(listener);
    taken = [...taken, ...own];
  }
  return faults;
}

/** The address from which a server redirects to HTTPS. */
function redirectOf(table: Table, path: Path): Item[] {
  const { https, http_addr: given } = table;
  if (https !== true) return [];
  if (given !== undefined) return given === "" ? [] : [{ path: [...path, "http_addr"], value: given }];
  const isBare = table.addr === undefined && table.addrs === undefined;
  return isBare ? [{ path, value: httpAddressOf({ https }) }] : [];
}

const usedTwice = ({ path, text }: Listener, other: Listener): Fault => ({
  path,
  ofKey: false,
  message: `${nameOf(path)}: expected an address that nobody else listens on, got "${text}", and ${nameOf(other.path)} is "${other.text}"`,
});

interface Item {
  readonly path: Path;
  readonly value: unknown;
}

const itemsOf = (list: unknown, path: Path): Item[] =>
  Array.isArray(list) ? list.map((value, index) => ({ path: [...path, index], value })) : [];

function listenersOf(items: readonly Item[]): Listener[] {
  return items.flatMap(({ path, value }) => {
    const address = typeof value === "string" ? parseAddress(value) : undefined;
    return address === undefined ? [] : [{ path, text: value as string, address }];
  });
}

function sizeFaults(block: Table, path: Path): Fault[] {
  const least = isTable(block.min) ? block.min.body_size : undefined;
  const most = isTable(block.max) ? block.max.body_size : undefined;
  if (typeof least !== "number" || typeof most !== "number" || least <= most) return [];
  const at = [...path, "min", "body_size"];
  return [{ path: at, ofKey: false, message: `${nameOf(at)}: expected at most max.body_size, ${most}, got ${least}` }];
}

/** Browsers take no `*` together with cookies, and anybody's page could read what is a user's own. */
function corsFaults(table: Table, path: Path): Fault[] {
  const { cors } = table;
  if (!isTable(cors) || cors.credentials !== true) return [];
  return ["origins", "headers", "expose"].flatMap((key) => {
    const list = cors[key];
    if (!Array.isArray(list) || !list.includes("*")) return [];
    const at = [...path, "cors", key];
    return [{ path: at, ofKey: false, message: `${nameOf(at)}: expected no "*" where credentials is true, got one` }];
  });
}

/** What HTTPS needs, and what has no meaning without. */
function tlsFaults(block: Table, path: Path): Fault[] {
  const fault = (key: string, message: string): Fault[] => [
    { path: key === "" ? path : [...path, key], ofKey: true, message: `${nameOf(path)}: expected ${message}` },
  ];
  if (block.https === true) {
    const named = block.domain !== undefined || block.domains !== undefined;
    return named ? [] : fault("https", "domain or domains where https is true, got none");
  }
  return ["tls", "http_addr"].flatMap((key) =>
    block[key] === undefined ? [] : fault(key, `https = true where there is ${key}, got false`),
  );
}

function routeFaults(block: Table, path: Path): Fault[] {
  const seen = new Map<string, string>();
  return tablesIn(block, "routes", path).flatMap(({ table, path: at }) => {
    const faults = [...answerFaults(table, at), ...corsFaults(table, at)];
    const parsed = typeof table.path === "string" ? parseRoutePath(table.path) : undefined;
    if (parsed === undefined || "fault" in parsed) return faults;
    const identity = routeIdentity(parsed);
    const other = seen.get(identity);
    seen.set(identity, other ?? nameOf(at));
    if (other === undefined) return faults;
    const message = `${nameOf(at)}.path: expected a request that no other route answers, got "${table.path}", which ${other} answers`;
    return [...faults, { path: [...at, "path"], ofKey: false, message }];
  });
}

/** What may be spoken other than one answer of HTTP, and the method of the requests that begin it. */
const SPOKEN: Readonly<Record<string, string>> = { websocket: "GET", grpc: "POST", events: "GET" };

/** A route is of one kind. */
function answerFaults(route: Table, path: Path): Fault[] {
  const calls = route.service !== undefined || route.services !== undefined;
  const files = route.static !== undefined;
  const fault = (key: string, message: string): Fault[] => [
    { path: key === "" ? path : [...path, key], ofKey: true, message: `${nameOf(path)}: expected ${message}` },
  ];
  if (calls && files) return fault("static", "either static or a service, got both");
  if (!calls && !files) return fault("", "static, service or services, got none of them");
  if (!files) {
    const lone = ["nocache", "precompressed"].filter((key) => route[key] !== undefined);
    if (lone.length > 0) return lone.flatMap((key) => fault(key, `static where there is ${key}, got none`));
  }
  if (route.schema !== undefined && route.grpc !== true) {
    return fault("schema", "grpc = true where there is schema, got false");
  }
  const spoken = Object.keys(SPOKEN).filter((key) => route[key] === true);
  const [protocol, other] = spoken;
  if (other !== undefined) return fault(other, `either ${protocol} or ${other}, got both`);
  if (files && protocol !== undefined) return fault(protocol, `a service where there is ${protocol}, got static`);
  const parsed = typeof route.path === "string" ? parseRoutePath(route.path) : undefined;
  if (parsed === undefined || "fault" in parsed) return [];
  if (!files) {
    const method = protocol && SPOKEN[protocol];
    if (method === undefined || parsed.method === method) return [];
    return fault("path", `${method} where there is ${protocol}, got "${route.path}"`);
  }
  const plain = parsed.method === "GET" && parsed.segments.every(({ kind }) => kind === "literal");
  return plain ? [] : fault("path", `GET and a path without : and * where there is static, got "${route.path}"`);
}
