/** What the gateway shows to those who run it: put together, and opened where they find it. */
import type { CallMiddleware, Node, NodeListeners } from "flatend";
import { formatAddress } from "../config/address.ts";
import type { AdminSettings, Settings } from "../config/settings.ts";
import type { RequestWatcher } from "../http/ended-request.ts";
import type { HttpServers } from "../http/server.ts";
import { allOf } from "../http/setup-error.ts";
import { Activity } from "./activity.ts";
import { type CommandContext, runCommand } from "./commands.ts";
import { dashboardPages, type FileName } from "./dashboard.ts";
import { Numbers } from "./numbers.ts";
import { Peers } from "./peers.ts";
import { type AdminAnswer, type AdminPages, type AdminServer, openAdmin, text } from "./server.ts";
import { type Exchange, Slot, together } from "./slot.ts";
import { type AdminSocket, openSocket } from "./socket.ts";
import { socketName } from "./socket-path.ts";
import { Traces } from "./traces.ts";

export interface AdminOptions {
  readonly version: string;
  /** Gives a file of the dashboard. */
  readonly dashboardFile: (name: FileName) => string;
  readonly settings: Settings;
  /** Path of the configuration file. */
  readonly file: string;
  /** Where other files are looked for. */
  readonly folder: string;
}

/** What runs, once it does. */
export interface Administered {
  readonly node: Node;
  readonly servers: HttpServers;
  readonly log: CommandContext["log"];
  /** Resolves with whether the file is in use. */
  reload(): Promise<boolean>;
  /** Stops the gateway as a signal does. */
  drain(): void;
}

/** Watches one gateway from its start; counts nothing as long as nobody may read it. */
export class Admin {
  /** Around the calls of the gateway's node. */
  readonly calls: readonly CallMiddleware[];
  /** Of the gateway's node. */
  readonly listeners: NodeListeners;
  readonly #options: AdminOptions;
  readonly #peers = new Peers();
  readonly #traces = new Traces();
  readonly #activity = new Activity();
  readonly #server = new Slot<AdminServer>();
  readonly #socket = new Slot<AdminSocket>();
  #numbers: Numbers | undefined;
  #gateway: Administered | undefined;
  #dashboard: AdminPages | undefined;
  #settings: Settings;
  #services: ReadonlySet<string>;
  #faults: readonly string[] = [];
  #draining = false;

  constructor(options: AdminOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.#services = servicesOf(options.settings);
    const count: CallMiddleware = (call, next) =>
      this.#numbers === undefined ? next(call) : this.#numbers.call(call, next);
    this.calls = [count, this.#traces.call];
    this.listeners = { peer: this.#peers.onPeer };
  }

  /** Where its pages are, with the port that was taken. */
  get address(): AdminServer["address"] | undefined {
    return this.#server.current?.address;
  }

  /** Learns of requests under these settings; undefined where nobody may look at them. */
  watcherFor({ admin }: Settings): RequestWatcher | undefined {
    if (!isWanted(admin)) return undefined;
    const numbers = this.#count();
    const { begun, repeated } = numbers.requests;
    return {
      begun,
      repeated,
      ended: (server, request) => {
        numbers.requests.ended(server, request);
        this.#activity.ended(server, request);
        this.#traces.ended(request);
      },
      opened: (server, route) => {
        const { message, closed } = numbers.requests.opened(server, route);
        const shown = this.#activity.opened(server, route);
        return {
          message,
          closed: () => {
            closed();
            shown();
          },
        };
      },
    };
  }

  /** Opens address and socket, where they are wanted. Rejects with SetupError when one of them cannot be; nothing is open then. */
  async open(gateway: Administered): Promise<void> {
    this.#gateway = gateway;
    this.#numbers?.add(gateway);
    (await this.prepare(this.#settings)).commit();
  }

  /** Opens what other settings want, beside what is open. Rejects with SetupError; all is as before then. To be called once there is a gateway. */
  async prepare({ admin }: Settings): Promise<Exchange> {
    const { address, socket } = admin;
    const name = socket === undefined ? undefined : socketName(this.#options.folder, socket);
    const context = this.#context();
    const preparing = [
      this.#server.prepare(address && formatAddress(address), () =>
        openAdmin(address ?? { host: "", port: 0 }, () => this.#pages()),
      ),
      this.#socket.prepare(name, () =>
        openSocket(name ?? "", (command, operands) => runCommand(context, command, operands)),
      ),
    ];
    try {
      return together(await allOf(preparing, (index) => ["admin", index === 0 ? "addr" : "socket"]));
    } catch (error) {
      for (const one of await Promise.allSettled(preparing)) if (one.status === "fulfilled") await one.value.abandon();
      throw error;
    }
  }

  /**
   * @param settings those that are in use now; undefined where they could not be taken
   * @param faults why they could not
   */
  reloaded(settings: Settings | undefined, faults: readonly string[]): void {
    this.#numbers?.reloaded(settings !== undefined);
    this.#faults = faults;
    if (settings === undefined) return;
    this.#settings = settings;
    this.#services = servicesOf(settings);
  }

  /** From now on nobody should send requests here. */
  drain(): void {
    this.#draining = true;
  }

  async close(): Promise<void> {
    await Promise.all([this.#server.close(), this.#socket.close()]);
    this.#numbers?.close();
  }

  #count(): Numbers {
    if (this.#numbers !== undefined) return this.#numbers;
    const numbers = new Numbers(
      this.#options.version,
      () => this.#settings,
      () => this.#services,
    );
    if (this.#gateway !== undefined) numbers.add(this.#gateway);
    this.#numbers = numbers;
    return numbers;
  }

  #pages(): AdminPages {
    const numbers = this.#count();
    const pages: AdminPages = {
      "/metrics": async () => ({ status: 200, type: numbers.type, body: await numbers.text() }),
      "/healthz": () => text(200, "ok\n"),
      "/readyz": () => this.#ready(),
    };
    if (!this.#settings.admin.dashboard) return pages;
    this.#dashboard ??= dashboardPages(this.#context(), this.#activity, this.#options.dashboardFile);
    return { ...pages, ...this.#dashboard };
  }

  #context(): CommandContext {
    if (this.#gateway === undefined) throw new Error("expected a gateway that runs, got none");
    const { node, servers, log, reload, drain } = this.#gateway;
    const { file, version } = this.#options;
    return {
      node,
      servers,
      log,
      file,
      version,
      drain,
      traces: this.#traces,
      settings: () => this.#settings,
      peers: () => this.#peers.list(),
      draining: () => this.#draining,
      reload: async () => ((await reload()) ? [] : this.#faults),
    };
  }

  #ready(): AdminAnswer {
    return this.#draining ? text(503, "draining\n") : text(200, "ready\n");
  }
}

const isWanted = ({ address, socket }: AdminSettings): boolean => address !== undefined || socket !== undefined;

const servicesOf = ({ servers }: Settings): ReadonlySet<string> =>
  new Set(servers.flatMap(({ routes }) => routes.flatMap(({ services }) => services)));
