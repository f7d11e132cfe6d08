import type { Stack } from "../stack.ts";

/** Loads the stack with that name and no other: the memory of a process is that of its own stack. */
const loaders: Readonly<Record<string, () => Promise<Stack>>> = {
  tcp: async () => (await import("./tcp.ts")).tcp,
  floor: async () => (await import("./floor.ts")).floor,
  flatend: async () => (await import("./flatend.ts")).flatend,
  "flatend-0.0.8": async () => (await import("./original.ts")).original,
  http2: async () => (await import("./http2.ts")).http2,
  ws: async () => (await import("./ws.ts")).ws,
  "@grpc/grpc-js": async () => (await import("./grpc.ts")).grpcJs,
  moleculer: async () => (await import("./moleculer.ts")).moleculer,
  libp2p: async () => (await import("./libp2p.ts")).libp2p,
};

export const stackNames: readonly string[] = Object.keys(loaders);

export function loadStack(name: string | undefined): Promise<Stack> {
  const load = loaders[name ?? ""];
  if (load === undefined) throw new Error(`expected a stack of ${stackNames.join(", ")}, got ${name}`);
  return load();
}
