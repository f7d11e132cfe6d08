/** Who the gateway is connected to. */
import type { PeerEvent } from "flatend";

/** A connected node. What it says of itself is its own word. */
export interface PeerRow {
  /** `host:port` it announces, or where it is connected from. */
  readonly addr: string;
  /** Public key in 64 hexadecimal digits; null of an anonymous node. */
  readonly key: string | null;
  readonly services: readonly string[];
  readonly connections: number;
  /** When the first of its connections was made. */
  readonly since: string;
}

type Identity = Pick<PeerEvent, "id" | "addr">;

/** As many as the node has connections, which its limits bound. */
export class Peers {
  readonly #rows = new Map<string, PeerRow>();

  readonly onPeer = (event: PeerEvent): void => {
    const known = this.#rows.get(nameOf(event));
    const connections = (known?.connections ?? 0) + (event.state === "connected" ? 1 : -1);
    if (connections <= 0) {
      this.#rows.delete(nameOf(event));
      return;
    }
    const { addr, id, services } = event;
    const since = known?.since ?? new Date().toISOString();
    this.#rows.set(nameOf(event), { addr, key: id?.key ?? null, services, connections, since });
  };

  list(): PeerRow[] {
    return [...this.#rows.values()].sort((one, other) => (one.addr < other.addr ? -1 : 1));
  }
}

const nameOf = ({ id, addr }: Identity): string => id?.key ?? addr;
