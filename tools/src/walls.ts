/** Which room of the house may import what. */
import { posix } from "node:path";
import { type Scan, scan } from "./scan.ts";

/** A source file: path relative to the repository's root, with forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export interface Breach {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

interface Room {
  /** Rooms of the reference it may import beside itself; "all" for the shell. */
  readonly rooms: readonly string[] | "all";
  /** Packages and `node:` modules it may import; a name that ends with `/` stands for all below it. */
  readonly packages: readonly string[];
  /** A pure room has no clock, no randomness, no timers and nothing of Node. */
  readonly pure: boolean;
}

const core = (...rooms: string[]): Room => ({ rooms, packages: [], pure: true });
const ROOMS: Readonly<Record<string, Room>> = {
  generated: core(),
  wire: core(),
  crypto: { rooms: [], packages: ["@noble/"], pure: true },
  session: core("wire", "crypto"),
  rpc: core("wire"),
  stream: core("wire"),
  connection: core("wire", "crypto", "session", "rpc", "stream"),
  dht: core("wire"),
  transport: { rooms: ["wire"], packages: ["node:"], pure: false },
  testing: { rooms: "all", packages: ["node:"], pure: false },
  node: { rooms: "all", packages: ["node:", "debug"], pure: false },
  // The package's own front door.
  "": { rooms: "all", packages: [], pure: false },
  "gateway/mapping": core(),
  "gateway/health": core(),
  "gateway/schema": { rooms: [], packages: ["@bufbuild/"], pure: true },
  "gateway/config": { rooms: [], packages: ["node:", "smol-toml", "zod"], pure: false },
  "gateway/acme": { rooms: ["gateway/tls"], packages: ["node:"], pure: false },
  "gateway/tls": { rooms: [], packages: ["node:"], pure: false },
  "gateway/http": {
    rooms: ["gateway/mapping", "gateway/health", "gateway/config", "gateway/schema", "gateway/tls"],
    packages: ["node:", "fastify", "@fastify/", "ws"],
    pure: false,
  },
  // What services use to speak to a gateway: it runs in their processes.
  "gateway/service": { rooms: ["gateway/mapping"], packages: [], pure: false },
  "gateway/admin": { rooms: ["gateway/config", "gateway/http"], packages: ["node:", "prom-client"], pure: false },
  "gateway/cli": { rooms: "all", packages: ["node:"], pure: false },
  "gateway/": { rooms: "all", packages: ["node:"], pure: false },
};

/** The one file of a pure room that may touch Node, and what of it. */
const NATIVE = { path: "reference/src/crypto/native.ts", packages: ["node:crypto", "@noble/"] };

export const MAX_LINES = 400;

export function findBreaches(files: readonly SourceFile[]): Breach[] {
  return files.filter((file) => !isGenerated(file.path)).flatMap(breachesOf);
}

function breachesOf(file: SourceFile): Breach[] {
  const found = scan(file.path, file.text);
  const breaches: Breach[] = [];
  if (found.lines > MAX_LINES) {
    breaches.push({
      path: file.path,
      line: MAX_LINES + 1,
      message: `has ${found.lines} lines: a file is one idea, and at most ${MAX_LINES} lines`,
    });
  }
  for (const { specifier, line } of found.imports) {
    const message = importFault(file.path, specifier);
    if (message !== undefined) breaches.push({ path: file.path, line, message });
  }
  return [...breaches, ...impurities(file.path, found)];
}

function isGenerated(path: string): boolean {
  return path.includes("/generated/") || path === "reference/src/wire/constants.ts";
}

/** Tests and their helpers look through walls inside their own workspace. */
function isTest(path: string): boolean {
  return path.endsWith(".test.ts") || path.includes("/testing-only/") || /^[a-z]+\/test\//.test(path);
}

function importFault(path: string, specifier: string): string | undefined {
  if (specifier.startsWith(".")) {
    const target = posix.normalize(posix.join(posix.dirname(path), specifier));
    if (!specifier.endsWith(".ts") && !specifier.endsWith(".json"))
      return `${specifier}: a relative import ends in .ts`;
    if (workspaceOf(target) !== workspaceOf(path))
      return `${specifier} leaves ${workspaceOf(path)}: import the package by its name`;
    return isTest(path) ? undefined : roomFault(path, target);
  }
  if (specifier === "flatend" || specifier.startsWith("flatend/")) return houseFault(path, specifier);
  return isTest(path) ? undefined : packageFault(path, specifier);
}

function workspaceOf(path: string): string {
  return path.startsWith("spec/tools/") ? "spec/tools" : (path.split("/")[0] ?? "");
}

function roomOf(path: string): string | undefined {
  const match = /^(reference|gateway)\/src\/(?:([^/]+)\/)?[^/]+/.exec(path);
  if (!match) return undefined;
  const name = match[2] ?? "";
  return match[1] === "gateway" ? `gateway/${name}` : name;
}

function roomFault(path: string, target: string): string | undefined {
  const from = roomOf(path);
  const to = roomOf(target);
  if (from === undefined || to === undefined || from === to) return undefined;
  const room = ROOMS[from];
  if (!room) return `${posix.dirname(path)} is a room without rules: add it to tools/src/walls.ts`;
  if (room.rooms === "all" || to === "generated" || room.rooms.includes(to)) return undefined;
  const allowed = room.rooms.length > 0 ? `only ${room.rooms.join(", ")}` : "no other room";
  return `${from} may not import ${to === "" ? "the front door" : to}: it may import ${allowed}`;
}

function packageFault(path: string, specifier: string): string | undefined {
  const name = roomOf(path);
  if (name === undefined) return undefined;
  const allowed = path === NATIVE.path ? NATIVE.packages : (ROOMS[name]?.packages ?? []);
  const fits = allowed.some((item) => item === specifier || (/[/:]$/.test(item) && specifier.startsWith(item)));
  if (fits) return undefined;
  return `${name === "" ? "the front door" : name} may not import ${specifier}: ${allowed.length > 0 ? `only ${allowed.join(", ")}` : "no package"}`;
}

/** Who may import the reference by its package name. */
function houseFault(path: string, specifier: string): string | undefined {
  const workspace = workspaceOf(path);
  if (workspace === "reference" && isTest(path)) return undefined;
  if (workspace === "reference") return `${specifier}: the reference imports itself by relative paths`;
  if (workspace === "vectors") return `${specifier}: the vectors share no code with the reference`;
  if (workspace === "spec/tools" || workspace === "tools")
    return `${specifier}: the tools load the reference by path, after it is built`;
  if (workspace === "gateway" && !isTest(path)) {
    // The mapping knows of the mesh what fits a frame, and no more.
    const whole = roomOf(path) === "gateway/mapping" ? "flatend/wire" : "flatend";
    if (specifier === whole) return undefined;
    return `${specifier}: the gateway stands on the node as every user does: ${roomOf(path)} imports only ${whole}`;
  }
  if (workspace !== "conformance") return undefined;
  if (specifier === "flatend/wire" || specifier === "flatend/crypto") return undefined;
  const embeds = path.startsWith("conformance/src/targets/") || isTest(path);
  return embeds ? undefined : `${specifier}: outside src/targets the kit imports only flatend/wire and flatend/crypto`;
}

function impurities(path: string, found: Scan): Breach[] {
  const name = roomOf(path);
  if (name === undefined || isTest(path) || path === NATIVE.path || !ROOMS[name]?.pure) return [];
  return found.impurities.map(({ name: used, line }) => ({
    path,
    line,
    message: `${name} is a pure room and may not use ${used}: time, entropy and I/O are handed in`,
  }));
}
