import { toHex } from "../probe/bytes.ts";
import type { Received } from "../probe/connection.ts";
import type { ReadPacket } from "../probe/decode.ts";
import { Failure } from "./failure.ts";

/**
 * The order of what a responder says on each stream: one ServiceResponse, its Data, one end, and nothing after that until the number
 * is used again. The target's own requests have numbers that are its business.
 */
export function checkStreams(inbox: readonly Received[]): void {
  const open = new Set<number>();
  const answered = new Set<number>();
  const itsOwn = new Set<number>();
  for (const { message } of inbox) {
    const { packet } = message;
    if (packet?.kind === "service-request") itsOwn.add(packet.stream);
    else if (packet?.kind === "service-response") {
      checkHeaders(packet.headers);
      if (open.has(packet.stream))
        throw new Failure(
          "wrong",
          "one ServiceResponse for each request",
          `a second one on stream ${packet.stream} before its body ended`,
        );
      answered.add(packet.stream);
      if (packet.handled) open.add(packet.stream);
    } else if (packet?.kind === "data" && !itsOwn.has(packet.stream)) checkData(packet, open, answered);
  }
}

function checkData(packet: ReadPacket & { kind: "data" }, open: Set<number>, answered: ReadonlySet<number>): void {
  const { stream, data } = packet;
  if (!open.has(stream))
    throw new Failure(
      "wrong",
      answered.has(stream) ? "nothing behind the end of a response" : "a ServiceResponse before its Data",
      `Data of ${data.length} bytes on stream ${stream}`,
    );
  if (data.length === 0) open.delete(stream);
}

function checkHeaders(headers: readonly (readonly [Uint8Array, Uint8Array])[]): void {
  const seen = new Set<string>();
  for (const [key] of headers) {
    if (key.length === 0) throw new Failure("wrong", "header keys of at least one byte", "an empty one");
    const text = toHex(key);
    if (seen.has(text)) throw new Failure("wrong", "each header key once", `${text} twice`);
    seen.add(text);
  }
}
