import { PassThrough, Readable } from "node:stream";
import { type Context, ServiceBroker } from "moleculer";
import { countOf, pieces } from "../bytes.ts";
import { type Client, firstChunk, HOST, type Stack, verifyBody } from "../stack.ts";
import { freePort } from "./sockets.ts";

const SERVER = "server";
const SERVICE = "bench";
/** Brokers find each other by gossip alone here; once a second is as often as it goes. The default is every two. */
const GOSSIP_SECONDS = 1;
const FIND_MS = 20_000;
const LOOK_MS = 50;

/** JSON has no bytes, so users of its serializer send them as base64. (A Buffer left as it is goes as an array of numbers.) */
interface Echo {
  readonly base64: string;
}

let brokers = 0;

const body = (total: number): Readable => Readable.from(pieces(total), { objectMode: false });

/** Brokers with moleculer's TCP transporter and its JSON serializer. A client is a broker: calls go out on one connection, answers come back on another. */
export const moleculer: Stack = {
  name: "moleculer",
  // Each broker comes to know all others and tells of them once a second: a thousand in one process know a million.
  maxClients: 100,

  async serve() {
    const port = await freePort();
    const broker = new ServiceBroker({
      nodeID: SERVER,
      logger: false,
      transporter: { type: "TCP", options: { udpDiscovery: false, gossipPeriod: GOSSIP_SECONDS, port } },
    });
    broker.createService({
      name: SERVICE,
      actions: {
        // Either an Echo or a stream, which comes back as it is.
        echo: (ctx: Context<Echo | Readable>) => ctx.params,
        sink: async (ctx: Context<Readable>) => countOf(await verifyBody(ctx.params)),
        source: (ctx: Context<{ bytes: number }>) => body(ctx.params.bytes),
      },
    });
    await broker.start();
    return port;
  },

  async connect(port): Promise<Client> {
    const broker = new ServiceBroker({
      nodeID: `client-${process.pid}-${brokers++}`,
      logger: false,
      transporter: {
        type: "TCP",
        options: { udpDiscovery: false, gossipPeriod: GOSSIP_SECONDS, urls: [`${HOST}:${port}/${SERVER}`] },
      },
    });
    await broker.start();
    await broker.waitForServices(SERVICE, FIND_MS, LOOK_MS);
    return {
      async echo(payload) {
        const base64 = Buffer.from(payload).toString("base64");
        const answer = await broker.call<Echo, Echo>("bench.echo", { base64 });
        return Buffer.from(answer.base64, "base64");
      },
      async upload(total) {
        return Number(await broker.call<string, Readable>("bench.sink", body(total)));
      },
      async download(total) {
        return (await verifyBody(await broker.call<Readable, { bytes: number }>("bench.source", { bytes: total })))
          .length;
      },
      async openEcho(payload) {
        const request = new PassThrough();
        request.write(payload);
        return await firstChunk(await broker.call<Readable, Readable>("bench.echo", request));
      },
    };
  },
};
