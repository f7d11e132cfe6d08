import { noise } from "@chainsafe/libp2p-noise";
import { yamux } from "@chainsafe/libp2p-yamux";
import { tcp } from "@libp2p/tcp";
import { multiaddr } from "@multiformats/multiaddr";
import { createLibp2p } from "libp2p";
import { countOf, pieces } from "../bytes.ts";
import { type Client, HOST, readBody, type Stack, verifyBody } from "../stack.ts";

// What js-libp2p depends on calls this one, although it is not in every Node that js-libp2p 2 runs on: it came with Node 22.
if (!("withResolvers" in Promise)) {
  Object.defineProperty(Promise, "withResolvers", {
    value: () => {
      let settle = {};
      const promise = new Promise((resolve, reject) => {
        settle = { resolve, reject };
      });
      return { promise, ...settle };
    },
  });
}

const ECHO = "/bench/echo/1.0.0";
const SINK = "/bench/sink/1.0.0";
const SOURCE = "/bench/source/1.0.0";

/** By default a node takes 300 connections, 5 a second from one address, and 32 streams of a protocol: too few for what is measured here. */
const connectionManager = {
  maxConnections: 2_000,
  maxIncomingPendingConnections: 1_000,
  inboundConnectionThreshold: Number.POSITIVE_INFINITY,
};
const maxInboundStreams = 1_000;
/** A stream of one protocol may say which along with its first bytes, and saves a round trip by it. */
const streamOptions = { negotiateFully: false, maxOutboundStreams: maxInboundStreams };

const start = (listen: string[]) =>
  createLibp2p({
    addresses: { listen },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionManager,
  });

/** The chunks of a stream are lists of views. */
type Chunks = AsyncIterable<{ subarray(): Uint8Array }>;

async function* bytesOf(chunks: Chunks): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) yield chunk.subarray();
}

/** js-libp2p over TCP with noise and yamux: a stream for each call, as its protocols do it. */
export const libp2p: Stack = {
  name: "libp2p",

  async serve() {
    const node = await start([`/ip4/${HOST}/tcp/0`]);
    const options = { maxInboundStreams };
    await node.handle(ECHO, ({ stream }) => void stream.sink(stream.source).catch(stream.abort), options);
    const sink = async (source: Chunks) => Buffer.from(countOf(await verifyBody(bytesOf(source))));
    const sinks = ({ stream }: { stream: { source: Chunks } }) => sink(stream.source);
    await node.handle(SINK, (data) => sinks(data).then((count) => data.stream.sink([count])), options);
    await node.handle(
      SOURCE,
      async ({ stream }) => {
        const total = Number((await readBody(bytesOf(stream.source))).toString());
        await stream.sink(pieces(total));
      },
      options,
    );
    return Number(node.getMultiaddrs()[0]?.nodeAddress().port);
  },

  async connect(port): Promise<Client> {
    const node = await start([]);
    const connection = await node.dial(multiaddr(`/ip4/${HOST}/tcp/${port}`));
    const open = (protocol: string) => connection.newStream(protocol, streamOptions);
    return {
      async echo(payload) {
        const stream = await open(ECHO);
        const [, answer] = await Promise.all([stream.sink([payload]), readBody(bytesOf(stream.source))]);
        return answer;
      },
      async upload(total) {
        const stream = await open(SINK);
        const [, count] = await Promise.all([stream.sink(pieces(total)), readBody(bytesOf(stream.source))]);
        return Number(count.toString());
      },
      async download(total) {
        const stream = await open(SOURCE);
        const request = stream.sink([Buffer.from(String(total))]);
        const [, verifier] = await Promise.all([request, verifyBody(bytesOf(stream.source))]);
        return verifier.length;
      },
      async openEcho(payload) {
        const stream = await open(ECHO);
        stream.sink(withoutEnd(payload)).catch(stream.abort);
        const { value } = await stream.source.next();
        return value?.subarray() ?? new Uint8Array(0);
      },
    };
  },
};

async function* withoutEnd(payload: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield payload;
  await new Promise(() => {});
}
