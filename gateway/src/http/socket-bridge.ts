/** A request for a WebSocket: the service is asked first, and the handshake completed if it accepts. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { Canceller, type Node } from "flatend";
import { readHandshake, socketHead } from "../mapping/index.ts";
import { answer, callFacts, type Target } from "./bridge.ts";
import { exchangeOf, noteRepeat } from "./exchange.ts";
import { faultOf, HttpFault } from "./fault.ts";
import { shakeHands } from "./handshake.ts";
import { accepted, callHeaders, readHead } from "./head.ts";
import { isHttp2 } from "./message.ts";
import { callProvider } from "./provider-call.ts";
import { ClientMessages, runSession, type SocketRules } from "./socket-session.ts";
import { upgradeOf } from "./upgradable.ts";

/** Answers a request of a WebSocket route. */
export async function socketBridge(
  node: Pick<Node, "call">,
  { services, params, circuits }: Target,
  rules: SocketRules,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const given = params(request);
  if (Object.values(given).includes("")) {
    reply.callNotFound();
    return reply;
  }
  const head = readHead(request.raw);
  const upgrade = upgradeOf(request.raw);
  if (upgrade === undefined) throw upgradeRequired(request);
  const offered = accepted(readHandshake(head));
  if (offered === "OTHER_VERSION") throw upgradeRequired(request);
  const canceller = new Canceller();
  const onGone = (): void => canceller.cancel();
  reply.raw.once("close", onGone);
  const messages = new ClientMessages();
  try {
    const options = {
      headers: callHeaders(head, { protocol: "websocket", ...callFacts(request, services, given) }),
      body: messages,
      canceller,
    };
    const onRepeat = (): void => noteRepeat(request.raw);
    const response = await callProvider(node, { services, circuits, method: request.method, options, onRepeat });
    const judged = socketHead(Object.entries(response.headers), offered);
    if (judged === undefined) {
      messages.finish();
      return answer(request, reply, response, { ...rules, isPlain: false });
    }
    const socketsHead = acceptedOr(
      () => accepted(judged),
      () => response.destroy(),
    );
    if (upgrade.leaving) {
      response.destroy();
      throw new HttpFault(503, "the gateway stops", { "retry-after": "1" });
    }
    // From here on the call ends as the messages say.
    reply.raw.off("close", onGone);
    reply.hijack();
    const exchange = exchangeOf(request.raw);
    shakeHands(request.raw, upgrade, socketsHead, rules.maxMessageLength, (socket) =>
      runSession({ socket, upgrade, response, messages, exchange, rules }),
    );
    if (exchange.socket === undefined) {
      canceller.cancel();
      upgrade.over();
    }
    return reply;
  } catch (error) {
    throw faultOf(error, services);
  }
}

function acceptedOr<T>(take: () => T, otherwise: () => void): T {
  try {
    return take();
  } catch (error) {
    otherwise();
    throw error;
  }
}

function upgradeRequired({ raw }: FastifyRequest): HttpFault {
  // HTTP/2 has no such fields.
  const fields = isHttp2(raw) ? {} : { upgrade: "websocket", connection: "upgrade" };
  return new HttpFault(426, "expected a WebSocket of version 13", { ...fields, "sec-websocket-version": "13" });
}
