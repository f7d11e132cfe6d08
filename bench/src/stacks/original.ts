import { createRequire } from "node:module";
import type { Duplex, Readable } from "node:stream";
import { countOf, pieces } from "../bytes.ts";
import { type Client, HOST, readBody, type Stack, sendBody, verifyBody } from "../stack.ts";
import { freePort } from "./sockets.ts";

// Its own declarations do not compile under strict rules, so what is used of it is declared here.
interface OriginalContext extends Duplex {
  readonly headers: Readonly<Record<string, string>>;
  send(data: string): void;
}
interface OriginalNode {
  push(
    services: readonly string[],
    headers: Readonly<Record<string, string>>,
    body: Iterable<Uint8Array>,
  ): Promise<{ readonly body: Readable }>;
}
interface Original {
  readonly Node: {
    start(options: {
      readonly secretKey?: Uint8Array;
      readonly bindAddrs?: readonly string[];
      readonly publicAddr?: string;
      readonly addrs?: readonly string[];
      readonly services?: Readonly<Record<string, (ctx: OriginalContext) => unknown>>;
    }): Promise<OriginalNode>;
  };
  generateSecretKey(): Uint8Array;
}

const { Node, generateSecretKey } = createRequire(import.meta.url)("flatend-original") as Original;

/** npm flatend 0.0.8, used as its documentation says. */
export const original: Stack = {
  name: "flatend-0.0.8",

  async serve() {
    // It announces the port it was told, not the one it got.
    const port = await freePort();
    await Node.start({
      secretKey: generateSecretKey(),
      bindAddrs: [`${HOST}:${port}`],
      publicAddr: `${HOST}:${port}`,
      services: {
        echo: (ctx) => ctx.pipe(ctx),
        // Reading a Duplex of Node's own to its end destroys it, unless it is told not to.
        sink: async (ctx) => ctx.send(countOf(await verifyBody(ctx.iterator({ destroyOnReturn: false })))),
        source: (ctx) => sendBody(ctx, Number(ctx.headers.bytes)),
      },
    });
    return port;
  },

  async connect(port): Promise<Client> {
    const node = await Node.start({ addrs: [`${HOST}:${port}`] });
    return {
      async echo(payload) {
        return await readBody((await node.push(["echo"], {}, [payload])).body);
      },
      async upload(total) {
        const { body } = await node.push(["sink"], {}, pieces(total));
        return Number((await readBody(body)).toString());
      },
      async download(total) {
        const { body } = await node.push(["source"], { bytes: String(total) }, []);
        return (await verifyBody(body)).length;
      },
    };
  },
};
