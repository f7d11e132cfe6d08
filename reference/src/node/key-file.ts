import { randomBytes } from "node:crypto";
import { constants, copyFile, link, open, rm, writeFile } from "node:fs/promises";
import { KEY_LENGTH, toHex } from "../wire/index.ts";
import { FlatendError, messageOf } from "./errors.ts";
import { generateSecretKey, keyPairOf } from "./keys.ts";

/** Rights of group and others, none of which a key file may give. */
const OTHERS = 0o077;

/**
 * The secret key in a file; a new one is written there first if there is no such file. It appears under its name whole or not at all (where the file
 * system has links), readable by its owner alone, and processes that start at the same time all get the same key. Rejects with INVALID_ARGUMENT when the file may be read by
 * others (on POSIX) or does not hold the 64 bytes of {@link generateSecretKey} or a seed of 32, and with the file system's own error when it
 * cannot be read or written. The folder must exist.
 */
export async function loadOrCreateKey(file: string): Promise<Buffer> {
  return (await load(file)) ?? (await create(file)) ?? (await loadAgain(file));
}

/** The public key of a secret key, in 64 hexadecimal digits: what stands before the `@` in an entry of `addrs`, and in a list of `allow`. Throws INVALID_ARGUMENT. */
export function publicKeyOf(secretKey: Uint8Array): string {
  return toHex(keyPairOf(secretKey).publicKey);
}

async function load(file: string): Promise<Buffer | undefined> {
  const handle = await open(file, "r").catch((error: unknown) => {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  });
  if (handle === undefined) return undefined;
  try {
    const { mode, size } = await handle.stat();
    if (process.platform !== "win32" && (mode & OTHERS) !== 0) {
      const rights = `0${(mode & 0o777).toString(8).padStart(3, "0")}`;
      throw refused(file, `a file that nobody but its owner may use (0600), got ${rights}`, `chmod 600 ${file}`);
    }
    const expected = `a key of ${2 * KEY_LENGTH} bytes, or a seed of ${KEY_LENGTH}`;
    if (size !== KEY_LENGTH && size !== 2 * KEY_LENGTH) throw refused(file, `${expected}, got ${size} bytes`);
    const bytes = await handle.readFile();
    const { seed, publicKey } = checked(file, bytes);
    return Buffer.concat([seed, publicKey]);
  } finally {
    await handle.close();
  }
}

function checked(file: string, bytes: Uint8Array): { seed: Uint8Array; publicKey: Uint8Array } {
  try {
    return keyPairOf(bytes);
  } catch (error) {
    throw new FlatendError("INVALID_ARGUMENT", `key file ${file}: ${messageOf(error)}`, error);
  }
}

/** Writes a new key beside the file and gives it its name, which fails if somebody else was faster: then `undefined`. */
async function create(file: string): Promise<Buffer | undefined> {
  const key = generateSecretKey();
  const draft = `${file}.${randomBytes(8).toString("hex")}.tmp`;
  try {
    await writeFile(draft, key, { flag: "wx", mode: 0o600, flush: true });
    await link(draft, file).catch((error: unknown) => {
      if (isCode(error, "EEXIST")) throw error;
      // Not every file system has links; a copy is not there at once, but still nobody's file is overwritten.
      return copyFile(draft, file, constants.COPYFILE_EXCL);
    });
    return key;
  } catch (error) {
    if (isCode(error, "EEXIST")) return undefined;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function loadAgain(file: string): Promise<Buffer> {
  const key = await load(file);
  if (key === undefined) throw refused(file, "the file that was just there, got none");
  return key;
}

const refused = (file: string, what: string, help?: string): FlatendError =>
  new FlatendError(
    "INVALID_ARGUMENT",
    `key file ${file}: expected ${what}${help === undefined ? "" : `; try: ${help}`}`,
  );

const isCode = (error: unknown, code: string): boolean => (error as { code?: unknown }).code === code;
