// Run after every `npm install` that changed the lock file: `node tools/complete-lock.mjs`.
// npm writes only those platforms' optional packages that the registry it asked could give it,
// and then `npm ci` refuses the lock file on every other machine. Their versions are pinned by
// the packages that want them, and their names tell os, cpu and libc, so the entries can be added.
import { readFileSync, writeFileSync } from "node:fs";

const path = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(path, "utf8"));
const { packages } = lock;
const SYSTEMS = ["android", "darwin", "freebsd", "linux", "openharmony", "win32"];
const added = [];

for (const wanting of Object.values(packages)) {
  for (const [name, version] of Object.entries(wanting.optionalDependencies ?? {})) {
    if (Object.keys(packages).some((key) => key.endsWith(`node_modules/${name}`))) continue;
    const words = name
      .split("/")
      .at(-1)
      .split("-")
      .filter((word) => word !== "cli" && word !== "binding");
    const os = words.find((word) => SYSTEMS.includes(word));
    const cpu = words[words.indexOf(os) + 1];
    if (os === undefined || cpu === undefined) throw new Error(`cannot tell the platform of ${name}`);
    const libc = os !== "linux" ? undefined : words.some((word) => word.startsWith("musl")) ? "musl" : "glibc";
    packages[`node_modules/${name}`] = {
      version,
      cpu: [cpu],
      ...(wanting.dev ? { dev: true } : {}),
      // 32-bit ARM packages name their ABI instead, and npm records no libc for them.
      ...(libc === undefined || cpu === "arm" ? {} : { libc: [libc] }),
      optional: true,
      os: [os],
    };
    added.push(name);
  }
}

lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
writeFileSync(path, `${JSON.stringify(lock, undefined, 2)}\n`);
console.log(`added ${added.length} entries${added.map((name) => `\n  ${name}`).join("")}`);
