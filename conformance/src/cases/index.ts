import type { Case } from "../case.ts";
import compatOriginals from "./compat/originals.ts";
import dhtFindNode from "./dht/find-node.ts";
import dhtTable from "./dht/table.ts";
import dialerHandshake from "./dialer/handshake.ts";
import dialerJoining from "./dialer/joining.ts";
import dialerReconnecting from "./dialer/reconnecting.ts";
import dialerSession from "./dialer/session.ts";
import errorClosing from "./error/closing.ts";
import errorIsolation from "./error/isolation.ts";
import gatewayAnswer from "./gateway/answer.ts";
import gatewayBody from "./gateway/body.ts";
import gatewayCallHeaders from "./gateway/call-headers.ts";
import gatewayEnding from "./gateway/ending.ts";
import gatewayEvents from "./gateway/events.ts";
import gatewayFailingProviders from "./gateway/failing-providers.ts";
import gatewayGrpcCalls from "./gateway/grpc-calls.ts";
import gatewayGrpcClient from "./gateway/grpc-client.ts";
import gatewayGrpcSchema from "./gateway/grpc-schema.ts";
import gatewayGrpcService from "./gateway/grpc-service.ts";
import gatewayGrpcWeb from "./gateway/grpc-web.ts";
import gatewayHead from "./gateway/head.ts";
import gatewayHttp2 from "./gateway/http2.ts";
import gatewayHttps from "./gateway/https.ts";
import gatewayLimits from "./gateway/limits.ts";
import gatewayOptions from "./gateway/options.ts";
import gatewayOwnAnswers from "./gateway/own-answers.ts";
import gatewayProviders from "./gateway/providers.ts";
import gatewayProxies from "./gateway/proxies.ts";
import gatewayReload from "./gateway/reload.ts";
import gatewayResponseBody from "./gateway/response-body.ts";
import gatewayStatic from "./gateway/static.ts";
import gatewayTarget from "./gateway/target.ts";
import gatewayWebsocketClient from "./gateway/websocket-client.ts";
import gatewayWebsocketHandshake from "./gateway/websocket-handshake.ts";
import gatewayWebsocketHttp2 from "./gateway/websocket-http2.ts";
import gatewayWebsocketService from "./gateway/websocket-service.ts";
import handshakeFields from "./handshake/fields.ts";
import handshakeOrder from "./handshake/order.ts";
import handshakeOwn from "./handshake/own.ts";
import handshakeRepeated from "./handshake/repeated.ts";
import handshakeSignature from "./handshake/signature.ts";
import headersMeaning from "./headers/meaning.ts";
import headersRequest from "./headers/request.ts";
import limitConnections from "./limit/connections.ts";
import limitMessages from "./limit/messages.ts";
import packetLength from "./packet/length.ts";
import packetServiceName from "./packet/service-name.ts";
import packetShortHandshake from "./packet/short-handshake.ts";
import packetShortMessage from "./packet/short-message.ts";
import packetTrailing from "./packet/trailing.ts";
import providerDraining from "./provider/draining.ts";
import providerOffer from "./provider/offer.ts";
import requesterRequest from "./requester/request.ts";
import requesterResponse from "./requester/response.ts";
import rpcNumber from "./rpc/number.ts";
import rpcOpcode from "./rpc/opcode.ts";
import rpcReply from "./rpc/reply.ts";
import serviceBadRequests from "./service/bad-requests.ts";
import serviceExactly from "./service/exactly.ts";
import serviceFailures from "./service/failures.ts";
import serviceTestServices from "./service/test-services.ts";
import sessionEnding from "./session/ending.ts";
import sessionFrame from "./session/frame.ts";
import sessionKeyExchange from "./session/key-exchange.ts";
import sessionPublicKey from "./session/public-key.ts";
import sessionResilience from "./session/resilience.ts";
import sessionSeal from "./session/seal.ts";
import streamBody from "./stream/body.ts";
import streamBuffering from "./stream/buffering.ts";
import streamEcho from "./stream/echo.ts";
import streamFaults from "./stream/faults.ts";
import streamNumbers from "./stream/numbers.ts";
import streamOpening from "./stream/opening.ts";
import streamRetiring from "./stream/retiring.ts";

/** Every case of the kit, in the order in which it is listed and run unless something else decides. */
export const cases: readonly Case[] = [
  ...sessionKeyExchange,
  ...sessionPublicKey,
  ...sessionFrame,
  ...sessionSeal,
  ...sessionEnding,
  ...sessionResilience,
  ...rpcNumber,
  ...rpcOpcode,
  ...rpcReply,
  ...packetShortHandshake,
  ...packetShortMessage,
  ...packetTrailing,
  ...packetLength,
  ...packetServiceName,
  ...handshakeOrder,
  ...handshakeFields,
  ...handshakeSignature,
  ...handshakeRepeated,
  ...handshakeOwn,
  ...streamOpening,
  ...streamEcho,
  ...streamBody,
  ...streamNumbers,
  ...streamBuffering,
  ...streamFaults,
  ...streamRetiring,
  ...headersRequest,
  ...headersMeaning,
  ...serviceTestServices,
  ...serviceExactly,
  ...serviceFailures,
  ...serviceBadRequests,
  ...dhtFindNode,
  ...dhtTable,
  ...providerDraining,
  ...providerOffer,
  ...errorClosing,
  ...errorIsolation,
  ...limitMessages,
  ...limitConnections,
  ...compatOriginals,
  ...requesterRequest,
  ...requesterResponse,
  ...dialerSession,
  ...dialerHandshake,
  ...dialerJoining,
  ...dialerReconnecting,
  ...gatewayHead,
  ...gatewayTarget,
  ...gatewayCallHeaders,
  ...gatewayAnswer,
  ...gatewayBody,
  ...gatewayResponseBody,
  ...gatewayOwnAnswers,
  ...gatewayLimits,
  ...gatewayProviders,
  ...gatewayFailingProviders,
  ...gatewayWebsocketHandshake,
  ...gatewayWebsocketClient,
  ...gatewayWebsocketService,
  ...gatewayWebsocketHttp2,
  ...gatewayOptions,
  ...gatewayEvents,
  ...gatewayHttp2,
  ...gatewayGrpcCalls,
  ...gatewayGrpcClient,
  ...gatewayGrpcService,
  ...gatewayGrpcWeb,
  ...gatewayGrpcSchema,
  ...gatewayStatic,
  ...gatewayProxies,
  ...gatewayHttps,
  ...gatewayReload,
  ...gatewayEnding,
];
