import { ProtocolError } from "../session/index.ts";
import { dataOf, streamOf } from "../stream/index.ts";
import { decodeData, decodeServiceRequest, decodeServiceResponse } from "../wire/index.ts";
import { decodePacket, streamFault } from "./faults.ts";
import { RESERVED_MARK } from "./handshake.ts";
import { lastValues } from "./messages.ts";
import type { StreamEngine } from "./stream-engine.ts";
import type { ConnectionHandler, ConnectionLimits, Stream } from "./types.ts";

/** What an arriving ServiceRequest is judged by. */
export interface CallPolicy {
  readonly limits: ConnectionLimits;
  /** Whether every call is refused, because the connection is retired (FLT-STR-053). */
  readonly refusing: boolean;
  /** The names this node hosts. */
  readonly hosted: ReadonlySet<string>;
}

/** ServiceRequest: opens a stream of the peer and has it served or refused. Throws {@link ProtocolError}. */
export function serviceRequestArrived(
  body: Uint8Array,
  streams: StreamEngine,
  policy: CallPolicy,
  handler: ConnectionHandler,
  now: number,
): void {
  const { packet } = decodePacket("ServiceRequest", decodeServiceRequest, body);
  if (streams.table.get(packet.stream) !== undefined) throw streamFault("STREAM_IN_USE", packet.stream);
  const { limits, hosted, refusing } = policy;
  if (streams.table.inbound - streams.served >= limits.refusedStreams) {
    throw new ProtocolError(
      "TOO_MANY_STREAMS",
      "FLT-ERR-005",
      `expected the ends of ${limits.refusedStreams} refused requests, got one more request`,
    );
  }
  const stream = streams.table.openRemote(packet.stream, now);
  const service = packet.services.find((name) => hosted.has(name) && !name.startsWith(RESERVED_MARK));
  if (service === undefined || refusing || streams.served >= limits.inboundStreams) {
    streams.refuse(stream);
    return;
  }
  const receiver = handler.onCall(stream, { service, services: packet.services, headers: lastValues(packet.headers) });
  // The handler may have closed the connection, with which the stream went.
  if (streams.table.get(packet.stream) !== stream) return;
  if (receiver === undefined) streams.refuse(stream);
  else streams.serve(stream, receiver);
}

/** ServiceResponse: hands the headers on, or ends the call at handled 0. Throws {@link ProtocolError}. */
export function serviceResponseArrived(body: Uint8Array, streams: StreamEngine): void {
  const { packet } = decodePacket("ServiceResponse", decodeServiceResponse, body);
  const stream = streams.table.get(packet.stream);
  const fault = stream === undefined ? "UNEXPECTED_ANSWER" : stream.answerArrived(packet.handled);
  if (stream === undefined || fault !== undefined) throw streamFault(fault ?? "UNEXPECTED_ANSWER", packet.stream);
  streams.moved(stream);
  if (!packet.handled) streams.endRefused(stream);
  // Also where the body is discarded: only the body is.
  stream.receiver?.onAnswer?.(stream, { handled: packet.handled, headers: lastValues(packet.headers) });
  streams.settle(stream);
}

/** Data: hands bytes or the end of a body on. Throws {@link ProtocolError}. */
export function dataArrived(body: Uint8Array, streams: StreamEngine): void {
  const data = dataOf(body) ?? decodePacket("Data", decodeData, body).packet.data;
  const number = streamOf(body);
  const stream: Stream | undefined = streams.table.get(number);
  if (stream === undefined) throw streamFault("UNKNOWN_STREAM", number);
  const fault = stream.dataArrived(data.length);
  if (fault !== undefined) throw streamFault(fault, number);
  streams.moved(stream);
  const receiver = stream.discarding ? undefined : stream.receiver;
  if (data.length > 0) {
    if (receiver === undefined) return;
    streams.window.received(stream, data.length);
    receiver.onData(stream, data);
    return;
  }
  receiver?.onEnd(stream);
  streams.settle(stream);
}
