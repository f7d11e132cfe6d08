import { MAX_CONNECTIONS_PER_PEER, type PeerId, RECEIVE_BUFFER_LENGTH } from "../wire/index.ts";
import type { HostPort } from "./addresses.ts";
import { type Choice, Chooser } from "./choice.ts";
import type { Link } from "./link.ts";
import type { Links } from "./links.ts";
import { peerInfoOf } from "./peer-info.ts";
import type { Provider } from "./provider.ts";

/** What the selection needs of its node. */
export interface SelectionHost {
  readonly links: Links;
  /** The node's public key in hexadecimal; `undefined` of an anonymous node. */
  readonly ownKey: string | undefined;
  random(): number;
  dial(target: HostPort): Promise<Link>;
  providerOf(link: Link): Provider;
}

/** Finds the connection that a call goes over. */
export class Selection {
  readonly #host: SelectionHost;
  readonly #chooser: Chooser;
  /** Connections that are being opened beside laden ones, by the peer's key. */
  readonly #dialing = new Map<string, Promise<Link>>();
  /** Laden links beside which there could be no other. */
  readonly #alone = new WeakSet<Link>();

  constructor(host: SelectionHost) {
    this.#host = host;
    this.#chooser = new Chooser(() => host.random());
  }

  /** A link to a provider that was not tried; `undefined` when there is none. Rejects when one would have to be dialed and cannot be reached. */
  acquire(
    services: readonly string[],
    tried: ReadonlySet<Link>,
    allowed: (link: Link) => boolean,
    choose: Choice,
    avoid?: (provider: Provider) => boolean,
  ): Link | undefined | Promise<Link | undefined> {
    const links = this.#host.links.offering(services).filter((link) => allowed(link));
    const isUsable = (link: Link) => link.open && !tried.has(link) && hasRoom(link);
    // The one that there is, as of most services: nothing is to be chosen.
    const [only] = links;
    if (links.length === 1 && only !== undefined && isUsable(only) && !only.isLaden) return only;
    const usable = links.filter(isUsable);
    const willing = usable.filter((link) => !this.#isUnwilling(link));
    const preferred = willing.length > 0 ? willing : usable;
    const unavoided = avoid && preferred.filter((link) => !avoid(this.#host.providerOf(link)));
    const asked = unavoided !== undefined && unavoided.length > 0 ? unavoided : preferred;
    const free = asked.filter((link) => !link.isLaden);
    const best = this.#chooser.pick(this.#onePerPeer(free.length > 0 ? free : asked), choose, (link) =>
      this.#host.providerOf(link),
    );
    if (best !== undefined) return free.length > 0 ? best : this.#beside(best, services);
    const others = links.filter((link) => this.#isToBeDialed(link));
    return others.length > 0 ? this.#dialed(others, services) : undefined;
  }

  /** Whether all connections to a peer that can be dialed are retired or full (FLT-PRV-012). */
  #isToBeDialed({ key, peer }: Link): boolean {
    const siblings = key === undefined ? [] : this.#host.links.of(key);
    return peer?.id !== undefined && peer.id.port !== 0 && !siblings.some((other) => other.open && hasRoom(other));
  }

  /** A new connection to the first of these peers that still offers a service when it is dialed (FLT-PRV-001). */
  async #dialed(links: readonly Link[], services: readonly string[]): Promise<Link | undefined> {
    for (const link of links) {
      const id = link.peer?.id;
      if (id === undefined || !this.#isToBeDialed(link)) continue;
      const dialed = await this.#dial(id);
      if (this.#offers(dialed, services)) return dialed;
    }
    return undefined;
  }

  #dial(id: PeerId): Promise<Link> {
    const { host, port } = peerInfoOf(this.#host.links.table.find(id.publicKey) ?? id);
    return this.#host.dial({ host, port, expectedPublicKey: id.publicKey });
  }

  #offers(link: Link, services: readonly string[]): boolean {
    return this.#host.links.offering(services).includes(link);
  }

  /** Whether its peer has refused a call of late, over this link or another one (FLT-PRV-009). */
  #isUnwilling(link: Link): boolean {
    return link.unwilling || (link.key !== undefined && this.#host.links.of(link.key).some((other) => other.unwilling));
  }

  /** Another connection to the peer of a link that is laden, so that small calls do not wait behind a large body; the link itself where there can be none (FLT-PRV-011). */
  #beside(link: Link, services: readonly string[]): Link | Promise<Link> {
    const other = this.#another(link);
    return other === link
      ? link
      : Promise.resolve(other).then((dialed) => (this.#offers(dialed, services) ? dialed : link));
  }

  #another(link: Link): Link | Promise<Link> {
    const id = link.peer?.id;
    const { key } = link;
    if (id === undefined || key === undefined || id.port === 0 || this.#alone.has(link)) return link;
    const under = this.#dialing.get(key);
    if (under !== undefined) return under;
    const dialed = this.#host.links.of(key).filter(({ role }) => role === "dialer");
    if (dialed.length >= MAX_CONNECTIONS_PER_PEER) return link;
    const dial = this.#dial(id)
      .catch(() => {
        // Where the peer cannot be dialed a call need not wait for that again.
        this.#alone.add(link);
        return link;
      })
      .finally(() => this.#dialing.delete(key));
    this.#dialing.set(key, dial);
    return dial;
  }

  /** Of several links to one peer the one that FLT-PRV-013 names, else the one with fewer calls under way. */
  #onePerPeer(links: readonly Link[]): Link[] {
    const chosen = new Map<string | Link, Link>();
    for (const link of links) {
      const peer = link.key ?? link;
      const other = chosen.get(peer);
      if (other === undefined || this.#isPreferred(link, other)) chosen.set(peer, link);
    }
    return [...chosen.values()];
  }

  #isPreferred(link: Link, other: Link): boolean {
    if (link.role !== other.role && this.#host.ownKey !== undefined && link.key !== undefined) {
      return link.role === (this.#host.ownKey < link.key ? "dialer" : "listener");
    }
    return link.connection.outboundStreams < other.connection.outboundStreams;
  }
}

/** Room for one more call, and a peer that reads what it is sent. */
const hasRoom = ({ connection }: Link): boolean =>
  connection.outboundStreams < connection.limits.outboundStreams &&
  connection.bufferedOutput < RECEIVE_BUFFER_LENGTH &&
  !connection.readPaused;
