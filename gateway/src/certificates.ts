/** Which certificates the servers of a configuration want of a CA. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Keeper } from "./acme/keeper.ts";
import type { Settings } from "./config/settings.ts";
import { SetupError } from "./http/setup-error.ts";
import type { Log } from "./log.ts";

/** A keeper, and what it was made for: the same once more needs no other. */
export interface KeptCertificates {
  readonly purpose: string;
  readonly keeper: Keeper;
}

/**
 * Undefined where no server wants any. Takes the former ones where nothing has changed. Rejects with a SetupError when files cannot be read.
 * @param folder where paths begin
 */
export async function certificatesOf(
  { acme, servers }: Settings,
  folder: string,
  log: Log,
  former?: KeptCertificates,
): Promise<KeptCertificates | undefined> {
  const named = servers.flatMap(({ tls }) => (tls === undefined || tls.files !== undefined ? [] : tls.domains));
  if (named.length === 0) return undefined;
  const domains = [...new Set(named)];
  const purpose = JSON.stringify([acme, domains]);
  if (former?.purpose === purpose) return former;
  const { email, directory, storage, ca, renewAt, challenges } = acme;
  try {
    const root = ca === undefined ? undefined : await readFile(resolve(folder, ca), "utf8");
    const own = { domains, directory, email, ca: root, folder: resolve(folder, storage), renewAt, challenges, log };
    const keeper = new Keeper(own);
    await keeper.load();
    return { purpose, keeper };
  } catch (error) {
    throw new SetupError([{ path: ["acme"], message: (error as Error).message }]);
  }
}
