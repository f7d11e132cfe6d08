import { cases } from "./cases/index.ts";
import { lookForLife } from "./runner/liveness.ts";
import { runCase } from "./runner/run-case.ts";
export async function main(argv: readonly string[]): Promise<number> {
  const [host = "127.0.0.1", port = "0"] = (argv[0] ?? "").split(":");
  const limits = { timeoutMs: 5000, seed: 1 };
  const bare = { host, port: Number(port), services: [], roundTripMs: 1 };
  const life = await lookForLife(bare, limits);
  console.log(life.state, life.reason);
  const target = { ...bare, services: ["echo"], publicKey: new Uint8Array(32) };
  for (const one of cases) {
    if (argv[1] && !one.id.includes(argv[1])) continue;
    const { result, life } = await runCase(one, target, limits);
    console.log(result.verdict, life, result.id, result.reason ?? "");
    if (argv[1])
      for (const e of result.transcript) console.log(`  ${e.at.toFixed(1)} ${e.connection} ${e.direction} ${e.what}`);
  }
  return 0;
}
