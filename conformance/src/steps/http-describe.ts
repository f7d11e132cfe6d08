import type { ExpectCallStep, FieldWish, HttpStep } from "./http.ts";
import type { Text } from "./packets.ts";
import { describeHello, describeServer } from "./tls.ts";

const SHOWN = 200;

function text(value: Text): string {
  const whole = typeof value === "string" ? value : Buffer.from(value).toString("latin1");
  return whole.length > SHOWN
    ? `${JSON.stringify(whole.slice(0, SHOWN))} … ${whole.length} bytes`
    : JSON.stringify(whole);
}
const wish = (value: FieldWish): string => (typeof value === "string" ? JSON.stringify(value) : `/${value.matches}/`);

export function describeHttpStep(step: HttpStep): string {
  switch (step.step) {
    case "http-dial":
      return `dial ${describeServer(step)}`;
    case "expect-tls-refused":
      return `an end of the TLS handshake with ${describeHello(step.tls)}`;
    case "gateway-configure":
      return {
        other: "give the gateway another configuration",
        malformed: "give the gateway a file that is no configuration",
        unusable: "give the gateway another configuration, of which it cannot use all",
      }[step.other];
    case "expect-http-no-connection":
      return "no connection to the HTTP server";
    case "gateway-end":
      return "ask the gateway to end";
    case "http-send":
      return text(step.bytes);
    case "http-close":
      return { fin: "leave", rst: "leave with a reset", half: "close the writing side" }[step.how];
    case "http-reading":
      return step.on ? "read on" : "stop reading";
    case "expect-http": {
      const fields = Object.entries(step.fields ?? {}).map(
        ([name, value]) =>
          `${name}: ${Array.isArray(value) ? value.map(wish).join(" and ") || "none" : wish(value as FieldWish)}`,
      );
      const lacks = (step.lacks ?? []).map((name) => `no ${name}`);
      return ["a response", `status ${[step.status].flat().join(" or ")}`, ...fields, ...lacks].join(", ");
    }
    case "expect-http-body": {
      const body = typeof step.body === "object" && "matches" in step.body ? `/${step.body.matches}/` : text(step.body);
      return `${step.whole ? "the whole body" : "of the body"} ${body}`;
    }
    case "expect-http-web-end": {
      const fields = Object.entries(step.fields ?? {}).map(([name, value]) => `${name}: ${value}`);
      const lacks = (step.lacks ?? []).map((name) => `no ${name}`);
      const end = [`grpc-status ${step.status}`, ...fields, ...lacks].join(", ");
      return `the messages ${text(step.messages)}${step.isText ? " in base64" : ""}, and trailers in the body: ${end}`;
    }
    case "expect-http-broken":
      return "an end of the connection in the middle of the response";
    case "expect-http-failed":
      return "a response 502 with nothing of the service's, or one that breaks off";
    case "expect-http-closed":
      return "an end of the connection behind the response";
    case "expect-http-silence":
      return `nothing for ${step.ms} ms`;
    case "expect-http-held-up":
      return `the gateway takes no more of the body before it has taken ${step.limit} bytes`;
    case "expect-frame":
      return `a frame with opcode ${step.opcode}${step.code === undefined ? "" : ` and code ${step.code}`}${step.payload === undefined ? "" : `: ${text(step.payload)}`}`;
    case "expect-envelope":
      return `an envelope with flags ${step.flags}${step.within === undefined ? "" : ` within ${step.within} ms`}${step.code === undefined ? "" : ` and code ${step.code}`}${step.payload === undefined ? "" : `: ${text(step.payload)}`}${step.json === undefined ? "" : `: ${JSON.stringify(step.json)}`}`;
    case "expect-call":
      return describeCall(step);
    case "expect-no-end":
      return "no end of the request body";
    case "expect-no-call":
      return "no ServiceRequest";
    case "expect-data-held-up":
      return `the gateway takes no more of the response before it has taken ${step.limit} bytes`;
  }
}

function describeCall({ services, has = {}, lacks = [], only }: ExpectCallStep): string {
  const headers = Object.entries(has).map(([key, value]) => `${key} = ${wish(value)}`);
  return [
    `a ServiceRequest${services === undefined ? "" : ` for ${services.join(", ")}`}`,
    ...headers,
    ...lacks.map((key) => `no ${key}`),
    ...(only ? ["no other header"] : []),
  ].join(", ");
}
