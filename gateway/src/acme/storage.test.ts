import { mkdtempSync, readdirSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { Storage } from "./storage.ts";

/** What happens once, just before the next file is moved. */
let meanwhile: (() => Promise<void>) | undefined;

vi.mock("node:fs/promises", async (original) => {
  const files = await original<typeof import("node:fs/promises")>();
  const rename: typeof files.rename = async (...paths) => {
    const once = meanwhile;
    meanwhile = undefined;
    await once?.();
    return files.rename(...paths);
  };
  return { ...files, rename };
});

const folder = mkdtempSync(join(tmpdir(), "flatend-storage-"));
afterAll(() => rmSync(folder, { recursive: true, maxRetries: 5 }));

test("gateways that share a folder have one account", async () => {
  const shared = join(folder, "account");
  const keys = await Promise.all([1, 2, 3].map(() => new Storage(shared).accountKey()));
  const [first, ...rest] = keys.map((key) => key.export({ type: "pkcs8", format: "pem" }));
  for (const key of rest) expect(key).toBe(first);
  expect(readdirSync(shared)).toEqual(["account.pem"]);
});

test("what was saved last is loaded, and nothing else is left", async () => {
  const shared = join(folder, "saved");
  const storage = new Storage(shared);
  expect(await storage.load("a.test")).toBeUndefined();
  for (const key of ["1", "2"]) await storage.save("a.test", { cert: "c", key });
  expect(await new Storage(shared).load("a.test")).toEqual({ cert: "c", key: "2" });
  expect(readdirSync(shared)).toEqual(["a.test.json"]);
});

test("one gateway at a time asks for a domain, and one that died is not waited for for ever", async () => {
  const shared = join(folder, "lock");
  const [one, other] = [new Storage(shared), new Storage(shared)];
  const release = await one.lock("a.test");
  expect(release).toBeDefined();
  expect(await other.lock("a.test")).toBeUndefined();
  expect(await other.lock("b.test")).toBeDefined();
  await release?.();
  expect(await other.lock("a.test")).toBeDefined();
  const longAgo = new Date(Date.now() - 3_600_000);
  utimesSync(join(shared, "a.test.lock"), longAgo, longAgo);
  expect(await one.lock("a.test")).toBeDefined();
});

test("of many gateways that find the lock of one that died, one gets it", async () => {
  const shared = join(folder, "old");
  const longAgo = new Date(Date.now() - 3_600_000);
  for (let round = 0; round < 20; round++) {
    await new Storage(shared).lock("a.test");
    utimesSync(join(shared, "a.test.lock"), longAgo, longAgo);
    const releases = await Promise.all(Array.from({ length: 12 }, () => new Storage(shared).lock("a.test")));
    expect(releases.filter((release) => release !== undefined)).toHaveLength(1);
    for (const release of releases) await release?.();
    expect(readdirSync(shared)).toEqual([]);
  }
});

test("a lock that became somebody else's is not released by its owner of before", async () => {
  const shared = join(folder, "late");
  const release = await new Storage(shared).lock("a.test");
  const longAgo = new Date(Date.now() - 3_600_000);
  utimesSync(join(shared, "a.test.lock"), longAgo, longAgo);
  expect(await new Storage(shared).lock("a.test")).toBeDefined();
  await release?.();
  expect(readdirSync(shared)).toEqual(["a.test.lock"]);
});

test("a gateway that was slow to remove an old lock puts back the one that another has taken meanwhile", async () => {
  const shared = join(folder, "slow");
  const [slow, quick] = [new Storage(shared), new Storage(shared)];
  await slow.lock("a.test");
  const longAgo = new Date(Date.now() - 3_600_000);
  utimesSync(join(shared, "a.test.lock"), longAgo, longAgo);
  let release: (() => Promise<void>) | undefined;
  meanwhile = async () => {
    release = await quick.lock("a.test");
  };
  expect(await slow.lock("a.test")).toBeUndefined();
  expect(release).toBeDefined();
  expect(readdirSync(shared)).toEqual(["a.test.lock"]);
  await release?.();
  expect(readdirSync(shared)).toEqual([]);
});
