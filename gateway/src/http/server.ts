/** One `[[http]]` block: an application behind as many listeners as it has addresses. */
import type { Server } from "node:http";
import type { Node } from "flatend";
import type { Address } from "../config/address.ts";
import type { ServerSettings } from "../config/settings.ts";
import { applicationOf } from "./application.ts";
import { drain, listen, portOf } from "./listener.ts";

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
  app.addHook("onSend", (_request, reply, _payload, done) => {
    // The next request of this connection goes elsewhere.
    if (draining) reply.header("connection", "close");
    done();
  });
  await app.ready();
  const servers: Server[] = [];
  try {
    for (const address of settings.addresses) servers.push(await listen(app, settings, address));
  } catch (error) {
    for (const server of servers) server.close();
    throw error;
  }
  return {
    addresses: servers.map((server, index) => ({ host: settings.addresses[index]?.host ?? "", port: portOf(server) })),
    close: async () => {
      draining = true;
      await Promise.all(servers.map((server) => drain(server, settings.timeout.shutdown)));
      await app.close();
    },
  };
}
