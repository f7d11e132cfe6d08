/** What the processes of a run tell each other over the channel that fork() opens. */

export const WORKLOADS = ["serial", "inflight64", "upload", "download"] as const;
export type Workload = (typeof WORKLOADS)[number];

/** How long a workload runs before it is measured first. */
export interface WarmUp {
  /** Time that the client has spent on a core then, in ms. */
  readonly cpuMs: number;
  /** The most it may take on a machine that does much else, in ms. */
  readonly atMostMs: number;
}

/** From the program to a client. */
export type Order =
  | { readonly kind: "run"; readonly workload: Workload; readonly ms: number; readonly warmUp: WarmUp }
  | { readonly kind: "memory"; readonly connections: number }
  | { readonly kind: "streams"; readonly streams: number };

/** What one round of a workload gave. */
export interface Measure {
  /** Calls or bytes per second. */
  readonly perSecond: number;
  /** Time on a core that each call or byte took in client and server together, in µs. */
  readonly cpu: number;
  /** Latencies in ms, of calls alone. */
  readonly p50?: number;
  readonly p99?: number;
}

/** Resident bytes of a server. */
export interface Memory {
  /** Without a connection. */
  readonly idle: number;
  /** What it grows by with each idle connection. */
  readonly perConnection: number;
}

/** From a client to the program; the first one names the process of its server. */
export type Report =
  | { readonly kind: "ready"; readonly server: number | undefined }
  | { readonly kind: "measure"; readonly measure: Measure }
  | { readonly kind: "memory"; readonly memory: Memory }
  /** Resident bytes that the server grows by with each open stream; `undefined`: the stack has no streams. */
  | { readonly kind: "streams"; readonly bytesEach: number | undefined }
  | { readonly kind: "failed"; readonly note: string };

/** What a client asks its server. */
export type Question = "memory" | "cpu";

/** From a server to its client: where it listens, then the answer to each question. */
export type ServerReport =
  | { readonly kind: "listening"; readonly port: number }
  /** Resident bytes. */
  | { readonly kind: "memory"; readonly bytes: number }
  /** Time spent on a core so far, in µs. */
  | { readonly kind: "cpu"; readonly micros: number };
