/** The gateway as a whole: a node of the mesh, and the HTTP servers before it. */
import { dirname, resolve } from "node:path";
import { loadOrCreateKey, Node } from "flatend";
import { Admin } from "./admin/admin.ts";
import { certificatesOf } from "./certificates.ts";
import { formatAddress } from "./config/address.ts";
import type { Settings } from "./config/settings.ts";
import { Patience } from "./http/patience.ts";
import { type HttpServers, startServers } from "./http/server.ts";
import { accessRulesOf } from "./line-output.ts";
import { type Log, Threshold } from "./log.ts";
import { dashboardFile, version } from "./package-files.ts";
import { administratorsLine, listeningLine, Reloader } from "./reload.ts";

export interface GatewayOptions {
  readonly settings: Settings;
  /** Path of the configuration file, beside which other files are looked for. */
  readonly file: string;
  /** Where other nodes reach it, unless the settings say so. */
  readonly addr: string;
  readonly log: Log;
  /** Called when the command `drain` asks it to stop. Default: it closes itself. */
  readonly onDrain?: () => void;
}

export interface Gateway {
  /**
   * Reads the configuration file again and serves by it, without dropping a request or a connection; `addr` and `key` stay. Resolves with whether it is in
   * use; if not, the log has every fault, and what ran before runs on. Reloads that are asked for while one runs become one.
   * @param onlyChanged does nothing where the file says what it said at the last reload. Default: false
   */
  reload(onlyChanged?: boolean): Promise<boolean>;
  /** Writes a line at the gateway's level, as it does itself. */
  readonly log: Log;
  /** Lets requests that run finish, then leaves the mesh. */
  close(): Promise<void>;
}

/** Rejects when the key cannot be used or an address cannot be listened on; nothing is left running then. */
export async function startGateway({ settings, file, addr, log: to, onDrain }: GatewayOptions): Promise<Gateway> {
  const threshold = new Threshold(to, settings.logLevel);
  const { log } = threshold;
  const folder = dirname(file);
  const secretKey = await loadOrCreateKey(resolve(folder, settings.key));
  const certificates = await certificatesOf(settings, folder, log);
  const admin = new Admin({ version: version(), dashboardFile, settings, file, folder });
  const node = await Node.start({
    secretKey,
    bindAddrs: [settings.addr ?? addr],
    logger: threshold.ofNode,
    middleware: { call: admin.calls },
    on: admin.listeners,
  });
  for (const address of node.addresses) log(`Listening for Flatend nodes on '${address}'.`);
  const watcher = admin.watcherFor(settings);
  let servers: HttpServers;
  try {
    const access = await accessRulesOf(settings, folder, log);
    const means = { access, certificates: certificates?.keeper, watcher };
    servers = await startServers(new Patience(node), settings.servers, folder, means);
  } catch (error) {
    await node.shutdown();
    throw error;
  }
  const onReload = (used: Settings | undefined, faults: readonly string[]): void => {
    if (used !== undefined) threshold.level = used.logLevel;
    admin.reloaded(used, faults);
  };
  const reloader = new Reloader({ servers, file, folder, settings, certificates, log, admin, onReload });
  const gateway: Gateway = {
    log,
    reload: (onlyChanged) => reloader.reload(onlyChanged),
    close: async () => {
      admin.drain();
      await reloader.close();
      await servers.close();
      await node.shutdown();
      await admin.close();
    },
  };
  const drain = onDrain ?? (() => void gateway.close());
  try {
    await admin.open({ node, servers, log: threshold, reload: () => reloader.reload(), drain });
  } catch (error) {
    await gateway.close();
    throw error;
  }
  for (const listening of servers.addresses) log(listeningLine(listening));
  if (admin.address !== undefined) log(administratorsLine(formatAddress(admin.address)));
  certificates?.keeper.start();
  return gateway;
}
