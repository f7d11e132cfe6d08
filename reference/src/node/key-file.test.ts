import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { generateSecretKey, loadOrCreateKey, publicKeyOf } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "flatend-keys-"));
afterAll(() => rmSync(folder, { recursive: true, maxRetries: 5 }));

let files = 0;
const file = (content?: Uint8Array | string, mode = 0o600): string => {
  const path = join(folder, `${++files}.key`);
  if (content !== undefined) writeFileSync(path, content, { mode });
  return path;
};

describe("a key file", () => {
  test("is made once, for its owner alone, and read from then on", async () => {
    const path = file();
    const key = await loadOrCreateKey(path);
    expect(key).toHaveLength(64);
    expect(readFileSync(path)).toEqual(key);
    if (process.platform !== "win32") expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await loadOrCreateKey(path)).toEqual(key);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("is the same for all who make it at the same time", async () => {
    const path = file();
    const keys = await Promise.all(Array.from({ length: 20 }, () => loadOrCreateKey(path)));
    expect(new Set(keys.map((key) => key.toString("hex"))).size).toBe(1);
    expect(readFileSync(path)).toEqual(keys[0]);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("may hold a seed", async () => {
    const key = generateSecretKey();
    expect(await loadOrCreateKey(file(key.subarray(0, 32)))).toEqual(key);
  });

  test.skipIf(process.platform === "win32")("that others may use is refused, with what helps", async () => {
    for (const mode of [0o644, 0o640, 0o602]) {
      const path = file(generateSecretKey());
      chmodSync(path, mode);
      await expect(loadOrCreateKey(path)).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
        message: `key file ${path}: expected a file that nobody but its owner may use (0600), got 0${mode.toString(8)}; try: chmod 600 ${path}`,
      });
    }
  });

  test.each([
    ["nothing", "", /expected a key of 64 bytes, or a seed of 32, got 0 bytes$/],
    ["hexadecimal digits", generateSecretKey().toString("hex"), /got 128 bytes$/],
    ["a byte too much", Buffer.alloc(65), /got 65 bytes$/],
    ["two halves that do not match", Buffer.alloc(64), /expected the public key of the seed in its second half/],
  ])("that holds %s is refused, and left as it is", async (_, content, message) => {
    const path = file(content);
    await expect(loadOrCreateKey(path)).rejects.toThrow(message);
    await expect(loadOrCreateKey(path)).rejects.toThrow(path);
    expect(readFileSync(path)).toEqual(Buffer.from(content));
  });

  test("that cannot be written says why", async () => {
    const path = join(folder, "no-such-folder", "node.key");
    await expect(loadOrCreateKey(path)).rejects.toMatchObject({ code: "ENOENT" });
    expect(existsSync(path)).toBe(false);
    await expect(loadOrCreateKey(folder)).rejects.toThrow();
  });
});

test("the public key of a secret key is its second half, in hexadecimal", () => {
  const key = generateSecretKey();
  expect(publicKeyOf(key)).toBe(key.subarray(32).toString("hex"));
  expect(publicKeyOf(key.subarray(0, 32))).toBe(publicKeyOf(key));
  expect(() => publicKeyOf(key.subarray(1))).toThrow(/expected 32 bytes \(a seed\) or 64/);
});
