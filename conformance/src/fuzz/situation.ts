// Where a conversation stands, by the state tables of the specification: session, Handshake, and each stream's request half.
import {
  type HandshakeListenerEvent,
  type HandshakeListenerState,
  handshakeListener,
  type Machine,
  type RequestHalfReceiverEvent,
  type RequestHalfReceiverState,
  requestHalfReceiver,
  type SessionListenerEvent,
  type SessionListenerState,
  sessionListener,
  type Transition,
} from "../generated/machines.ts";

/** What a write is, in the words of the tables. A stream's event comes with its stream. */
export type TableEvent =
  | { readonly machine: "session"; readonly event: Exclude<SessionListenerEvent, "good-frame"> }
  | { readonly machine: "handshake"; readonly event: Exclude<HandshakeListenerEvent, "service-message"> }
  | { readonly machine: "request"; readonly event: RequestHalfReceiverEvent; readonly stream: number };

/** The row of a table that an event meets. */
export interface Row {
  readonly table: string;
  readonly row: Transition;
}

function rowOf<S extends string, E extends string>(machine: Machine<S, E>, state: S, event: E): Row {
  const row =
    machine.transitions.find((one) => one.state === state && one.event === event) ??
    ({ state, event, ...machine.default } as Transition);
  return { table: machine.name, row };
}

export class Situation {
  session: SessionListenerState = "awaiting-key";
  handshake: HandshakeListenerState = "first";
  readonly streams = new Map<number, { state: RequestHalfReceiverState; service: string | undefined }>();

  /** The row that decides, outermost table first. */
  rowFor(event: TableEvent): Row {
    if (event.machine === "session") return rowOf(sessionListener, this.session, event.event);
    // Whatever is sealed needs keys on both sides.
    if (this.session !== "established") return rowOf(sessionListener, "awaiting-key", "good-frame");
    if (event.machine === "handshake") return rowOf(handshakeListener, this.handshake, event.event);
    const outer = rowOf(handshakeListener, this.handshake, "service-message");
    if (outer.row.next === "closed") return outer;
    return rowOf(requestHalfReceiver, this.streams.get(event.stream)?.state ?? "none", event.event);
  }

  /** Moves on by the row; `service` is what a request opened. */
  apply(event: TableEvent, { row }: Row, service?: string): void {
    if (event.machine === "session") this.session = row.next as SessionListenerState;
    else if (event.machine === "handshake") this.handshake = row.next as HandshakeListenerState;
    else {
      const known = this.streams.get(event.stream);
      this.streams.set(event.stream, {
        state: row.next as RequestHalfReceiverState,
        service: known === undefined ? service : known.service,
      });
    }
  }
  /** A number of a stream in that state, if there is one. */
  streamIn(state: RequestHalfReceiverState, pick: number): number | undefined {
    const found = [...this.streams].filter(([, stream]) => stream.state === state);
    return found[pick % Math.max(found.length, 1)]?.[0];
  }
}
