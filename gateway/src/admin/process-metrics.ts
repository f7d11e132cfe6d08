/** The gateway itself in numbers: its version, its process and its reloads. */
import { Counter, collectDefaultMetrics, Gauge, type Registry } from "prom-client";

const MS_PER_SECOND = 1_000;

/** Learns of each reload, whether it was taken into use. */
export type ReloadWatcher = (ok: boolean) => void;

export function processMetrics(registry: Registry, version: string): ReloadWatcher {
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: "flatend_build_info",
    help: "1, with the version of the gateway and of Node.",
    labelNames: ["version", "node"] as const,
    registers,
  }).set({ version, node: process.version }, 1);
  const reloads = new Counter({
    name: "flatend_config_reloads_total",
    help: "Reloads of the configuration, by whether it was taken into use.",
    labelNames: ["result"] as const,
    registers,
  });
  for (const result of ["ok", "failed"]) reloads.inc({ result }, 0);
  const last = new Gauge({
    name: "flatend_config_last_reload_success_timestamp_seconds",
    help: "When a configuration was taken into use last.",
    registers,
  });
  const succeeded = (): void => last.set(Date.now() / MS_PER_SECOND);
  succeeded();
  return (ok) => {
    reloads.inc({ result: ok ? "ok" : "failed" });
    if (ok) succeeded();
  };
}
