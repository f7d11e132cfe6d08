import { native } from "../../crypto/index.ts";
import { ByteQueue, ProtocolError, type Role, Session } from "../index.ts";

/** A session with the buffer it writes to. */
export interface End {
  readonly session: Session;
  readonly output: ByteQueue;
}

/** A session with a key of its own for each `tag`, begun at time 0. */
export function sessionOf(role: Role, tag: number, crypto = native): End {
  const output = new ByteQueue();
  const ephemeralPrivateKey = new Uint8Array(32).fill(tag);
  return { session: new Session({ role, crypto, ephemeralPrivateKey, now: 0 }, output), output };
}

/** Everything that waits to be written, as one array. */
export function takeAll(output: ByteQueue): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let part = output.take(); part !== undefined; part = output.take()) parts.push(part);
  return Uint8Array.from(Buffer.concat(parts));
}

/** Both ends with their keys exchanged. */
export function establishedPair(): { dialer: End; listener: End } {
  const dialer = sessionOf("dialer", 1);
  const listener = sessionOf("listener", 2);
  listener.session.push(takeAll(dialer.output));
  listener.session.exchangeKeys();
  dialer.session.push(takeAll(listener.output));
  dialer.session.exchangeKeys();
  return { dialer, listener };
}

/** The fault an act ends in, or `undefined`. */
export function faultOf(act: () => unknown): ProtocolError | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
}
