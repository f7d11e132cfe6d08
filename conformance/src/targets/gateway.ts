import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CERTIFICATE } from "../probe/tls.ts";
import type { Death } from "../runner/verdict.ts";
import { AddressTarget } from "./address.ts";
import { gatewayConfiguration, otherConfiguration } from "./gateway-configuration.ts";
import { freePort, Program } from "./program.ts";
import {
  type Address,
  type GatewayAddresses,
  type GatewayControl,
  type OtherConfiguration,
  showAddress,
  type Target,
  TargetUnreachable,
} from "./target.ts";
import { BadCommand, splitWords } from "./words.ts";

/** What stands for the addresses of its servers in a command. */
const PLACES = { main: "{http}", bounded: "{bounded}", secure: "{https}", redirect: "{redirect}" } as const;

/** How long a server of a gateway may take to accept a connection once its mesh does, ms. */
const HTTP_MS = 5000;

/** A gateway that already runs, with the configuration of appendix C. */
export class GatewayAddressTarget extends AddressTarget {
  readonly gateway: GatewayAddresses;

  /** @param flags what names the gateway beside `--target` */
  constructor(text: string, address: Address, gateway: GatewayAddresses, flags: readonly string[]) {
    super(text, address, flags);
    this.gateway = gateway;
  }
  override async start(): Promise<Address> {
    const address = await super.start();
    await accept(this.gateway);
    return address;
  }
}

/** A gateway that the kit starts itself, with ports and a configuration of its own. */
export class GatewayExecTarget implements Target {
  readonly kind = "exec";
  readonly owned = true;
  readonly description: string;
  readonly flags: readonly string[];
  gateway: GatewayAddresses | undefined;
  readonly control: GatewayControl;
  readonly #words: readonly string[];
  #running: Program | undefined;
  #folder: string | undefined;
  #configure: (other: OtherConfiguration) => Promise<void> = async () => {};
  /** Holds an address that is to be taken. */
  #holder: Server | undefined;

  constructor(words: readonly string[], description: string, flags: readonly string[]) {
    this.#words = words;
    this.description = description;
    this.flags = flags;
    const hasFile = words.some((word) => word.includes("{config}"));
    this.control = {
      ...(hasFile ? { configure: (other) => this.#configure(other) } : {}),
      // There a signal ends a program without asking it.
      ...(process.platform === "win32" ? {} : { end: () => this.#running?.signal("SIGTERM") }),
    };
  }
  /** Throws BadCommand for a line from which no gateway learns its addresses. */
  static fromCommand(line: string): GatewayExecTarget {
    const words = splitWords(line);
    if (words.length === 0) throw new BadCommand("--gateway-exec needs a command");
    if (!line.includes("{config}") && !(line.includes("{bind}") && line.includes("{http}")))
      throw new BadCommand(`--gateway-exec needs {config}, or {bind} and {http}, in: ${line}`);
    return new GatewayExecTarget(words, line, ["--gateway-exec", line]);
  }

  async start(): Promise<Address> {
    const mesh = await localAddress();
    const servers = {
      main: await localAddress(),
      bounded: await localAddress(),
      secure: await localAddress(),
      redirect: await localAddress(),
    };
    this.#folder ??= mkdtempSync(join(tmpdir(), "flatend-conformance-gateway-"));
    const config = join(this.#folder, "config.toml");
    writeFileSync(config, gatewayConfiguration(mesh, servers));
    this.#configure = async (other) => {
      const taken = await localAddress();
      if (other === "unusable") {
        this.#holder = createServer().listen(taken);
        await once(this.#holder, "listening");
      }
      writeFileSync(config, otherConfiguration(other, mesh, servers.main, taken));
    };
    const places = {
      "{config}": config,
      "{bind}": mesh,
      ...Object.fromEntries(
        Object.entries(PLACES).map(([name, place]) => [place, servers[name as keyof typeof PLACES]]),
      ),
      "{certificate}": CERTIFICATE.certificate,
      "{key}": CERTIFICATE.key,
    };
    const words = this.#words.map((word) =>
      Object.entries(places).reduce(
        (text, [place, value]) => text.replaceAll(place, typeof value === "string" ? value : showAddress(value)),
        word,
      ),
    );
    const line = this.#words.join(" ");
    // The others are known of a gateway that has been told of them.
    const known = Object.entries(servers).filter(
      ([name]) => line.includes("{config}") || line.includes(PLACES[name as keyof typeof PLACES]),
    );
    this.gateway = { main: servers.main, ...Object.fromEntries(known) };
    this.#running = Program.start(words);
    try {
      await this.#running.accepts(mesh);
      await accept(this.gateway, this.#running);
    } catch (error) {
      await this.stop();
      throw error;
    }
    return mesh;
  }
  async death(withinMs: number): Promise<Death | undefined> {
    return await this.#running?.endedWithin(withinMs);
  }
  async restart(): Promise<Address> {
    await this.#kill();
    return this.start();
  }
  async stop(): Promise<void> {
    // One that is asked would wait for requests that nobody awaits any more.
    await this.#kill();
    this.#running = undefined;
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }
  async #kill(): Promise<void> {
    await this.#running?.kill();
    this.#holder?.close();
    this.#holder = undefined;
  }
}

const localAddress = async (): Promise<Address> => ({ host: "127.0.0.1", port: await freePort() });

/** Rejects with TargetUnreachable when a server accepts no connection in time, or its program has ended. */
async function accept(gateway: GatewayAddresses, program?: Program): Promise<void> {
  const deadline = performance.now() + HTTP_MS;
  for (const address of Object.values(gateway) as Address[]) {
    for (let fault = await refusal(address); fault !== undefined; fault = await refusal(address)) {
      program?.expectLife(`it accepted a connection at ${showAddress(address)}`);
      if (performance.now() > deadline)
        throw new TargetUnreachable(`no HTTP server accepts connections at ${showAddress(address)}: ${fault}`);
      await sleep(30);
    }
  }
}

function refusal({ host, port }: Address): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port }, () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.setTimeout(HTTP_MS, () => socket.destroy(new Error("nobody answers")));
    socket.once("error", (error) => resolve(error.message));
  });
}
