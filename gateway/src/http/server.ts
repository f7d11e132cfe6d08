/** The `[[http]]` blocks: an application for each, behind as many listeners as it has addresses. */
import type { Node } from "flatend";
import { type Address, collide, formatAddress } from "../config/address.ts";
import type { ServerSettings } from "../config/settings.ts";
import type { AutomaticCertificates } from "../tls/automatic.ts";
import type { AccessRules } from "./access-log.ts";
import { Door } from "./door.ts";
import type { RequestWatcher } from "./ended-request.ts";
import type { Scheme, Serving } from "./serving.ts";
import { servingsOf } from "./servings.ts";
import { allOf } from "./setup-error.ts";

/** An address with the port that was taken, and what is spoken there; "redirect" is HTTP that leads to HTTPS. */
export interface Listening extends Address {
  readonly scheme: Scheme;
}

export interface ServedCertificate {
  readonly domain: string;
  /** Whether it is of a CA that is asked while the gateway runs. */
  readonly source: "files" | "acme";
  /** With its chain; undefined where there is none yet. */
  readonly pem: string | undefined;
}

export interface Change {
  readonly opened: readonly Listening[];
  readonly closed: readonly Listening[];
}

/** What servers are given beside their settings. */
export interface Means {
  /** How requests are written down, if they are; its output is closed when it is no longer needed. */
  readonly access?: AccessRules | undefined;
  /** For domains without files, and of which a CA may ask on plain HTTP. */
  readonly certificates?: AutomaticCertificates | undefined;
  /** Learns of requests. */
  readonly watcher?: RequestWatcher | undefined;
}

export interface HttpServers {
  /** Where they listen. */
  readonly addresses: readonly Listening[];
  /** One for each domain of each server, as it is served now. */
  readonly certificates: readonly ServedCertificate[];
  /**
   * Serves by other settings from now on. Listeners of addresses that stay remain open, and so do their connections; those of others are closed once all
   * new ones are open, and what runs there may go on for their `timeout.shutdown`. Rejects with {@link SetupError} when a static file is not there, a
   * certificate cannot be used or an address cannot be listened on; then all is as before. Not to be called again before it has settled.
   */
  reload(settings: readonly ServerSettings[], means?: Means): Promise<Change>;
  /** Takes no more requests, lets those that run go on for `timeout.shutdown`, then ends them. */
  close(): Promise<void>;
}

/**
 * Rejects with {@link SetupError} as `reload` does; nothing is listened on then.
 * @param folder where static files and certificates are looked for
 */
export async function startServers(
  node: Pick<Node, "call">,
  settings: readonly ServerSettings[],
  folder: string,
  means?: Means,
): Promise<HttpServers> {
  const servers = new Servers(node, folder);
  await servers.reload(settings, means);
  return servers;
}

interface Former {
  readonly servings: readonly Serving[];
  readonly access: AccessRules | undefined;
}

class Servers implements HttpServers {
  readonly #node: Pick<Node, "call">;
  readonly #folder: string;
  #servings: readonly Serving[] = [];
  #access: AccessRules | undefined;
  #doors: readonly Door[] = [];
  /** What of former settings has not ended yet. */
  readonly #leaving = new Set<Promise<void>>();
  readonly #draining = new Set<Promise<unknown>>();
  #end: () => void = () => {};
  /** When no connection is left. */
  readonly #over = new Promise<void>((resolve) => {
    this.#end = resolve;
  });

  constructor(node: Pick<Node, "call">, folder: string) {
    this.#node = node;
    this.#folder = folder;
  }

  get addresses(): Listening[] {
    return this.#doors.map(listeningOf);
  }

  get certificates(): ServedCertificate[] {
    return this.#servings.flatMap(({ names, settings }) =>
      [...(names?.domains ?? [])].map((domain) => ({
        domain,
        source: settings.tls?.files === undefined ? "acme" : "files",
        pem: names?.certificateFor(domain),
      })),
    );
  }

  async reload(settings: readonly ServerSettings[], means: Means = {}): Promise<Change> {
    try {
      return await this.#exchange(settings, means);
    } catch (error) {
      await means.access?.output.close();
      throw error;
    }
  }

  async #exchange(settings: readonly ServerSettings[], { access, certificates, watcher }: Means): Promise<Change> {
    const around = {
      node: this.#node,
      folder: this.#folder,
      access,
      certificates,
      watcher,
      portOf: (serving: Serving) => this.#doors.find((door) => door.serving === serving)?.address.port ?? 0,
    };
    const blocks = await allOf(
      settings.map((one) => servingsOf(one, around)),
      (index) => ["http", index],
    );
    const servings = blocks.flat();
    const spare = [...this.#doors];
    const wanted = blocks.flatMap((own, block) =>
      own.flatMap((serving) =>
        serving.addresses.map((address) => ({ serving, block, kept: take(spare, address), address })),
      ),
    );
    const doors = await openAll(wanted, spare).catch(async (error: unknown) => {
      await Promise.all(servings.map((serving) => serving.close(this.#over)));
      throw error;
    });
    const closed = spare.map(listeningOf);
    for (const { kept, serving } of wanted) kept?.exchange(serving);
    const former = { servings: this.#servings, access: this.#access };
    const opened = doors.filter((door) => !this.#doors.includes(door));
    this.#servings = servings;
    this.#access = access;
    this.#doors = doors;
    this.#leave(spare, former);
    return { opened: opened.map(listeningOf), closed };
  }

  async close(): Promise<void> {
    this.#leave(this.#doors, { servings: this.#servings, access: this.#access });
    await Promise.all(this.#draining);
    this.#end();
    await Promise.all(this.#leaving);
  }

  #leave(doors: readonly Door[], { servings, access }: Former): void {
    const drained = Promise.all(doors.map((door) => door.close())).finally(() => this.#draining.delete(drained));
    this.#draining.add(drained);
    const leave = async (): Promise<void> => {
      await drained;
      await Promise.all(servings.map((serving) => serving.close(this.#over)));
      await access?.output.close();
    };
    const leaving = leave().finally(() => this.#leaving.delete(leaving));
    this.#leaving.add(leaving);
  }
}

const listeningOf = ({ address, serving }: Door): Listening => ({ ...address, scheme: serving.scheme });

/** A door that is open at an address, which is not taken again. */
function take(doors: Door[], { host, port }: Address): Door | undefined {
  const index = doors.findIndex(({ wanted }) => wanted.host === host && wanted.port === port);
  return index < 0 ? undefined : doors.splice(index, 1)[0];
}

interface Wanted {
  readonly serving: Serving;
  /** Index of the `[[http]]` block. */
  readonly block: number;
  readonly address: Address;
  readonly kept: Door | undefined;
}

/**
 * A door for each. Rejects with {@link SetupError} when some cannot be opened; none is then.
 * @param others those that are still open
 */
async function openAll(wanted: readonly Wanted[], others: readonly Door[]): Promise<Door[]> {
  const opened: Door[] = [];
  const open = async ({ kept, serving, address }: Wanted): Promise<Door> => {
    if (kept !== undefined) return kept;
    const inTheWay = others.find((door) => collide(door.wanted, address));
    if (inTheWay !== undefined) {
      const [name, other] = [formatAddress(address), formatAddress(inTheWay.wanted)];
      throw new Error(`cannot listen on ${name} while ${other} is open: for this the gateway has to be started anew`);
    }
    const door = await Door.open(serving, address);
    opened.push(door);
    return door;
  };
  try {
    return await allOf(wanted.map(open), (index) => ["http", wanted[index]?.block ?? 0]);
  } catch (error) {
    await Promise.all(opened.map((door) => door.close()));
    throw error;
  }
}
