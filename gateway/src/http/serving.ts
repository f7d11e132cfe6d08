/** What answers by the settings of one `[[http]]` block, and the requests that run under it. */
import type { FastifyInstance } from "fastify";
import { type Address, formatAddress } from "../config/address.ts";
import type { ServerSettings } from "../config/settings.ts";
import { type AccessRules, logAccess } from "./access-log.ts";
import { atClose } from "./at-close.ts";
import { isLast } from "./door.ts";
import { type RequestWatcher, watchRequest } from "./ended-request.ts";
import { exchangeOf } from "./exchange.ts";
import { type Handler, type Incoming, isHttp2, type Outgoing } from "./message.ts";
import type { SecureNames } from "./secure.ts";

export type Scheme = "HTTP" | "HTTPS" | "redirect";

export interface ServingOptions {
  readonly scheme: Scheme;
  readonly settings: ServerSettings;
  /** Where it is to answer. */
  readonly addresses: readonly Address[];
  /** Of TLS, where there is any. */
  readonly names?: SecureNames | undefined;
  /** How requests are written down, if they are. */
  readonly access: AccessRules | undefined;
  /** Who else learns of them, if anybody. */
  readonly watcher: RequestWatcher | undefined;
}

export class Serving {
  readonly scheme: Scheme;
  readonly settings: ServerSettings;
  readonly addresses: readonly Address[];
  readonly names: SecureNames | undefined;
  readonly #handler: Handler;
  readonly #access: AccessRules | undefined;
  readonly #watcher: RequestWatcher | undefined;
  readonly #end: () => Promise<void>;
  #running = 0;
  #onQuiet: () => void = () => {};

  /** @param end what is to be done when nothing runs any more */
  constructor(handler: Handler, options: ServingOptions, end: () => Promise<void> = async () => {}) {
    const { scheme, settings, addresses, names, access, watcher } = options;
    this.scheme = scheme;
    this.settings = settings;
    this.addresses = addresses;
    this.names = names;
    this.#handler = handler;
    this.#access = access;
    this.#watcher = watcher;
    this.#end = end;
  }

  answer(request: Incoming, response: Outgoing): void {
    this.#watch(request, response);
    this.#running++;
    atClose(response, () => {
      this.#running--;
      if (this.#running === 0) this.#onQuiet();
    });
    this.#handler(request, response);
  }

  /** The first of its addresses, as the configuration has it. */
  get #name(): string {
    const [first] = this.addresses;
    return first === undefined ? "" : formatAddress(first);
  }

  #watch(request: Incoming, response: Outgoing): void {
    const [access, watcher] = [this.#access, this.#watcher];
    if (access === undefined && watcher === undefined) return;
    if (watcher !== undefined) {
      watcher.begun(this.#name);
      Object.assign(exchangeOf(request), { watcher, server: this.#name });
    }
    watchRequest(request, response, (ended) => {
      if (access !== undefined) logAccess(ended, access);
      watcher?.ended(this.#name, ended);
    });
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
    await this.#end();
  }
}

/** The way into an application, once its hooks and routes are complete. */
export async function handlerOf(app: FastifyInstance): Promise<Handler> {
  app.addHook("onSend", (request, reply, _payload, done) => {
    // The next request of this connection goes elsewhere.
    if (isLast(request.raw) && !isHttp2(request.raw)) reply.header("connection", "close");
    done();
  });
  await app.ready();
  return app.routing as Handler;
}
