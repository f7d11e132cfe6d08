/** Takes a configuration file into use while the gateway runs. */
import type { Admin } from "./admin/admin.ts";
import type { Exchange } from "./admin/slot.ts";
import { certificatesOf, type KeptCertificates } from "./certificates.ts";
import { formatAddress } from "./config/address.ts";
import { ConfigurationError, readConfiguration, readText, whereIs } from "./config/load.ts";
import { type Settings, settingsOf } from "./config/settings.ts";
import type { Change, HttpServers, Listening } from "./http/server.ts";
import { SetupError } from "./http/setup-error.ts";
import { accessRulesOf } from "./line-output.ts";
import type { Log } from "./log.ts";

export interface ReloaderOptions {
  readonly servers: HttpServers;
  /** Path of the configuration file. */
  readonly file: string;
  /** Where other files are looked for. */
  readonly folder: string;
  /** What the gateway began with. */
  readonly settings: Settings;
  readonly certificates: KeptCertificates | undefined;
  readonly log: Log;
  readonly admin: Pick<Admin, "address" | "prepare" | "watcherFor">;
  /** Learns of each reload: the settings that are in use now, or why they could not be taken. */
  readonly onReload: (settings: Settings | undefined, faults: readonly string[]) => void;
}

/** What the log says of an address that is listened on from now on. */
export function listeningLine({ scheme, ...address }: Listening): string {
  const name = formatAddress(address);
  return scheme === "redirect"
    ? `Redirecting HTTP requests to HTTPS on '${name}'.`
    : `Listening for ${scheme} requests on '${name}'.`;
}

/** The same for those who run the gateway. */
export const administratorsLine = (name: string): string => `Listening for administrators on '${name}'.`;

const nameOf = ({ address }: Pick<Admin, "address">): string | undefined => address && formatAddress(address);

export class Reloader {
  readonly #options: ReloaderOptions;
  #running: Promise<boolean> | undefined;
  /** One more, for all that were asked for in the meantime. */
  #next: Promise<boolean> | undefined;
  #closed = false;
  #certificates: KeptCertificates | undefined;
  /** What the file said when it was read last. */
  #text: string | undefined;

  constructor(options: ReloaderOptions) {
    this.#options = options;
    this.#certificates = options.certificates;
  }

  /**
   * Resolves with whether the file is in use now; what is wrong with it stands in the log, and what ran before runs on.
   * @param onlyChanged does nothing where the file says what it said the last time; for whoever cannot know
   */
  async reload(onlyChanged = false): Promise<boolean> {
    if (this.#closed) return false;
    if (this.#running !== undefined) {
      this.#next ??= this.#running.then(() => {
        this.#next = undefined;
        return this.reload();
      });
      return this.#next;
    }
    this.#running = this.#attempt(onlyChanged).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Waits for a reload that runs; none begins any more, and no certificate is asked for. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
    await this.#certificates?.keeper.close();
  }

  async #attempt(onlyChanged: boolean): Promise<boolean> {
    const { file, log, onReload } = this.#options;
    try {
      const text = await readText(file);
      if (onlyChanged && text === this.#text) return true;
      this.#text = text;
      const settings = settingsOf(readConfiguration(text, file));
      const { admin } = this.#options;
      const before = nameOf(admin);
      const { opened, closed } = await this.#exchange(settings);
      onReload(settings, []);
      log(`Reloaded '${file}'.`);
      for (const listening of opened) log(listeningLine(listening));
      for (const { scheme, ...address } of closed) {
        log(`No longer listening for ${scheme === "HTTPS" ? scheme : "HTTP"} requests on '${formatAddress(address)}'.`);
      }
      const after = nameOf(admin);
      if (after !== before && after !== undefined) log(administratorsLine(after));
      if (after !== before && before !== undefined) log(`No longer listening for administrators on '${before}'.`);
      for (const key of ["addr", "key"] as const) {
        if (settings[key] !== this.#options.settings[key])
          log(`Not reloaded: ${key} stays what it was until the gateway is started anew.`, "warn");
      }
      return true;
    } catch (error) {
      const faults = this.#faults(error);
      onReload(undefined, faults);
      for (const line of faults) log(`Not reloaded: ${line}`, "warn");
      return false;
    }
  }

  async #exchange(settings: Settings): Promise<Change> {
    const { servers, admin, folder, log } = this.#options;
    const former = this.#certificates;
    const certificates = await certificatesOf(settings, folder, log, former);
    let change: Change;
    let exchange: Exchange | undefined;
    try {
      exchange = await admin.prepare(settings);
      const watcher = admin.watcherFor(settings);
      const access = await accessRulesOf(settings, folder, log);
      change = await servers.reload(settings.servers, { access, certificates: certificates?.keeper, watcher });
    } catch (error) {
      await exchange?.abandon();
      if (certificates !== former) await certificates?.keeper.close();
      throw error;
    }
    exchange.commit();
    if (certificates === former) return change;
    this.#certificates = certificates;
    // A CA that asks back has to be answered by now.
    certificates?.keeper.start();
    await former?.keeper.close();
    return change;
  }

  #faults(error: unknown): string[] {
    const { file } = this.#options;
    const text = this.#text ?? "";
    if (error instanceof ConfigurationError) return error.message.split("\n");
    if (error instanceof SetupError)
      return error.faults.map(({ path, message }) => `${whereIs(path, text, file)}: ${message}`);
    return [(error as Error).message];
  }
}
