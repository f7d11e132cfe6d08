/** An address that is listened on, and what answers there, which can be exchanged. */
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Address } from "../config/address.ts";
import { Attached } from "./attached.ts";
import { Listener } from "./listener.ts";
import type { Incoming } from "./message.ts";
import type { Serving } from "./serving.ts";
import { type Upgrade, upgradeResponse } from "./upgradable.ts";

const doors = new Attached<Incoming, Door>("door");

/** Whether the connection of a request takes no further one. */
export const isLast = (request: Incoming): boolean => doors.get(request)?.isClosing ?? false;

export class Door {
  /** As the configuration names it: port 0 is any. */
  readonly wanted: Address;
  #serving: Serving;
  #listener: Listener | undefined;
  #closing = false;
  /** Connections on which a WebSocket is spoken, or asked for. */
  readonly #upgrades = new Set<Upgrade>();

  private constructor(serving: Serving, wanted: Address) {
    this.#serving = serving;
    this.wanted = wanted;
  }

  /** Rejects with the system's error when the address cannot be listened on. */
  static async open(serving: Serving, wanted: Address): Promise<Door> {
    const door = new Door(serving, wanted);
    const { settings, names } = serving;
    door.#listener = await Listener.open(
      (request, response) => {
        doors.set(request, door);
        door.#serving.answer(request, response);
      },
      settings,
      wanted,
      { names, upgrade: (request, socket, head) => door.#upgrade(request, socket, head) },
    );
    return door;
  }

  /** Where it listens, with the port that was taken. */
  get address(): Address {
    return { host: this.wanted.host, port: this.#listener?.port ?? 0 };
  }

  get serving(): Serving {
    return this.#serving;
  }

  get isClosing(): boolean {
    return this.#closing;
  }

  /** Requests from now on are answered by somebody else; those that run end under their own. */
  exchange(serving: Serving): void {
    this.#serving = serving;
    this.#listener?.adjust(serving.settings, serving.names);
  }

  /** Takes no more connections, lets requests that run go on for `timeout.shutdown`, then ends them. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const upgrade of this.#upgrades) {
      upgrade.leaving = true;
      upgrade.leave();
    }
    await this.#listener?.drain(this.#serving.settings.timeout.shutdown);
  }

  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const upgrading = upgradeResponse(request, socket, head);
    if (upgrading === undefined) return;
    const { upgrade, response } = upgrading;
    doors.set(request, this);
    upgrade.leaving = this.#closing;
    this.#upgrades.add(upgrade);
    socket.once("close", () => this.#upgrades.delete(upgrade));
    this.#serving.answer(request, response);
  }
}
