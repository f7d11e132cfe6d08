/** What each `[[http]]` block is served by: its application, and for HTTPS the redirect from HTTP beside it. */
import { resolve } from "node:path";
import type { Node } from "flatend";
import type { ServerSettings } from "../config/settings.ts";
import type { AutomaticCertificates } from "../tls/automatic.ts";
import { certificateFromFiles } from "../tls/files.ts";
import type { AccessRules } from "./access-log.ts";
import { answeringCa } from "./acme-http.ts";
import { withAnyMethod } from "./any-method.ts";
import { applicationOf } from "./application.ts";
import type { RequestWatcher } from "./ended-request.ts";
import { redirectToHttps } from "./redirect.ts";
import type { SecureNames } from "./secure.ts";
import { handlerOf, Serving } from "./serving.ts";
import { allOf } from "./setup-error.ts";

export interface Surroundings {
  readonly node: Pick<Node, "call">;
  /** Where static files and certificates are looked for. */
  readonly folder: string;
  readonly access: AccessRules | undefined;
  readonly watcher: RequestWatcher | undefined;
  /** For domains without files, and of which a CA may ask on plain HTTP. */
  readonly certificates: AutomaticCertificates | undefined;
  /** The port that was taken for what is served; 0 until then. */
  portOf(serving: Serving): number;
}

/** Rejects with a SetupError when a static file is not there or a certificate cannot be used. */
export async function servingsOf(settings: ServerSettings, around: Surroundings): Promise<Serving[]> {
  const { node, folder, certificates } = around;
  const { access, watcher } = around;
  const { tls, addresses } = settings;
  const [names] = await allOf([namesOf(settings, folder, certificates)], () => ["tls"]);
  const app = await applicationOf(node, settings, folder);
  const methods = new Set(settings.routes.map(({ path }) => path.method));
  const routing = withAnyMethod(await handlerOf(app), methods);
  const end = async (): Promise<void> => app.close();
  if (tls === undefined) {
    const plain = { scheme: "HTTP", settings, addresses, access, watcher } as const;
    return [new Serving(answeringCa(routing, certificates), plain, end)];
  }
  const secured = new Serving(routing, { scheme: "HTTPS", settings, addresses, names, access, watcher }, end);
  const { domains, redirectFrom } = tls;
  if (redirectFrom === undefined) return [secured];
  const redirecting = redirectToHttps(domains, () => around.portOf(secured));
  const redirect = { scheme: "redirect", settings, addresses: [redirectFrom], access, watcher } as const;
  return [secured, new Serving(answeringCa(redirecting, certificates), redirect)];
}

async function namesOf(
  { tls }: ServerSettings,
  folder: string,
  automatic: AutomaticCertificates | undefined,
): Promise<SecureNames | undefined> {
  if (tls === undefined) return undefined;
  const domains = new Set(tls.domains);
  if (tls.files === undefined) return automaticNames(domains, automatic);
  const { cert, key } = tls.files;
  const { context, pem } = await certificateFromFiles(resolve(folder, cert), resolve(folder, key));
  return { domains, contextFor: () => context, certificateFor: () => pem };
}

const automaticNames = (domains: ReadonlySet<string>, automatic: AutomaticCertificates | undefined): SecureNames => ({
  domains,
  contextFor: (name) => automatic?.contextFor(name),
  certificateFor: (name) => automatic?.certificateFor(name),
  automatic,
});
