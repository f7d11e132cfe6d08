/** Operations that take a whole connection, or a whole node. */
import { OperationError, type Role, type ServiceCall } from "../../src/connection/index.ts";
import type { Crypto } from "../../src/crypto/index.ts";
import { FlatendError, Node } from "../../src/node/index.ts";
import { decodeData, encodeHandshake, Opcode } from "../../src/wire/index.ts";
import { Fault } from "./fault.ts";
import { type Fields, hex, unhex } from "./files.ts";
import { headersOf, namesOf } from "./packets.ts";
import { Peer } from "./peer.ts";

const NOW = 0;
const REQUEST_PREFIX = 5;
const nobody = { onData: () => {}, onEnd: () => {}, onLost: () => {} };
const hexText = (text: string): string => hex(Buffer.from(text, "utf8"));
const seqOf = (plaintext: Uint8Array): number => Buffer.from(plaintext).readUInt32BE();

export function greeting(input: Fields, crypto: Crypto): Fields {
  const role = input.role as Role;
  const key = (name: string) => (input[name] === undefined ? undefined : unhex(input[name]));
  const peer = new Peer(crypto, role, { ownKey: key("ownKey"), dialed: key("dialed") });
  const replied: number[] = [];
  for (const [index, plaintext] of (input.messages as string[]).map(unhex).entries()) {
    const written = peer.say(plaintext);
    if (peer.fault !== undefined) throw new Fault(peer.fault, index);
    // Everything else the connection writes has the number 0.
    replied.push(...written.map(seqOf).filter((seq) => seq !== 0));
  }
  const { peer: remote, state } = peer.connection;
  return {
    peer: remote?.id ? hex(remote.id.publicKey) : null,
    offers: (remote?.services ?? []).map(hexText),
    replied,
    open: state === "open",
  };
}

export function call({ services, headers }: Fields, crypto: Crypto): Fields {
  const peer = Peer.greeted(crypto, "dialer");
  try {
    peer.connection.openStream(namesOf(services), headersOf(headers), nobody, NOW);
  } catch (error) {
    throw error instanceof OperationError ? new Fault(error.code) : error;
  }
  return { plaintext: hex(peer.read()[0] as Uint8Array) };
}

export async function offer({ services }: Fields): Promise<Fields> {
  const names = namesOf(services);
  const handlers = Object.fromEntries(names.map((name) => [name, () => {}]));
  try {
    const node = await Node.start({ services: handlers });
    await node.shutdown();
  } catch (error) {
    throw error instanceof FlatendError ? new Fault(error.code) : error;
  }
  return { plaintextLength: REQUEST_PREFIX + encodeHandshake({ services: names }).length };
}

export function cutBody(length: number, crypto: Crypto): number[] {
  const peer = Peer.greeted(crypto, "dialer");
  const stream = peer.connection.openStream(["echo"], [], nobody, NOW);
  peer.connection.sendData(stream, new Uint8Array(length), NOW);
  peer.connection.endData(stream, NOW);
  const messages = peer.read().filter((plaintext) => plaintext[4] === Opcode.Data);
  return messages.map((plaintext) => decodeData(plaintext.subarray(REQUEST_PREFIX)).packet.data.length);
}

export function choose(hosted: readonly string[], services: readonly string[], crypto: Crypto): Fields {
  let served: ServiceCall | undefined;
  const handler = {
    onCall: (_: unknown, request: ServiceCall) => {
      served = request;
      return nobody;
    },
  };
  const peer = Peer.greeted(crypto, "listener", {
    handler,
    hosted: hosted.map((name) => `${Buffer.from(name, "hex")}`),
  });
  const names = services.map(unhex).flatMap((name) => [name.length, ...name]);
  peer.say(Uint8Array.of(0, 0, 0, 0, Opcode.ServiceRequest, 0, 0, 0, 1, services.length, ...names, 0, 0));
  return { service: served === undefined ? null : hexText(served.service) };
}
