import type { CallOptions } from "./call.ts";
import type { Headers } from "./headers.ts";
import type { PeerInfo } from "./peer-info.ts";
import type { Body } from "./request-source.ts";
import type { Response } from "./response.ts";

/** A connected peer that offers services. */
export interface Provider {
  /** `undefined`: the peer is anonymous. */
  readonly id: PeerInfo | undefined;
  /** `host:port` it announces, or where it is connected from. */
  readonly addr: string;
  readonly services: readonly string[];
  /** Calls this peer and no other. */
  call(services: string | readonly string[], options?: CallOptions): Promise<Response>;
  /** The same under its older name. */
  push(services: readonly string[], headers?: Headers, body?: Body): Promise<Response>;
}
