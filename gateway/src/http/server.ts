/** One `[[http]]` block: an application behind as many listeners as it has addresses. */
import type { Node } from "flatend";
import type { Address } from "../config/address.ts";
import type { ServerSettings } from "../config/settings.ts";
import { applicationOf } from "./application.ts";
import { type Handler, isHttp2 } from "./exchange.ts";
import { type Listener, listen } from "./listener.ts";

export interface HttpServer {
  /** Where it listens, with the ports that were taken. */
  readonly addresses: readonly Address[];
  /** Takes no more requests, lets those that run go on for `timeout.shutdown`, then ends them. */
  close(): Promise<void>;
}

/**
 * Rejects when a static file is not there, and with the system's error when an address cannot be listened on; none is then.
 * @param folder where static files are looked for
 */
export async function startServer(
  node: Pick<Node, "call">,
  settings: ServerSettings,
  folder: string,
): Promise<HttpServer> {
  const app = await applicationOf(node, settings, folder);
  let draining = false;
  app.addHook("onSend", (request, reply, _payload, done) => {
    // The next request of this connection goes elsewhere.
    if (draining && !isHttp2(request.raw)) reply.header("connection", "close");
    done();
  });
  await app.ready();
  const listeners: Listener[] = [];
  const handler = app.routing as Handler;
  try {
    for (const address of settings.addresses) listeners.push(await listen(handler, settings, address));
  } catch (error) {
    await Promise.all(listeners.map((listener) => listener.drain(0)));
    throw error;
  }
  return {
    addresses: listeners.map(({ port }, index) => ({ host: settings.addresses[index]?.host ?? "", port })),
    close: async () => {
      draining = true;
      await Promise.all(listeners.map((listener) => listener.drain(settings.timeout.shutdown)));
      await app.close();
    },
  };
}
