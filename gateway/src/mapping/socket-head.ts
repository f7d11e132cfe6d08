/** The heads of a WebSocket's handshake: FLT-GWY-160 to FLT-GWY-164. */

import type { MeshHeader } from "./headers.ts";
import { Refusal } from "./refusal.ts";
import type { HttpRequest } from "./request.ts";
import { responseHead } from "./response.ts";
import { isToken, trimBlanks } from "./text.ts";

/** A handshake that its service has accepted. */
export interface SocketHead {
  /** The subprotocol the service has chosen, one of those that were offered. */
  readonly protocol: string | undefined;
  /** Names in lower case; values as byte text. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** 16 bytes in base64. */
const KEY = /^[+/0-9A-Za-z]{22}==$/;
export const VERSION = "13";

/** What the request for a WebSocket is: the subprotocols it offers, another version's, or malformed. */
export function readHandshake({
  fields,
  version,
}: Pick<HttpRequest, "fields" | "version">): readonly string[] | "OTHER_VERSION" | Refusal {
  if (fields.get("sec-websocket-version") !== VERSION) return "OTHER_VERSION";
  // HTTP/2 has nothing for which it would be needed.
  if (version !== "2" && !KEY.test(fields.get("sec-websocket-key") ?? ""))
    return malformed("The key of the handshake is malformed.");
  const offered = (fields.get("sec-websocket-protocol") ?? "").split(",").map(trimBlanks);
  const protocols = fields.has("sec-websocket-protocol") ? offered : [];
  if (!protocols.every(isToken) || new Set(protocols).size < protocols.length) {
    return malformed("The subprotocols of the handshake are malformed.");
  }
  return protocols;
}

const malformed = (reason: string): Refusal => new Refusal("BAD_FIELD", reason);

/** Statuses with which a service accepts; none is the same as 200. */
const ACCEPTING = new Set(["101", "200"]);
/** The gateway speaks the protocol of the connection. */
const isGateways = (name: string): boolean => name.startsWith("sec-websocket-") || name === "content-length";

/**
 * The head that completes the handshake; `undefined` where the service has not accepted, and its response is one like others.
 * @param headers of the ServiceResponse
 * @param offered subprotocols of the client
 */
export function socketHead(
  headers: Iterable<MeshHeader>,
  offered: readonly string[],
): SocketHead | Refusal | undefined {
  const all = [...headers];
  const status = all.findLast(([key]) => key === ":status")?.[1];
  if (status !== undefined && !ACCEPTING.has(status)) return undefined;
  const head = responseHead(
    all.filter(([key]) => key !== ":status"),
    "GET",
  );
  if (head instanceof Refusal) return head;
  const protocol = head.fields.find(([name]) => name === "sec-websocket-protocol")?.[1];
  if (protocol !== undefined && !offered.includes(protocol)) {
    return new Refusal("BAD_VALUE", "The service chose a subprotocol that was not offered.");
  }
  return { protocol, fields: head.fields.filter(([name]) => !isGateways(name)) };
}
