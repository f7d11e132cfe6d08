import type { Case } from "../case.ts";
import dhtFindNode from "./dht/find-node.ts";
import handshakeSignature from "./handshake/signature.ts";
import rpcNumber from "./rpc/number.ts";
import sessionFrame from "./session/frame.ts";
import sessionKeyExchange from "./session/key-exchange.ts";
import streamEcho from "./stream/echo.ts";

/** Every case of the kit, in the order in which it is listed and run unless something else decides. */
export const cases: readonly Case[] = [
  ...sessionKeyExchange,
  ...sessionFrame,
  ...rpcNumber,
  ...handshakeSignature,
  ...streamEcho,
  ...dhtFindNode,
];
