/** Caddy, built from the module that bench/go pins. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const folder = fileURLToPath(new URL("../../go", import.meta.url));
const binary = join(folder, "dist", "caddy");

/** Builds it, which takes minutes the first time. Resolves with the program, or with why there is none. */
export async function buildCaddy(): Promise<{ readonly path: string } | { readonly missing: string }> {
  const path = [process.env.PATH, "/usr/local/go/bin"].filter(Boolean).join(delimiter);
  try {
    const env = { ...process.env, PATH: path, CGO_ENABLED: "0" };
    await promisify(execFile)("go", ["build", "-trimpath", "-o", binary, "."], { cwd: folder, env });
    return { path: binary };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // One that was built before is of the same version.
    if (code === "ENOENT" && existsSync(binary)) return { path: binary };
    return { missing: code === "ENOENT" ? "needs Go, https://go.dev/dl" : `Caddy cannot be built: ${message}` };
  }
}

/** Caddy's own configuration: it passes everything on to one port. */
export const proxyTo = (port: number, upstream: number): string =>
  JSON.stringify({
    admin: { disabled: true, config: { persist: false } },
    apps: {
      http: {
        servers: {
          proxy: {
            listen: [`127.0.0.1:${port}`],
            automatic_https: { disable: true },
            routes: [{ handle: [{ handler: "reverse_proxy", upstreams: [{ dial: `127.0.0.1:${upstream}` }] }] }],
          },
        },
      },
    },
  });
