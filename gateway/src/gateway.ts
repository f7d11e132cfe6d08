/** The gateway as a whole: a node of the mesh, and the HTTP servers before it. */
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { loadOrCreateKey, Node } from "flatend";
import { Keeper } from "./acme/keeper.ts";
import { formatAddress } from "./config/address.ts";
import type { Settings } from "./config/settings.ts";
import { type HttpServer, startServer } from "./http/server.ts";
import type { Log } from "./log.ts";

export interface GatewayOptions {
  readonly settings: Settings;
  /** Path of the configuration file, beside which other files are looked for. */
  readonly file: string;
  /** Where other nodes reach it, unless the settings say so. */
  readonly addr: string;
  readonly log: Log;
}

export interface Gateway {
  /** Lets requests that run finish, then leaves the mesh. */
  close(): Promise<void>;
}

/** Rejects when the key cannot be used or an address cannot be listened on; nothing is left running then. */
export async function startGateway({ settings, file, addr, log }: GatewayOptions): Promise<Gateway> {
  const folder = dirname(file);
  const secretKey = await loadOrCreateKey(resolve(folder, settings.key));
  const keeper = await keeperOf(settings, folder, log);
  const node = await Node.start({ secretKey, bindAddrs: [settings.addr ?? addr] });
  const servers: HttpServer[] = [];
  const close = async (): Promise<void> => {
    await keeper?.close();
    await Promise.all(servers.map((server) => server.close()));
    await node.shutdown();
  };
  try {
    for (const address of node.addresses) log(`Listening for Flatend nodes on '${address}'.`);
    for (const server of settings.servers) servers.push(await startServer(node, server, folder, keeper));
  } catch (error) {
    await close();
    throw error;
  }
  for (const { addresses, scheme, redirect } of servers) {
    for (const address of addresses) log(`Listening for ${scheme} requests on '${formatAddress(address)}'.`);
    if (redirect !== undefined) log(`Redirecting HTTP requests to HTTPS on '${formatAddress(redirect)}'.`);
  }
  keeper?.start();
  return { close };
}

/** Undefined where no server wants certificates of a CA. */
async function keeperOf({ acme, servers }: Settings, folder: string, log: Log): Promise<Keeper | undefined> {
  const domains = servers.flatMap(({ tls }) => (tls === undefined || tls.files !== undefined ? [] : tls.domains));
  if (domains.length === 0) return undefined;
  const { email, directory, storage, ca, renewAt, challenges } = acme;
  const keeper = new Keeper({
    domains: [...new Set(domains)],
    directory,
    email,
    ca: ca === undefined ? undefined : await readFile(resolve(folder, ca), "utf8"),
    folder: resolve(folder, storage),
    renewAt,
    challenges,
    log,
  });
  await keeper.load();
  return keeper;
}
