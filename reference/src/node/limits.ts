import { type ConnectionLimits, DEFAULT_LIMITS } from "../connection/index.ts";
import { MAX_STREAMS, MIN_CONNECTIONS, MIN_STREAMS, RECEIVE_BUFFER_LENGTH } from "../wire/index.ts";
import { FlatendError } from "./errors.ts";

/** How much of this node its peers may take up. What is fixed for every node is in the constants of the protocol. */
export interface Limits {
  /** Connections of peers at a time. The next one takes the place of one that has not said who it is, or is refused (FLT-SEC-007, FLT-SEC-009). Least 128, default 1,024. */
  readonly inboundConnections: number;
  /** Calls a peer may have under way on one connection; further ones are refused (FLT-STR-074). Least 256, default 1,024. */
  readonly inboundStreams: number;
  /** Calls under way to a peer on one connection; further ones go over another, or fail with LIMIT. Least 1, default and most 1,024. */
  readonly outboundStreams: number;
  /** Bytes of one body that its reader has not taken, before nothing more is read from the peer (FLT-STR-070). Least and default 1 MiB. */
  readonly unreadPerStream: number;
  /** The same of all bodies of one connection together (FLT-STR-071). Least 1 MiB, default 256 MiB. */
  readonly unread: number;
  /** Bytes that wait on one connection to be sent, before writers must wait. Least 4 KiB, default 256 KiB. */
  readonly output: number;
}

/** Connections of peers a node accepts at a time unless told otherwise. */
const DEFAULT_INBOUND_CONNECTIONS = 8 * MIN_CONNECTIONS;

/**
 * Frames a connection acts on before others have their turn: of 32 small calls. With 64 calls in flight, both sides work at the same time
 * then; with no such bound one waits while the other works on all 64. So many full frames of Data are more than one read of a socket brings.
 */
const FRAMES_PER_TURN = 96;

export const DEFAULT_NODE_LIMITS: Limits = {
  inboundConnections: DEFAULT_INBOUND_CONNECTIONS,
  inboundStreams: DEFAULT_LIMITS.inboundStreams,
  outboundStreams: DEFAULT_LIMITS.outboundStreams,
  unreadPerStream: DEFAULT_LIMITS.unreadPerStream,
  unread: DEFAULT_LIMITS.unread,
  output: DEFAULT_LIMITS.output,
};

/** Below these a node would break promises that the protocol makes to its peers, or could not work. */
export const LEAST_LIMITS: Limits = {
  inboundConnections: MIN_CONNECTIONS,
  inboundStreams: MIN_STREAMS,
  outboundStreams: 1,
  unreadPerStream: RECEIVE_BUFFER_LENGTH,
  unread: RECEIVE_BUFFER_LENGTH,
  output: 4_096,
};

const MOST_LIMITS: Partial<Limits> = { outboundStreams: MAX_STREAMS };

/** The limits of a node, and of each of its connections. Throws INVALID_ARGUMENT. */
export function limitsOf(options: Partial<Limits> = {}): {
  readonly node: Limits;
  readonly connection: ConnectionLimits;
} {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(LEAST_LIMITS, name)) {
      const names = Object.keys(LEAST_LIMITS).join(", ");
      throw new FlatendError("INVALID_ARGUMENT", `limits: expected one of ${names}, got "${name}"`);
    }
    if (value === undefined) continue;
    const key = name as keyof Limits;
    const least = LEAST_LIMITS[key];
    const most = MOST_LIMITS[key] ?? Number.MAX_SAFE_INTEGER;
    if (!Number.isSafeInteger(value) || value < least || value > most) {
      const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${most}`;
      throw new FlatendError("INVALID_ARGUMENT", `limits.${name}: expected a whole number, ${range}, got ${value}`);
    }
  }
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const node: Limits = { ...DEFAULT_NODE_LIMITS, ...given };
  const { inboundConnections: _, ...connection } = node;
  return {
    node,
    connection: {
      ...DEFAULT_LIMITS,
      ...connection,
      refusedStreams: 16 * connection.inboundStreams,
      framesPerTurn: FRAMES_PER_TURN,
    },
  };
}
