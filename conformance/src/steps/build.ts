// The words of a case. Each returns data; see types.ts for what each means.
import {
  type Identity,
  type KeyForm,
  type KeyWish,
  OPCODE,
  type Packet,
  type RawPacket,
  type ServiceRequestPacket,
  type StreamWish,
  type Text,
} from "./packets.ts";
import { flatten, type ReplyWish, type SendStep, type Step, type Steps } from "./types.ts";

/** A step that can still be given a name, for a change to point at. */
export type Nameable<S extends Step> = S & { as(name: string): S };

function nameable<S extends Step>(step: S): Nameable<S> {
  // Not enumerable, so that a step stays plain data wherever it is copied, printed or compared.
  return Object.defineProperty({ ...step }, "as", { value: (name: string): S => ({ ...step, name }) }) as Nameable<S>;
}

/** The number of the first stream of a case; any unused number is as good. */
export const STREAM = 2_147_483_649;

export const dial = () => nameable({ step: "dial" });
/** Dials the address that the target's Handshake named `announcedIn` announces. */
export const dialAnnounced = (announcedIn: string) => nameable({ step: "dial", announcedIn });
/** The target dials the kit. */
export const accept = (options: WithoutStep<"accept", never> = {}) => nameable({ step: "accept", ...options });
export const expectNoDial = (within: number) => nameable({ step: "expect-no-dial", within });
export const expectNoConnection = () => nameable({ step: "expect-no-connection" });
export const byHand = () => nameable({ step: "by-hand" });
export const expectRequest = (
  packet: "handshake" | "find-node-request" | "service-request",
  options: WithoutStep<"expect-request", "packet"> = {},
) => nameable({ step: "expect-request", packet, ...options });
export const expectVisit = (who: string, within = 3000) =>
  nameable({ step: "expect-visit", who, visited: true, within });
export const expectNoVisit = (who: string, within = 1500) =>
  nameable({ step: "expect-visit", who, visited: false, within });
export const offer = (who: string, services: readonly string[]) => nameable({ step: "offer", who, services });
export const silence = (who: readonly string[]) => nameable({ step: "silence", who });
export const expectAsked = (who: readonly string[], most: number, within: number) =>
  nameable({ step: "expect-asked", who, most, within });
export const sendKey = (key?: Uint8Array | KeyForm) =>
  nameable(key === undefined ? { step: "send-key" } : { step: "send-key", key });
export const expectKey = () => nameable({ step: "expect-key" });
/** Both halves of the key exchange; the probe's key is the step "key". */
export const exchangeKeys = (): Step[] => [sendKey().as("key"), expectKey()];

/** Requests take the next odd number, everything else the number 0, unless `seq` says otherwise. */
export function send(packet: Packet, seq?: SendStep["seq"]): Nameable<SendStep> {
  const request = packet.packet === "handshake" || packet.packet === "find-node-request";
  return nameable<SendStep>({ step: "send", packet, seq: seq ?? (request ? "next" : 0) });
}
export const sendPlaintext = (plaintext: Uint8Array) => nameable({ step: "send-plaintext", plaintext });
export const sendRaw = (bytes: Uint8Array) => nameable({ step: "send-raw", bytes });
export const fragment = (size: number | null, everyMs?: number) =>
  nameable(everyMs === undefined ? { step: "fragment", size } : { step: "fragment", size, everyMs });
export const hold = () => nameable({ step: "hold" });
export const release = () => nameable({ step: "release" });
export const pause = (ms: number) => nameable({ step: "pause", ms });
export const closeWrite = () => nameable({ step: "close-write" });
export const reset = () => nameable({ step: "reset" });
export const stopReading = () => nameable({ step: "stop-reading" });
export const resumeReading = () => nameable({ step: "resume-reading" });

/** Sends a Handshake (step "handshake") and waits for the reply. */
export function handshake(identity: Identity, services: readonly Text[] = [], where?: ReplyWish): Step[] {
  return [
    send({ packet: "handshake", identity, services }).as("handshake"),
    expectReply("handshake", where === undefined ? {} : { where }),
  ];
}
/** From nothing to an open connection: dial, exchange keys, Handshake. */
export function connect(identity: Identity, services: readonly Text[] = []): Step[] {
  return [dial(), ...exchangeKeys(), ...handshake(identity, services)];
}

export const findNode = (target: KeyWish = new Uint8Array(32)): Packet => ({ packet: "find-node-request", target });
export const request = (
  services: Text | readonly Text[],
  headers: ServiceRequestPacket["headers"] = [],
  stream: StreamWish = STREAM,
): Packet => ({
  packet: "service-request",
  stream,
  services: typeof services === "string" || services instanceof Uint8Array ? [services] : services,
  headers,
});
export const response = (
  handled = 1,
  headers: ServiceRequestPacket["headers"] = [],
  stream: StreamWish = STREAM,
): Packet => ({
  packet: "service-response",
  stream,
  handled,
  headers,
});
export const data = (bytes: Uint8Array, stream: StreamWish = STREAM): Packet => ({
  packet: "data",
  stream,
  data: bytes,
});
export const end = (stream: StreamWish = STREAM): Packet => data(new Uint8Array(0), stream);
export const raw = (opcode: number | null, body: Uint8Array): RawPacket => ({ packet: "raw", opcode, body });
/** The body of an earlier message of the target, sent back as a packet of the given kind. */
export const copyOf = (name: string, as: keyof typeof OPCODE = "handshake"): Packet => ({
  packet: "copy",
  of: name,
  opcode: OPCODE[as],
});

/** A body in Data packets of at most `piece` bytes, without its end. */
export function sendBody(bytes: Uint8Array, stream: StreamWish = STREAM, piece = 2048): Step[] {
  const steps: Step[] = [];
  for (let offset = 0; offset < bytes.length; offset += piece) {
    steps.push(send(data(bytes.subarray(offset, offset + piece), stream)));
  }
  return steps;
}

type WithoutStep<S extends Step["step"], K extends string> = Omit<Extract<Step, { step: S }>, "step" | K>;

export const expectReply = (
  packet: "handshake" | "find-node-response",
  options: WithoutStep<"expect-reply", "packet"> = {},
) => nameable({ step: "expect-reply", packet, ...options });
export const expectResponse = (options: Partial<WithoutStep<"expect-response", never>> = {}) =>
  nameable({ step: "expect-response", stream: STREAM, handled: true, ...options });
export const expectData = (bytes: Uint8Array, options: Partial<WithoutStep<"expect-data", "bytes">> = {}) =>
  nameable({ step: "expect-data", stream: STREAM, bytes, ...options });
export const expectEnd = (options: Partial<WithoutStep<"expect-end", never>> = {}) =>
  nameable({ step: "expect-end", stream: STREAM, ...options });
/** The whole body and its end. */
export const expectBody = (bytes: Uint8Array, stream: StreamWish = STREAM): Step[] => [
  ...(bytes.length === 0 ? [] : [expectData(bytes, { stream })]),
  expectEnd({ stream }),
];
export const expectClose = (options: WithoutStep<"expect-close", never> = {}) =>
  nameable({ step: "expect-close", ...options });
export const expectSilence = (ms?: number) =>
  nameable(ms === undefined ? { step: "expect-silence" } : { step: "expect-silence", ms });
export const expectServed = () => nameable({ step: "expect-served" });
export const expectOtherKey = (than: string) => nameable({ step: "expect-other-key", than });
/** Judged at once by default, which suits what must have happened before an earlier reply was sent. */
export const expectListed = (who: string, options: { within?: number; whereItIs?: boolean } = {}) =>
  nameable({ step: "expect-listed", who, listed: true, within: 0, ...options });
export const expectNotListed = (who: string, within = 0) =>
  nameable({ step: "expect-listed", who, listed: false, within });
export const expectCalled = (service: string, alternatives?: readonly string[]) =>
  nameable({ step: "expect-called", service, ...(alternatives === undefined ? {} : { alternatives }) });
export const expectSameSignature = (first: string, second: string) =>
  nameable({ step: "expect-same-signature", first, second });
/** `padding` bytes follow the packet in each body, which makes requests larger than their replies. */
export const expectHeldUp = (packet: Packet, padding: number, limit: number) =>
  nameable({ step: "expect-held-up", packet, padding, limit });
export const expectTaken = () => nameable({ step: "expect-taken" });
export const expectTidy = () => nameable({ step: "expect-tidy" });

/** The same steps on another connection of the case. */
export function on(connection: string, ...steps: Steps[]): Step[] {
  return flatten(steps).map((step) => ({ ...step, connection }));
}
/** Steps made from a counter, one group after the other. */
export function times(count: number, steps: (index: number) => Steps): Step[] {
  return Array.from({ length: count }, (_, index) => flatten(steps(index))).flat();
}
