/** The connection of TCP below one of TLS, which Node does not tell. */
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { Attached } from "./attached.ts";

const carriers = new Attached<Socket, Socket>("carrier");

/** Connections whose handshakes are under way. */
export class Carriers {
  /** By where they lead: no two are the same at a time. */
  readonly #begun = new Map<string, Socket>();

  begin(carrier: Socket): void {
    const ends = endsOf(carrier);
    this.#begun.set(ends, carrier);
    carrier.once("close", () => {
      if (this.#begun.get(ends) === carrier) this.#begun.delete(ends);
    });
  }

  complete(socket: TLSSocket): void {
    const ends = endsOf(socket);
    carriers.set(socket, this.#begun.get(ends));
    this.#begun.delete(ends);
  }
}

const endsOf = ({ remoteAddress, remotePort, localAddress }: Socket): string =>
  `${remoteAddress} ${remotePort} ${localAddress}`;

/** Ends a connection by a reset of TCP, with TLS or without. An end of TLS would say that all was said. */
export function resetConnection(socket: Socket): void {
  if (!("encrypted" in socket)) socket.resetAndDestroy();
  else carriers.get(socket)?.resetAndDestroy();
}
