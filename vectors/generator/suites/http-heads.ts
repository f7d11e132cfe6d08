/** What the suites of HTTP heads share: inputs with their defaults, and the headers of a plain request. Nothing here maps anything. */
import { hex, utf8 } from "../bytes.ts";
import { bytesOf, type Name } from "../packets.ts";
import type { Fields, Json } from "../types.ts";

export type Pairs = readonly (readonly [Name, Name])[];
export const pairsJson = (pairs: Pairs): Json =>
  pairs.map(([name, value]) => [hex(bytesOf(name)), hex(bytesOf(value))]);
export const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");

export interface Ask {
  readonly method?: Name;
  readonly target?: Name;
  readonly version?: "1.0" | "1.1" | "2";
  readonly scheme?: "http" | "https";
  readonly authority?: string;
  /** Behind the Host field. */
  readonly more?: Pairs;
  /** All fields, Host too. */
  readonly lines?: Pairs;
  readonly remoteAddress?: string;
  readonly sampled?: boolean;
  readonly services?: readonly string[];
  readonly route?: string;
}

const HOST = ["Host", "example.org"] as const;
export const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
export const SPAN_ID = "b7ad6b7169203331";
export const FRESH = ["traceparent", `00-${TRACE_ID}-${SPAN_ID}-00`] as const;

export function inputOf(ask: Ask): Fields {
  return {
    method: hex(bytesOf(ask.method ?? "GET")),
    target: hex(bytesOf(ask.target ?? "/")),
    version: ask.version ?? "1.1",
    scheme: ask.scheme ?? "http",
    ...(ask.authority === undefined ? {} : { authority: hex(utf8(ask.authority)) }),
    lines: pairsJson(ask.lines ?? [HOST, ...(ask.more ?? [])]),
    remoteAddress: ask.remoteAddress ?? "192.0.2.1",
    requestId: "7f3c",
    trace: { traceId: TRACE_ID, spanId: SPAN_ID, sampled: ask.sampled ?? false },
    services: (ask.services ?? ["hello_world"]).map((service) => hex(utf8(service))),
    ...(ask.route === undefined ? {} : { route: hex(utf8(ask.route)) }),
  };
}

/** The gateway's own headers of a plain request, with what differs in place, and what follows. */
export const sent = (
  others: Readonly<Record<string, string | undefined>>,
  more: Pairs = [],
  trace: Pairs = [FRESH],
): Pairs => [
  ...Object.entries({
    ":method": "GET",
    ":scheme": "http",
    ":authority": "example.org",
    ":path": "/",
    ":http-version": "1.1",
    ":remote-address": "192.0.2.1",
    ":request-id": "7f3c",
    ...others,
  }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  ...trace,
  ...more,
];

export type Valid = (
  slug: string,
  comment: string,
  requirements: string,
  ask: Ask,
  headers: Pairs,
  flags?: string[],
) => string;
export type Refuse = (
  slug: string,
  change: string,
  kind: string,
  requirements: string,
  ask: Ask,
  flags?: string[],
) => void;

/** "040 045" as ids. */
export const gwy = (numbers: string): string[] => numbers.split(" ").map((number) => `FLT-GWY-${number}`);
