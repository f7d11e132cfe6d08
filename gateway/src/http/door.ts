/** An address that is listened on, and the application that answers there, which can be exchanged. */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";
import type { Address } from "../config/address.ts";
import type { ServerSettings } from "../config/settings.ts";
import { type AccessRules, logAccess } from "./access-log.ts";
import { adjust, drain, listen, portOf } from "./listener.ts";

/** An application with its settings, and the requests that run under it. */
export class Serving {
  readonly settings: ServerSettings;
  readonly #app: FastifyInstance;
  readonly #access: AccessRules | undefined;
  #running = 0;
  #onQuiet: () => void = () => {};

  private constructor(app: FastifyInstance, settings: ServerSettings, access: AccessRules | undefined) {
    this.#app = app;
    this.#access = access;
    this.settings = settings;
  }

  /** @param access how requests are written down, if they are */
  static async of(app: FastifyInstance, settings: ServerSettings, access?: AccessRules): Promise<Serving> {
    app.addHook("onSend", (request, reply, _payload, done) => {
      // The next request of this connection goes elsewhere.
      if (doors.get(request.raw)?.draining) reply.header("connection", "close");
      done();
    });
    await app.ready();
    return new Serving(app, settings, access);
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    if (this.#access !== undefined) logAccess(request, response, this.#access);
    this.#running++;
    response.once("close", () => {
      this.#running--;
      if (this.#running === 0) this.#onQuiet();
    });
    this.#app.routing(request, response);
  }

  /**
   * Waits until nothing runs under it any more. No request may come from now on.
   * @param over when no connection is left: Node does not tell the end of every response that waited behind another
   */
  async close(over: Promise<void>): Promise<void> {
    if (this.#running > 0) {
      const quiet = new Promise<void>((resolve) => {
        this.#onQuiet = resolve;
      });
      await Promise.race([quiet, over]);
    }
    await this.#app.close();
  }
}

const doors = new WeakMap<IncomingMessage, Door>();

export class Door {
  /** As the configuration names it: port 0 is any. */
  readonly wanted: Address;
  #serving: Serving;
  #server: Server | undefined;
  #draining = false;

  private constructor(serving: Serving, wanted: Address) {
    this.#serving = serving;
    this.wanted = wanted;
  }

  /** Rejects with the system's error when the address cannot be listened on. */
  static async open(serving: Serving, wanted: Address): Promise<Door> {
    const door = new Door(serving, wanted);
    door.#server = await listen(
      (request, response) => {
        doors.set(request, door);
        door.#serving.answer(request, response);
      },
      serving.settings,
      wanted,
    );
    return door;
  }

  /** Where it listens, with the port that was taken. */
  get address(): Address {
    return { host: this.wanted.host, port: this.#server === undefined ? 0 : portOf(this.#server) };
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** Requests from now on are answered by another application; those that run end under their own. */
  exchange(serving: Serving): void {
    this.#serving = serving;
    if (this.#server !== undefined) adjust(this.#server, serving.settings);
  }

  /** Takes no more connections, lets requests that run go on for `timeout.shutdown`, then ends them. */
  async close(): Promise<void> {
    this.#draining = true;
    if (this.#server !== undefined) await drain(this.#server, this.#serving.settings.timeout.shutdown);
  }
}
