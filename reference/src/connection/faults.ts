import { ProtocolError } from "../session/index.ts";
import { STREAM_FAULTS, type StreamFault } from "../stream/index.ts";
import { WireError } from "../wire/index.ts";

/** The packet in which a body failed to decode. */
export type PacketName =
  | "Handshake"
  | "Handshake reply"
  | "ServiceRequest"
  | "ServiceResponse"
  | "Data"
  | "FindNodeRequest"
  | "FindNodeResponse";

/** Where the data of a Data packet begins: its cut has a rule of its own. */
const DATA_OFFSET = 6;

/** The rule that a value out of range breaks, by packet; in a Handshake the first byte is has-ID, every other such field a family. */
const RANGE_RULES: Readonly<Partial<Record<PacketName, string>>> = {
  ServiceResponse: "FLT-PKT-051",
  Data: "FLT-PKT-061",
};

function requirementOf(packet: PacketName, error: WireError): string {
  if (packet === "Handshake reply") return "FLT-HSK-010";
  if (packet === "FindNodeResponse") return "FLT-RPC-021";
  switch (error.code) {
    case "UTF8":
      return "FLT-PKT-032";
    case "RANGE":
      return RANGE_RULES[packet] ?? (error.offset === 0 ? "FLT-PKT-031" : "FLT-PKT-011");
    default:
      return packet === "Data" && error.offset >= DATA_OFFSET ? "FLT-PKT-063" : "FLT-PKT-003";
  }
}

/** Runs a decoder over a packet and turns its complaint into the fault of the peer it is. Throws {@link ProtocolError}. */
export function decodePacket<T>(packet: PacketName, decode: (bytes: Uint8Array) => T, bytes: Uint8Array): T {
  try {
    return decode(bytes);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new ProtocolError(
      "MALFORMED_PACKET",
      requirementOf(packet, error),
      `malformed ${packet}: ${error.message}`,
      error.offset,
    );
  }
}

/** The error for what a peer did wrong on a stream. */
export function streamFault(fault: StreamFault, stream: number): ProtocolError {
  const { requirement, description } = STREAM_FAULTS[fault];
  return new ProtocolError(fault, requirement, `got ${description}, stream ${stream}`);
}
