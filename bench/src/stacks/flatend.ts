import { PassThrough } from "node:stream";
import { generateSecretKey, Node } from "flatend";
import { countOf, pieces } from "../bytes.ts";
import { type Client, firstChunk, HOST, type Stack, sendBody, verifyBody } from "../stack.ts";

/** The reference node, used as its README says. */
export const flatend: Stack = {
  name: "flatend",

  async serve() {
    const node = await Node.start({
      secretKey: generateSecretKey(),
      bindAddrs: [`${HOST}:0`],
      services: {
        echo: (ctx) => void ctx.pipe(ctx),
        sink: async (ctx) => ctx.send(countOf(await verifyBody(ctx))),
        source: (ctx) => sendBody(ctx, Number(ctx.headers.bytes)),
      },
    });
    return Number(node.addresses[0]?.split(":").at(-1));
  },

  async connect(port): Promise<Client> {
    const node = await Node.start({ addrs: [`${HOST}:${port}`], requireBootstrap: true });
    return {
      async echo(payload) {
        return await (await node.call("echo", { body: payload })).bytes();
      },
      async upload(total) {
        const response = await node.call("sink", { body: pieces(total) });
        return Number((await response.bytes()).toString());
      },
      async download(total) {
        const response = await node.call("source", { headers: { bytes: String(total) } });
        return (await verifyBody(response)).length;
      },
      async openEcho(payload) {
        const body = new PassThrough();
        body.write(payload);
        return await firstChunk(await node.call("echo", { body }));
      },
    };
  },
};
