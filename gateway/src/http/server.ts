/** One `[[http]]` block: an application behind as many listeners as it has addresses. */
import { resolve } from "node:path";
import type { Node } from "flatend";
import type { Address } from "../config/address.ts";
import type { ServerSettings } from "../config/settings.ts";
import type { AutomaticCertificates } from "../tls/automatic.ts";
import { contextFromFiles } from "../tls/files.ts";
import { answeringCa } from "./acme-http.ts";
import { applicationOf } from "./application.ts";
import { type Handler, isHttp2 } from "./exchange.ts";
import { type Listener, listen } from "./listener.ts";
import { redirectToHttps } from "./redirect.ts";
import type { SecureNames } from "./secure.ts";

export interface HttpServer {
  readonly scheme: "HTTP" | "HTTPS";
  /** Where it listens, with the ports that were taken. */
  readonly addresses: readonly Address[];
  /** Where HTTP is redirected to HTTPS. */
  readonly redirect: Address | undefined;
  /** Takes no more requests, lets those that run go on for `timeout.shutdown`, then ends them. */
  close(): Promise<void>;
}

/**
 * Rejects when a static file is not there or a certificate cannot be used, and with the system's error when an address cannot be listened on; none is then.
 * @param folder where static files and certificates are looked for
 * @param certificates for domains without files, and of which a CA may ask on plain HTTP
 */
export async function startServer(
  node: Pick<Node, "call">,
  settings: ServerSettings,
  folder: string,
  certificates?: AutomaticCertificates,
): Promise<HttpServer> {
  const app = await applicationOf(node, settings, folder);
  let draining = false;
  app.addHook("onSend", (request, reply, _payload, done) => {
    // The next request of this connection goes elsewhere.
    if (draining && !isHttp2(request.raw)) reply.header("connection", "close");
    done();
  });
  await app.ready();
  const names = await namesOf(settings, folder, certificates);
  const listeners: Listener[] = [];
  const routing = app.routing as Handler;
  const handler = settings.tls === undefined ? answeringCa(routing, certificates) : routing;
  let plain: Listener | undefined;
  try {
    for (const address of settings.addresses) listeners.push(await listen(handler, settings, address, names));
    const { domains, redirectFrom } = settings.tls ?? {};
    if (domains !== undefined && redirectFrom !== undefined) {
      const redirecting = redirectToHttps(domains, () => listeners[0]?.port ?? 0);
      plain = await listen(answeringCa(redirecting, certificates), settings, redirectFrom);
    }
  } catch (error) {
    await Promise.all(listeners.map((listener) => listener.drain(0)));
    throw error;
  }
  return {
    scheme: settings.tls === undefined ? "HTTP" : "HTTPS",
    redirect: plain && { host: settings.tls?.redirectFrom?.host ?? "", port: plain.port },
    addresses: listeners.map(({ port }, index) => ({ host: settings.addresses[index]?.host ?? "", port })),
    close: async () => {
      draining = true;
      await Promise.all([plain, ...listeners].map((listener) => listener?.drain(settings.timeout.shutdown)));
      await app.close();
    },
  };
}

async function namesOf(
  { tls }: ServerSettings,
  folder: string,
  automatic: AutomaticCertificates | undefined,
): Promise<SecureNames | undefined> {
  if (tls === undefined) return undefined;
  const domains = new Set(tls.domains);
  if (tls.files === undefined) return { domains, contextFor: (name) => automatic?.contextFor(name), automatic };
  const { cert, key } = tls.files;
  const context = await contextFromFiles(resolve(folder, cert), resolve(folder, key));
  return { domains, contextFor: () => context };
}
