// The steps of a case about a gateway: what an HTTP client does, and what the service behind the gateway sees of it.
import type { TlsHello } from "../probe/tls.ts";
import type { OtherConfiguration } from "../targets/target.ts";
import type { Common } from "./common.ts";
import type { StreamWish, Text } from "./packets.ts";

/** Servers of the conformance configuration: one with usual limits, one with small ones and short times, one for HTTPS, and what leads to that. */
export type HttpServer = "main" | "bounded" | "secure" | "redirect";

/** Opens a TCP connection to a server of the gateway. HTTP steps without a connection belong to the client "client". */
export interface HttpDialStep extends Common {
  readonly step: "http-dial";
  readonly server?: HttpServer;
  /** With TLS, of which the certificate has to be good; and HTTP/1.1 behind it. */
  readonly tls?: TlsHello;
}
/** The gateway does not complete such a handshake with the HTTPS server, whatever its certificate. */
export interface ExpectTlsRefusedStep extends Common {
  readonly step: "expect-tls-refused";
  readonly tls: TlsHello;
}
/** Writes bytes as they are. A string is written in UTF-8. */
export interface HttpSendStep extends Common {
  readonly step: "http-send";
  readonly bytes: Text;
}
export interface HttpEndStep extends Common {
  readonly step: "http-close";
  /** `half` closes the writing side alone. */
  readonly how: "fin" | "rst" | "half";
}
export interface HttpReadingStep extends Common {
  readonly step: "http-reading";
  readonly on: boolean;
}
/** A value, or what one has to look like where there is one. */
export type FieldWish = string | { readonly matches: string; readonly optional?: boolean };
/** The head of the next response. */
export interface ExpectHttpStep extends Common {
  readonly step: "expect-http";
  readonly status: number | readonly number[];
  /** Exactly these values of the fields of a name, in order. */
  readonly fields?: Readonly<Record<string, FieldWish | readonly string[]>>;
  /** Names of fields that must not stand in it. */
  readonly lacks?: readonly string[];
  /** The request was HEAD: no body follows whatever the head says. */
  readonly toHead?: boolean;
  /** Longest wait, ms. Default: the time limit of the run. */
  readonly within?: number;
  /** ms from the start of the step before which a response is wrong. */
  readonly notBefore?: number;
}
/** Bytes of the response's body; `whole` is up to its end, and else more may follow. */
export interface ExpectHttpBodyStep extends Common {
  readonly step: "expect-http-body";
  readonly body: Text | { readonly matches: string };
  readonly whole: boolean;
  /** In which the body is packed; the wish is about what it was before. */
  readonly coding?: "gzip" | "base64";
}
/** The whole body of an answer of gRPC-Web: its messages, and how the call has ended. */
export interface ExpectWebEndStep extends Common {
  readonly step: "expect-http-web-end";
  /** The request of HTTP/2 to which it is the answer; without it the answer came over HTTP/1.1. */
  readonly id?: string;
  /** Of gRPC. */
  readonly status: number;
  /** All envelopes before the trailers. */
  readonly messages: Text;
  /** The body is base64. */
  readonly isText: boolean;
  readonly fields?: Readonly<Record<string, string>>;
  readonly lacks?: readonly string[];
}
/** The connection ends in the middle of the response. */
export interface ExpectHttpBrokenStep extends Common {
  readonly step: "expect-http-broken";
}
/** A response 502 without any of these fields, or one of whatever status that breaks off. */
export interface ExpectHttpFailedStep extends Common {
  readonly step: "expect-http-failed";
  readonly lacks: readonly string[];
}
/** The gateway ends the connection, and has sent nothing behind the whole response before. */
export interface ExpectHttpClosedStep extends Common {
  readonly step: "expect-http-closed";
  readonly within?: number;
}
/** Nothing comes for so long. */
export interface ExpectHttpSilenceStep extends Common {
  readonly step: "expect-http-silence";
  readonly ms: number;
}
/** Writes the body of a request until the gateway takes no more; it fails when that has taken `limit` bytes. */
export interface ExpectHttpHeldUpStep extends Common {
  readonly step: "expect-http-held-up";
  /** What is written again and again. Default: zeros. */
  readonly piece?: Uint8Array;
  readonly limit: number;
}
/** A WebSocket frame of the gateway. Of a Close, `code` is looked at and not the reason. */
export interface ExpectFrameStep extends Common {
  readonly step: "expect-frame";
  readonly opcode: number;
  readonly payload?: Text;
  readonly code?: number;
}
/**
 * The next envelope of a request body, however it was cut into packets; Pings of the gateway are skipped unless one is expected. Of a
 * Close, `code` is looked at and not the reason.
 */
export interface ExpectEnvelopeStep extends Common {
  readonly step: "expect-envelope";
  readonly stream: StreamWish;
  readonly flags: number;
  readonly payload?: Text;
  readonly code?: number;
  /** The data are JSON of this value, however it is written. */
  readonly json?: unknown;
  /** Longest wait, ms. Default: the time limit of the run. */
  readonly within?: number;
}
/** Header values of a call by their keys. */
export type HeaderWish = string | { readonly matches: string };
/** The next ServiceRequest on a connection of the mesh, whose headers are looked at one by one. */
export interface ExpectCallStep extends Common {
  readonly step: "expect-call";
  /** Exactly these names in this order. */
  readonly services?: readonly string[];
  readonly has?: Readonly<Record<string, HeaderWish>>;
  readonly lacks?: readonly string[];
  /** There are no others than those of `has`. */
  readonly only?: boolean;
  readonly within?: number;
}
/** No end of the request body has come. */
export interface ExpectNoEndStep extends Common {
  readonly step: "expect-no-end";
  readonly stream: StreamWish;
}
/** The gateway has called nobody over this connection that no step has taken, and still answers on it. */
export interface ExpectNoCallStep extends Common {
  readonly step: "expect-no-call";
}
/** Sends Data packets until the gateway takes no more; it fails when that has taken `limit` bytes. */
export interface ExpectDataHeldUpStep extends Common {
  readonly step: "expect-data-held-up";
  /** The bytes of each packet. Default: as many zeros as fit. */
  readonly piece?: Uint8Array;
  readonly stream: StreamWish;
  readonly limit: number;
}

/** The server accepts no connection, or closes it at once. */
export interface ExpectHttpNoConnectionStep extends Common {
  readonly step: "expect-http-no-connection";
}
/** Gives the gateway another configuration. It goes on when that is in use; or, where it cannot be, after a time in which it would have been. */
export interface GatewayConfigureStep extends Common {
  readonly step: "gateway-configure";
  readonly other: OtherConfiguration;
}
/** Asks the gateway to end. */
export interface GatewayEndStep extends Common {
  readonly step: "gateway-end";
}

export type HttpStep =
  | GatewayConfigureStep
  | GatewayEndStep
  | ExpectHttpNoConnectionStep
  | HttpDialStep
  | ExpectTlsRefusedStep
  | HttpSendStep
  | HttpEndStep
  | HttpReadingStep
  | ExpectHttpStep
  | ExpectHttpBodyStep
  | ExpectWebEndStep
  | ExpectHttpBrokenStep
  | ExpectHttpFailedStep
  | ExpectHttpClosedStep
  | ExpectHttpSilenceStep
  | ExpectHttpHeldUpStep
  | ExpectFrameStep
  | ExpectEnvelopeStep
  | ExpectCallStep
  | ExpectNoCallStep
  | ExpectNoEndStep
  | ExpectDataHeldUpStep;
