import type { Common } from "./common.ts";
import type { HttpStep } from "./http.ts";
import type { Http2Step } from "./http2.ts";
import type { KeyForm, Packet, StreamWish, Text } from "./packets.ts";

/** Opens a TCP connection to the target, or to the address that the named Handshake of the target announced. */
export interface DialStep extends Common {
  readonly step: "dial";
  readonly announcedIn?: string;
}
/** Waits until the target dials the kit. The first such step of a case starts the target, or waits for it to come. */
export interface AcceptStep extends Common {
  readonly step: "accept";
  readonly within?: number;
  /** ms from the start of the step before which a connection is wrong. */
  readonly notBefore?: number;
}
/** No connection of the target comes to the kit within so many ms. */
export interface ExpectNoDialStep extends Common {
  readonly step: "expect-no-dial";
  readonly within: number;
}
/** The target takes no further connection: it is refused, or closed at once. */
export interface ExpectNoConnectionStep extends Common {
  readonly step: "expect-no-connection";
}
/** From here on the case answers the target's requests on this connection itself. */
export interface ByHandStep extends Common {
  readonly step: "by-hand";
}
/** The next request of that kind that the target sends; keeps its number, and its stream for `streamOf`. */
export interface ExpectRequestStep extends Common {
  readonly step: "expect-request";
  readonly packet: "handshake" | "find-node-request" | "service-request";
  /** Exactly these names in this order. */
  readonly services?: readonly string[];
  /** Exactly these headers, in any order. */
  readonly headers?: readonly (readonly [Text, Text])[];
  /** ServiceRequest: its stream number is at least so high and leaves this remainder by 2. */
  readonly stream?: { readonly from: number; readonly parity: 0 | 1 };
  /** FindNodeRequest: asks for the target's own key, or for zeros if it has none. */
  readonly forItself?: boolean;
  readonly within?: number;
}
/** The target has come to the listener of the named identity and sent a Handshake there; or, with `visited` false, has not within the time. */
export interface ExpectVisitStep extends Common {
  readonly step: "expect-visit";
  readonly who: string;
  readonly visited: boolean;
  readonly within: number;
}
/** From here on the listener of this identity offers services to those who come, and refuses their calls. */
export interface OfferStep extends Common {
  readonly step: "offer";
  readonly who: string;
  readonly services: readonly string[];
}
/** From here on the listeners of these identities answer no FindNodeRequest. */
export interface SilenceStep extends Common {
  readonly step: "silence";
  readonly who: readonly string[];
}
/** Of the listeners of the named identities, none of which answers, one is asked for the neighbours of the target's own key, and by so many ms later so many at most. */
export interface ExpectAskedStep extends Common {
  readonly step: "expect-asked";
  readonly who: readonly string[];
  readonly most: number;
  readonly within: number;
}
/** Writes the probe's 32-byte public key, the bytes given, or the key in another form. */
export interface SendKeyStep extends Common {
  readonly step: "send-key";
  readonly key?: Uint8Array | KeyForm;
}
/** Reads the target's 32-byte public key and derives the session key. */
export interface ExpectKeyStep extends Common {
  readonly step: "expect-key";
}
/** Seals and sends one message. `seq`: a number, the next odd one ("next"), or the number of a message that came ({ replyTo }). */
export interface SendStep extends Common {
  readonly step: "send";
  readonly packet: Packet;
  readonly seq: number | "next" | { readonly replyTo: string };
}
/** Seals and sends a plaintext of any form, with or without a sequence number. */
export interface SendPlaintextStep extends Common {
  readonly step: "send-plaintext";
  readonly plaintext: Uint8Array;
}
/** Writes bytes to the TCP connection as they are. */
export interface SendRawStep extends Common {
  readonly step: "send-raw";
  readonly bytes: Uint8Array;
}
/** From here on each write is cut into segments of so many bytes, with so many ms between them; null: no cutting. */
export interface FragmentStep extends Common {
  readonly step: "fragment";
  readonly size: number | null;
  readonly everyMs?: number;
}
/** From here on writes are collected and, at the release, leave in one write. */
export interface HoldStep extends Common {
  readonly step: "hold";
}
export interface ReleaseStep extends Common {
  readonly step: "release";
}
export interface PauseStep extends Common {
  readonly step: "pause";
  readonly ms: number;
}
/** FIN: the probe writes no more and reads on. */
export interface CloseWriteStep extends Common {
  readonly step: "close-write";
}
/** RST. */
export interface ResetStep extends Common {
  readonly step: "reset";
}
export interface StopReadingStep extends Common {
  readonly step: "stop-reading";
}
export interface ResumeReadingStep extends Common {
  readonly step: "resume-reading";
}

/** Waits for the reply to the named send step (default: the last request that has no awaited reply). */
export interface ExpectReplyStep extends Common {
  readonly step: "expect-reply";
  readonly packet: "handshake" | "find-node-response";
  readonly to?: string;
  /** Nothing may follow the packet in its body. */
  readonly exact?: boolean;
  readonly where?: ReplyWish;
}
/** What a reply must say besides being well-formed. */
export interface ReplyWish {
  /** Handshake: these services are among those offered. */
  readonly offers?: readonly string[];
  /** Handshake: has an ID with a valid signature, a port other than 0 and the same key as the target showed before. */
  readonly keyed?: boolean;
  /** Handshake: each name once and none that begins with "~". */
  readonly cleanNames?: boolean;
  /** FindNodeResponse: obeys chapter 07 for the request it answers and the identities named, which live and must be listed if near enough. */
  readonly closest?: readonly string[];
  /** FindNodeResponse: lists this identity (true) or does not (false). */
  readonly lists?: Readonly<Record<string, boolean>>;
}
export interface ExpectResponseStep extends Common {
  readonly step: "expect-response";
  readonly stream: StreamWish;
  /** "either": where the target may serve or refuse, as it is willing. */
  readonly handled: boolean | "either";
  /** Exactly these headers, in any order. */
  readonly headers?: readonly (readonly [Text, Text])[];
  readonly exact?: boolean;
  readonly within?: number;
}
/** Exactly these body bytes, next on the stream, however they are cut into Data packets. */
export interface ExpectDataStep extends Common {
  readonly step: "expect-data";
  readonly stream: StreamWish;
  readonly bytes: Uint8Array;
  /** Each packet but the last holds as much as one may. */
  readonly full?: boolean;
  readonly within?: number;
}
/** Data(0), next on the stream. */
export interface ExpectEndStep extends Common {
  readonly step: "expect-end";
  readonly stream: StreamWish;
  readonly within?: number;
}
/** The target closes; times in ms from the start of this step. */
export interface ExpectCloseStep extends Common {
  readonly step: "expect-close";
  readonly within?: number;
  readonly notBefore?: number;
}
/** Nothing comes on the connection, and it stays open: over `ms`, or a window that follows from the measured round trip. */
export interface ExpectSilenceStep extends Common {
  readonly step: "expect-silence";
  readonly ms?: number;
}
/** A FindNodeRequest is answered: the connection is alive, and all that came before has been read. */
export interface ExpectServedStep extends Common {
  readonly step: "expect-served";
}
/**
 * Asks for the neighbours of a key next to the named identity's until the target lists that identity, or no longer does. A table
 * may change a moment after what changed it: the time is in ms.
 */
export interface ExpectListedStep extends Common {
  readonly step: "expect-listed";
  readonly who: string;
  readonly listed: boolean;
  readonly within: number;
  /** Under the address its connection came from. */
  readonly whereItIs?: boolean;
}
/** The target's ephemeral keys on two connections differ. */
export interface ExpectOtherKeyStep extends Common {
  readonly step: "expect-other-key";
  readonly than: string;
}
/** The target has called the service over this connection. `alternatives`: with just these names, in this order. */
export interface ExpectCalledStep extends Common {
  readonly step: "expect-called";
  readonly service: string;
  readonly alternatives?: readonly string[];
}
/** Two Handshakes of the target, by the names of the steps that took them, have one signature if they sign the same bytes. */
export interface ExpectSameSignatureStep extends Common {
  readonly step: "expect-same-signature";
  readonly first: string;
  readonly second: string;
}
/** Every sealed message so far obeyed the writer's rules of chapters 02 to 04 (seq, opcode, lengths, nothing behind the packet). */
export interface ExpectTidyStep extends Common {
  readonly step: "expect-tidy";
}

/**
 * Sends the packet again and again, until the target reads no further: for half a second nothing more of what waits to be sent
 * can leave. It fails when the target has taken `limit` bytes by then.
 */
export interface ExpectHeldUpStep extends Common {
  readonly step: "expect-held-up";
  readonly packet: Packet;
  readonly padding: number;
  readonly limit: number;
}

/** All that was sent leaves for the target, whether or not its answers are read: it goes on reading. */
export interface ExpectTakenStep extends Common {
  readonly step: "expect-taken";
}

export type Step =
  | DialStep
  | AcceptStep
  | ExpectNoDialStep
  | ExpectNoConnectionStep
  | ByHandStep
  | ExpectRequestStep
  | ExpectVisitStep
  | OfferStep
  | SilenceStep
  | ExpectAskedStep
  | SendKeyStep
  | ExpectKeyStep
  | SendStep
  | SendPlaintextStep
  | SendRawStep
  | FragmentStep
  | HoldStep
  | ReleaseStep
  | PauseStep
  | CloseWriteStep
  | ResetStep
  | StopReadingStep
  | ResumeReadingStep
  | ExpectReplyStep
  | ExpectResponseStep
  | ExpectDataStep
  | ExpectEndStep
  | ExpectCloseStep
  | ExpectSilenceStep
  | ExpectServedStep
  | ExpectListedStep
  | ExpectSameSignatureStep
  | ExpectCalledStep
  | ExpectOtherKeyStep
  | ExpectTidyStep
  | ExpectHeldUpStep
  | ExpectTakenStep
  | HttpStep
  | Http2Step;

/** Steps may be written in nested lists; a case holds them flat. */
export type Steps = Step | readonly Steps[];

export function flatten(steps: Steps): Step[] {
  if (Array.isArray(steps)) return (steps as readonly Steps[]).flatMap(flatten);
  return [steps as Step];
}
