/** What the gateway shows to those who run it: put together, and opened where they find it. */
import type { CallMiddleware, Node, NodeListeners } from "flatend";
import { Registry } from "prom-client";
import type { Settings } from "../config/settings.ts";
import type { RequestWatcher } from "../http/ended-request.ts";
import type { HttpServers } from "../http/server.ts";
import { Activity } from "./activity.ts";
import { certificateMetrics } from "./certificates.ts";
import { type CommandContext, runCommand } from "./commands.ts";
import { dashboardPages, type FileName } from "./dashboard.ts";
import { httpMetrics } from "./http-metrics.ts";
import { callMetrics, nodeMetrics } from "./mesh-metrics.ts";
import { Peers } from "./peers.ts";
import { processMetrics, type ReloadWatcher } from "./process-metrics.ts";
import { routeMetrics } from "./route-metrics.ts";
import { type AdminAnswer, type AdminPages, type AdminServer, openAdmin, text } from "./server.ts";
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

/** Watches one gateway from its start. */
export class Admin {
  readonly requests: RequestWatcher;
  /** Around the calls of the gateway's node. */
  readonly calls: readonly CallMiddleware[];
  /** Of the gateway's node. */
  readonly listeners: NodeListeners;
  readonly #options: AdminOptions;
  readonly #registry = new Registry();
  readonly #peers = new Peers();
  readonly #traces = new Traces();
  readonly #activity = new Activity();
  readonly #reloaded: ReloadWatcher;
  #settings: Settings;
  #services: ReadonlySet<string>;
  #faults: readonly string[] = [];
  #draining = false;
  #server: AdminServer | undefined;
  #socket: AdminSocket | undefined;

  constructor(options: AdminOptions) {
    const { version, settings } = options;
    this.#options = options;
    this.#settings = settings;
    this.#services = servicesOf(settings);
    const counted = httpMetrics(this.#registry);
    const inRoutes = routeMetrics(this.#registry, () => this.#settings);
    this.requests = {
      begun: counted.begun,
      repeated: inRoutes.repeated,
      opened: (server, route) => {
        const { message, closed } = inRoutes.opened(server, route);
        const shown = this.#activity.opened(server, route);
        return {
          message,
          closed: () => {
            closed();
            shown();
          },
        };
      },
      ended: (server, request) => {
        counted.ended(server, request);
        this.#activity.ended(server, request);
        this.#traces.ended(request);
      },
    };
    this.calls = [callMetrics(this.#registry, () => this.#services), this.#traces.call];
    this.listeners = { peer: this.#peers.onPeer };
    this.#reloaded = processMetrics(this.#registry, version);
  }

  /** Where its pages are, with the port that was taken. */
  get address(): AdminServer["address"] | undefined {
    return this.#server?.address;
  }

  /** Opens address and socket, where they are wanted. Rejects when one of them cannot be; `close` closes the other. */
  async open(gateway: Administered): Promise<void> {
    nodeMetrics(this.#registry, gateway.node, () => this.#services);
    certificateMetrics(this.#registry, () => gateway.servers.certificates);
    const { address, socket, dashboard } = this.#settings.admin;
    const context = this.#context(gateway);
    if (socket !== undefined) {
      const name = socketName(this.#options.folder, socket);
      this.#socket = await openSocket(name, (command, operands) => runCommand(context, command, operands));
    }
    if (address === undefined) return;
    const more = dashboard ? dashboardPages(context, this.#activity, this.#options.dashboardFile) : {};
    this.#server = await openAdmin(address, { ...this.#pages(), ...more });
  }

  /**
   * @param settings those that are in use now; undefined where they could not be taken
   * @param faults why they could not
   */
  reloaded(settings: Settings | undefined, faults: readonly string[]): void {
    this.#reloaded(settings !== undefined);
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
    await Promise.all([this.#server?.close(), this.#socket?.close()]);
    this.#registry.clear();
  }

  #pages(): AdminPages {
    return {
      "/metrics": async () => ({ status: 200, type: this.#registry.contentType, body: await this.#registry.metrics() }),
      "/healthz": () => text(200, "ok\n"),
      "/readyz": () => this.#ready(),
    };
  }

  #context({ node, servers, log, reload, drain }: Administered): CommandContext {
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

const servicesOf = ({ servers }: Settings): ReadonlySet<string> =>
  new Set(servers.flatMap(({ routes }) => routes.flatMap(({ services }) => services)));
