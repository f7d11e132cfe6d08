// A gateway's server in this process, with services behind it, for tests over real connections.
import { generateSecretKey, type Handler, Node } from "flatend";
import { afterEach } from "vitest";
import { readConfiguration } from "../src/config/load.ts";
import { settingsOf } from "../src/config/settings.ts";
import { Patience } from "../src/http/patience.ts";
import { startServers } from "../src/http/server.ts";

export type Handlers = Readonly<Record<string, Handler>>;

export interface SmallMesh {
  /** The node of the gateway. */
  readonly node: Node;
  readonly url: string;
  readonly port: number;
  /** One more node that offers these; anonymous unless it has a key. */
  offer(services: Handlers, secretKey?: Uint8Array): Promise<Node>;
}

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** What is to be stopped at the end of the test, before all that was there earlier. */
export const atEnd = (stop: () => unknown): void => void stops.push(stop);

/**
 * Every name has a route for GET, HEAD by it, and POST.
 * @param keys what stands in `[[http]]`
 */
export async function smallMesh(names: readonly string[], keys = ""): Promise<SmallMesh> {
  const node = await Node.start({ secretKey: generateSecretKey(), bindAddrs: ["127.0.0.1:0"] });
  atEnd(() => node.shutdown({ timeout: 0 }));
  const route = (method: string, name: string) => `[[http.routes]]\npath = "${method} /${name}"\nservice = "${name}"\n`;
  const routes = names.flatMap((name) => [route("GET", name), route("POST", name)]);
  const text = `[[http]]\naddr = "127.0.0.1:0"\n${keys}\n${routes.join("")}`;
  const [settings] = settingsOf(readConfiguration(text, "test")).servers;
  const server = await startServers(new Patience(node), [settings as NonNullable<typeof settings>], ".");
  atEnd(() => server.close());
  const port = server.addresses[0]?.port ?? 0;
  const offer = async (services: Handlers, secretKey?: Uint8Array): Promise<Node> => {
    const named = secretKey === undefined ? {} : { secretKey, bindAddrs: ["127.0.0.1:0"] };
    const service = await Node.start({ addrs: [...node.addresses], services, ...named });
    atEnd(() => service.shutdown({ timeout: 0 }));
    return service;
  };
  return { node, url: `http://127.0.0.1:${port}`, port, offer };
}
