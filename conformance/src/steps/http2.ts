// The steps of an HTTP/2 client. Requests have names, for many of them are under way at a time.
import type { TlsHello } from "../probe/tls.ts";
import type { Common } from "./common.ts";
import type { FieldWish, HttpServer } from "./http.ts";
import type { Text } from "./packets.ts";
import { describeServer } from "./tls.ts";

export interface Http2DialStep extends Common {
  readonly step: "http2-dial";
  readonly server: HttpServer;
  readonly tls?: TlsHello;
}
/** A head; without `open` it ends the request. */
export interface Http2RequestStep extends Common {
  readonly step: "http2-request";
  readonly id: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly open: boolean;
}
export interface Http2SendStep extends Common {
  readonly step: "http2-send";
  readonly id: string;
  readonly bytes: Text;
  readonly end: boolean;
}
export interface Http2ResetStep extends Common {
  readonly step: "http2-reset";
  readonly id: string;
}
export interface ExpectHttp2Step extends Common {
  readonly step: "expect-http2";
  readonly id: string;
  readonly status: number;
  readonly fields?: Readonly<Record<string, string | readonly string[]>>;
  readonly lacks?: readonly string[];
}
/** The whole body and END_STREAM; or, with `part`, what has come so far. */
export interface ExpectHttp2BodyStep extends Common {
  readonly step: "expect-http2-body";
  readonly id: string;
  readonly body: Text;
  readonly part: boolean;
}
/** How a call of gRPC ends: in trailers, or in a head that is all of the response. */
export interface ExpectGrpcEndStep extends Common {
  readonly step: "expect-http2-grpc-end";
  readonly id: string;
  /** Of gRPC. */
  readonly status: number;
  /** The whole body before it. */
  readonly body: Text;
  readonly fields?: Readonly<Record<string, FieldWish>>;
  readonly lacks?: readonly string[];
  /** Longest wait, ms. Default: the time limit of the run. */
  readonly within?: number;
}
/** The stream is reset: with NO_ERROR behind the whole response, or with an error before its end. */
export interface ExpectHttp2ResetStep extends Common {
  readonly step: "expect-http2-reset";
  readonly id: string;
  readonly whole: boolean;
}
/** The gateway has said in its SETTINGS that it takes CONNECT for more than tunnels (RFC 8441). */
export interface ExpectHttp2ConnectStep extends Common {
  readonly step: "expect-http2-connect";
}
/** GOAWAY, without an error. */
export interface ExpectHttp2GoawayStep extends Common {
  readonly step: "expect-http2-goaway";
}
/** The connection ends. */
export interface ExpectHttp2GoneStep extends Common {
  readonly step: "expect-http2-gone";
}

export type Http2Step =
  | Http2DialStep
  | Http2RequestStep
  | Http2SendStep
  | Http2ResetStep
  | ExpectHttp2Step
  | ExpectHttp2BodyStep
  | ExpectGrpcEndStep
  | ExpectHttp2ResetStep
  | ExpectHttp2ConnectStep
  | ExpectHttp2GoawayStep
  | ExpectHttp2GoneStep;

export const isHttp2Step = (step: { readonly step: string }): step is Http2Step => /^(?:expect-)?http2/.test(step.step);

// The words of a case. Requests are called "main" unless they have another name.

type Fields = Http2RequestStep["headers"];

export const http2Dial = (server: HttpServer = "main"): Http2DialStep => ({ step: "http2-dial", server });
const head = (method: string, path: string, fields: Fields): Fields => ({
  ":method": method,
  ":path": path,
  ":authority": "kit.example",
  ":scheme": "http",
  ...fields,
});
export const http2Get = (path: string, fields: Fields = {}, id = "main"): Http2RequestStep => ({
  step: "http2-request",
  id,
  headers: head("GET", path, fields),
  open: false,
});
/** The head of a request whose body is still to come. */
export const http2Post = (path: string, fields: Fields = {}, id = "main"): Http2RequestStep => ({
  step: "http2-request",
  id,
  headers: head("POST", path, fields),
  open: true,
});
/** Asks for a WebSocket; what is sent are its frames. */
export const http2Socket = (path = "/socket", fields: Fields = {}, id = "main"): Http2RequestStep => ({
  step: "http2-request",
  id,
  headers: head("CONNECT", path, { ":protocol": "websocket", "sec-websocket-version": "13", ...fields }),
  open: true,
});
export const http2Send = (bytes: Text, id = "main"): Http2SendStep => ({ step: "http2-send", id, bytes, end: false });
export const http2End = (bytes: Text, id = "main"): Http2SendStep => ({ step: "http2-send", id, bytes, end: true });
export const http2Reset = (id = "main"): Http2ResetStep => ({ step: "http2-reset", id });
export const expectHttp2 = (
  status: number,
  options: Partial<Pick<ExpectHttp2Step, "id" | "fields" | "lacks">> = {},
): ExpectHttp2Step => ({ step: "expect-http2", id: "main", status, ...options });
export const expectHttp2Body = (body: Text, id = "main"): ExpectHttp2BodyStep => ({
  step: "expect-http2-body",
  id,
  body,
  part: false,
});
export const expectHttp2Part = (body: Text, id = "main"): ExpectHttp2BodyStep => ({
  step: "expect-http2-body",
  id,
  body,
  part: true,
});
export const expectGrpcEnd = (
  status: number,
  options: Partial<Omit<ExpectGrpcEndStep, "step" | "status">> = {},
): ExpectGrpcEndStep => ({ step: "expect-http2-grpc-end", id: "main", status, body: "", ...options });
/** Before the end of the response. */
export const expectHttp2Broken = (id = "main"): ExpectHttp2ResetStep => ({
  step: "expect-http2-reset",
  id,
  whole: false,
});
/** Behind it, with NO_ERROR. */
export const expectHttp2Enough = (id = "main"): ExpectHttp2ResetStep => ({
  step: "expect-http2-reset",
  id,
  whole: true,
});
export const expectHttp2Connect = (): ExpectHttp2ConnectStep => ({ step: "expect-http2-connect" });
export const expectHttp2Goaway = (): ExpectHttp2GoawayStep => ({ step: "expect-http2-goaway" });
export const expectHttp2Gone = (): ExpectHttp2GoneStep => ({ step: "expect-http2-gone" });

const text = (value: Text): string =>
  JSON.stringify((typeof value === "string" ? value : Buffer.from(value).toString("latin1")).slice(0, 100));

export function describeHttp2Step(step: Http2Step): string {
  switch (step.step) {
    case "http2-dial":
      return `HTTP/2 to ${describeServer(step)}`;
    case "http2-request":
      return `${step.open ? "the head of" : ""} request "${step.id}" ${JSON.stringify(step.headers).slice(0, 300)}`.trim();
    case "http2-send":
      return `body of "${step.id}" ${text(step.bytes)}${step.end ? " and its end" : ""}`;
    case "http2-reset":
      return `take "${step.id}" back`;
    case "expect-http2": {
      const fields = Object.entries(step.fields ?? {}).map(
        ([name, value]) => `${name}: ${[value].flat().join(" and ")}`,
      );
      const lacks = (step.lacks ?? []).map((name) => `no ${name}`);
      return [`a response to "${step.id}"`, `status ${step.status}`, ...fields, ...lacks].join(", ");
    }
    case "expect-http2-body":
      return `${step.part ? "of the body" : "the whole body"} of "${step.id}" ${text(step.body)}`;
    case "expect-http2-grpc-end": {
      const fields = Object.entries(step.fields ?? {}).map(
        ([name, value]) => `${name}: ${typeof value === "string" ? value : `/${value.matches}/`}`,
      );
      const lacks = (step.lacks ?? []).map((name) => `no ${name}`);
      const end = [`grpc-status ${step.status}`, ...fields, ...lacks].join(", ");
      return `the end of "${step.id}", behind the body ${text(step.body)}: ${end}`;
    }
    case "expect-http2-reset":
      return step.whole
        ? `a reset of "${step.id}" with NO_ERROR behind its whole response`
        : `a reset of "${step.id}" before the end of its response`;
    case "expect-http2-connect":
      return "SETTINGS_ENABLE_CONNECT_PROTOCOL";
    case "expect-http2-goaway":
      return "GOAWAY without an error";
    case "expect-http2-gone":
      return "an end of the connection";
  }
}
