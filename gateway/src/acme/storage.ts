/** A folder with the account's key and the certificates; several gateways may share it. */
import { createPrivateKey, type KeyObject, randomBytes } from "node:crypto";
import { link, mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { newKey, pemOfKey } from "../tls/x509.ts";

export interface StoredCertificate {
  /** With its chain, in PEM. */
  readonly cert: string;
  readonly key: string;
}

/** ms after which a lock is nobody's any more: an order takes less. */
const LOCK_AGE_MS = 600_000;

export class Storage {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The account's key, which is made if there is none. */
  async accountKey(): Promise<KeyObject> {
    const name = "account.pem";
    const before = await this.#read(name);
    if (before !== undefined) return createPrivateKey(before);
    const temporary = await this.#temporary(pemOfKey(newKey()));
    // Of several gateways that start at one moment the first one's key stays.
    await link(temporary, join(this.#folder, name)).catch(ignore("EEXIST"));
    await rm(temporary);
    return createPrivateKey(await readFile(join(this.#folder, name), "utf8"));
  }

  /** The certificate of a domain that was stored last. */
  async load(domain: string): Promise<StoredCertificate | undefined> {
    const text = await this.#read(fileOf(domain));
    return text === undefined ? undefined : (JSON.parse(text) as StoredCertificate);
  }

  /** Readers see all of it or what was there before. */
  async save(domain: string, certificate: StoredCertificate): Promise<void> {
    const temporary = await this.#temporary(`${JSON.stringify(certificate)}\n`);
    await rename(temporary, join(this.#folder, fileOf(domain)));
  }

  /** Gives what releases the lock; undefined while somebody else has it. */
  async lock(domain: string): Promise<(() => Promise<void>) | undefined> {
    const name = `${domain}.lock`;
    const path = join(this.#folder, name);
    const mine = randomBytes(8).toString("hex");
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await this.#removeOld(path, mine);
    const file = await open(path, "wx", 0o600).catch(ignore("EEXIST"));
    if (file === undefined) return undefined;
    await file.writeFile(mine).finally(() => file.close());
    return async () => {
      // It may have become old, and somebody else's.
      if ((await this.#read(name)) === mine) await rm(path, { force: true });
    };
  }

  /** Removes a lock whose owner has died. Of several gateways that find it one does, and what another has locked meanwhile is put back. */
  async #removeOld(path: string, mine: string): Promise<void> {
    if (!(await isOld(path))) return;
    const aside = join(this.#folder, `${mine}.old`);
    await rename(path, aside).catch(ignore("ENOENT"));
    if ((await isOld(aside)) === false) await link(aside, path).catch(ignore("EEXIST"));
    await rm(aside, { force: true });
  }

  #read(name: string): Promise<string | undefined> {
    return readFile(join(this.#folder, name), "utf8").catch(ignore("ENOENT"));
  }

  async #temporary(text: string): Promise<string> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const path = join(this.#folder, `${randomBytes(8).toString("hex")}.new`);
    const file = await open(path, "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    return path;
  }
}

/** Of a lock; undefined where there is none. */
async function isOld(path: string): Promise<boolean | undefined> {
  const since = await stat(path).catch(ignore("ENOENT"));
  return since === undefined ? undefined : Date.now() - since.mtimeMs > LOCK_AGE_MS;
}

const fileOf = (domain: string): string => `${domain}.json`;

/** For an error that is an answer. */
const ignore =
  (code: string) =>
  (error: NodeJS.ErrnoException): undefined => {
    if (error.code !== code) throw error;
    return undefined;
  };
