// Steps, changes and expectations in words: for listings, transcripts and failures.
import type { Change, Edit } from "./change.ts";
import type { Expectation } from "./expectation.ts";
import { describeHttpStep } from "./http-describe.ts";
import { describeHttp2Step, isHttp2Step } from "./http2.ts";
import type { KeyForm, Packet, StreamWish, Text } from "./packets.ts";
import type { SendStep, Step } from "./types.ts";

function show(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.subarray(0, 24)).toString("hex");
  return bytes.length > 24 ? `${hex}… (${bytes.length} bytes)` : hex === "" ? "nothing" : hex;
}
function text(value: Text): string {
  return typeof value === "string" ? JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value) : show(value);
}
function list(values: readonly Text[]): string {
  return values.length > 8 ? `${values.length} names` : values.map(text).join(", ") || "no name";
}

function showKey(key: Uint8Array | KeyForm): string {
  if (key instanceof Uint8Array) return show(key);
  return { "high-bit": "with its most significant bit set", "base-point-plus-p": "9 + p", reflected: "of the target" }[
    key
  ];
}

export function describePacket(packet: Packet): string {
  switch (packet.packet) {
    case "handshake": {
      const { packet: _, identity, services, ...fields } = packet;
      const extra = Object.entries(fields).map(
        ([name, value]) => `${name} ${value instanceof Uint8Array ? show(value) : String(value)}`,
      );
      return [
        `Handshake, ${identity.kind}`,
        services.length > 0 ? `services ${list(services)}` : "no services",
        ...extra,
      ].join(", ");
    }
    case "service-request":
      return `ServiceRequest, stream ${showStream(packet.stream)}, ${list(packet.services)}, ${packet.headers.length} headers`;
    case "service-response":
      return `ServiceResponse, stream ${showStream(packet.stream)}, handled ${packet.handled}`;
    case "data":
      return packet.data.length === 0
        ? `Data, stream ${showStream(packet.stream)}, end`
        : `Data, stream ${showStream(packet.stream)}, ${packet.data.length} bytes`;
    case "find-node-request":
      return "FindNodeRequest";
    case "find-node-response":
      return `FindNodeResponse, ${packet.closest.length} IDs`;
    case "copy":
      return `copy of the target's own "${packet.of}" with opcode ${packet.opcode}`;
    case "raw":
      return `${packet.opcode === null ? "no opcode" : `opcode ${packet.opcode}`}, body ${show(packet.body)}`;
  }
}

function describeSeq(seq: SendStep["seq"]): string {
  return seq === "next" || seq === 0 ? "" : ` (number ${typeof seq === "number" ? seq : `of "${seq.replyTo}"`})`;
}

const REQUEST_NAMES = {
  handshake: "Handshake",
  "find-node-request": "FindNodeRequest",
  "service-request": "ServiceRequest",
} as const;

const showStream = (stream: StreamWish): string =>
  typeof stream === "number" ? `${stream}` : `of "${stream.streamOf}"`;

export function describeStep(step: Step): string {
  switch (step.step) {
    case "dial":
      return step.announcedIn === undefined ? "dial" : `dial the address announced in "${step.announcedIn}"`;
    case "accept":
      return "a TCP connection from the target";
    case "expect-no-dial":
      return `no TCP connection from the target within ${step.within} ms`;
    case "expect-no-connection":
      return "no further connection to the target";
    case "by-hand":
      return "answer requests by hand";
    case "expect-request":
      return `a ${REQUEST_NAMES[step.packet]}${step.services === undefined ? "" : ` for ${step.services.map((name) => `"${name}"`).join(", ")}`}${step.forItself ? " for the target's own key" : ""}`;
    case "expect-visit":
      return `the target ${step.visited ? "comes" : "does not come"} to "${step.who}"`;
    case "offer":
      return `the listener of "${step.who}" offers ${list(step.services)}`;
    case "silence":
      return `${step.who.length} peers let FindNodeRequests wait`;
    case "expect-asked":
      return `one of ${step.who.length} peers that do not answer is asked, and by ${step.within} ms later ${step.most} at most`;
    case "send-key":
      return step.key === undefined ? "public key" : `public key ${showKey(step.key)}`;
    case "expect-key":
      return "the target's 32-byte public key";
    case "send":
      return describePacket(step.packet) + describeSeq(step.seq);
    case "send-plaintext":
      return `sealed plaintext ${show(step.plaintext)}`;
    case "send-raw":
      return `raw bytes ${show(step.bytes)}`;
    case "fragment":
      if (step.size === null) return "write whole again";
      return `write in segments of ${step.size} bytes${step.everyMs === undefined ? "" : `, one every ${step.everyMs} ms`}`;
    case "hold":
      return "hold back writes";
    case "release":
      return "write what was held back at once";
    case "pause":
      return `wait ${step.ms} ms`;
    case "close-write":
      return "close the writing side";
    case "reset":
      return "reset the connection";
    case "stop-reading":
      return "stop reading";
    case "resume-reading":
      return "read on";
    case "expect-reply":
      return `a ${step.packet === "handshake" ? "Handshake" : "FindNodeResponse"} as the reply${step.to === undefined ? "" : ` to "${step.to}"`}`;
    case "expect-response":
      return `a ServiceResponse for stream ${showStream(step.stream)}, ${step.handled === "either" ? "handled or not" : step.handled ? "handled" : "not handled"}`;
    case "expect-data":
      return `${step.bytes.length} body bytes on stream ${showStream(step.stream)}${step.full ? " in full packets" : ""}: ${show(step.bytes)}`;
    case "expect-end":
      return `the end of the body of stream ${showStream(step.stream)}`;
    case "expect-close":
      return "a close";
    case "expect-silence":
      return "silence on an open connection";
    case "expect-served":
      return "an answer to a FindNodeRequest";
    case "expect-listed":
      return `"${step.who}" ${step.listed ? "" : "not "}in the list of the nearest to it${step.whereItIs ? ", at the address its connection came from" : ""}`;
    case "expect-called":
      return `a ServiceRequest for "${step.service}"`;
    case "expect-same-signature":
      return `one signature in "${step.first}" and "${step.second}", which sign the same bytes`;
    case "expect-other-key":
      return `another public key than on connection "${step.than}"`;
    case "expect-taken":
      return "the target reads all that was sent";
    case "expect-tidy":
      return "only well-formed messages with the numbers the specification gives them";
    case "expect-held-up":
      return `the target reads no further ${describePacket(step.packet)} before it has taken ${step.limit} bytes`;
    default:
      return isHttp2Step(step) ? describeHttp2Step(step) : describeHttpStep(step);
  }
}

export function describeEdit(edit: Edit): string {
  switch (edit.edit) {
    case "set":
      return `with ${Object.entries(edit.fields)
        .map(([name, value]) => `${name} ${value instanceof Uint8Array ? show(value) : JSON.stringify(value)}`)
        .join(", ")}`;
    case "replace-body":
      return `body ${show(edit.bytes)}`;
    case "truncate-body":
      return edit.to < 0 ? `packet cut short by ${-edit.to} bytes` : `packet cut to ${edit.to} bytes`;
    case "append-body":
      return `followed by ${show(edit.bytes)} within the body`;
    case "patch":
      return `packet bytes from ${edit.offset} replaced by ${show(edit.bytes)}`;
    case "opcode":
      return edit.opcode === null ? "without opcode" : `with opcode ${edit.opcode}`;
    case "seq":
      return `with number ${edit.seq}`;
    case "plaintext":
      return `plaintext ${show(edit.bytes)}`;
    case "counter":
      return `sealed with frame counter ${edit.value}`;
    case "nonce":
      return `sealed with nonce ${show(edit.bytes)}`;
    case "seal":
      return {
        "unhashed-secret": "sealed under the secret itself",
        "other-key": "sealed under another key",
        "associated-data": "sealed with associated data",
      }[edit.form];
    case "flip-bit":
      return `bit ${edit.bit} of the sealed bytes inverted`;
    case "frame-length":
      return `length field ${edit.value}`;
    case "truncate-frame":
      return edit.to < 0
        ? `the last ${-edit.to} bytes of the frame held back`
        : `only ${edit.to} bytes of the frame sent`;
    case "replay":
      return "the same frame sent twice";
    case "twice":
      return "the same message sent twice";
    case "key":
      return `public key ${showKey(edit.key)}`;
    case "instead":
      return edit.steps.length === 0 ? "not sent" : `instead: ${edit.steps.map(describeStep).join("; ")}`;
    case "before":
      return `before it: ${edit.steps.map(describeStep).join("; ")}`;
    case "after":
      return `after it: ${edit.steps.map(describeStep).join("; ")}`;
  }
}

export function describeChange(change: Change): string {
  return `step "${change.at}": ${describeEdit(change.edit)}`;
}

export function describeExpectation(expectation: Expectation): string {
  switch (expectation.expect) {
    case "succeeds":
      return "every step succeeds";
    case "closes": {
      const within = expectation.within === undefined ? "" : ` within ${expectation.within} ms`;
      const notBefore = expectation.notBefore === undefined ? "" : `, not before ${expectation.notBefore} ms`;
      return `the target closes the connection${within}${notBefore}${expectation.tolerates ? "" : " and sends nothing more"}`;
    }
    case "ignores":
      return "the target goes on as if it had not come, on the same connection";
    case "answers":
      return `then: ${expectation.steps.map(describeStep).join("; ")}`;
    case "closes-or":
      return `the target closes the connection, or ${describeExpectation(expectation.other)}`;
  }
}
