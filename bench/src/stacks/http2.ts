import { once } from "node:events";
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  createServer,
  type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo } from "node:net";
import { countOf } from "../bytes.ts";
import { type Client, firstChunk, HOST, readBody, type Stack, sendBody, verifyBody } from "../stack.ts";

async function answer(stream: ServerHttp2Stream, path: string | undefined): Promise<void> {
  const [, service, bytes] = path?.split("/") ?? [];
  stream.respond({ ":status": 200 });
  if (service === "echo") stream.pipe(stream);
  else if (service === "sink") stream.end(countOf(await verifyBody(stream)));
  else await sendBody(stream, Number(bytes));
}

const request = (session: ClientHttp2Session, path: string): ClientHttp2Stream =>
  session.request({ ":method": "POST", ":path": path });

/** HTTP/2 of Node itself without TLS: streams over one connection, as flatend has them, without its cipher. */
export const http2: Stack = {
  name: "http2",

  async serve() {
    const server = createServer();
    server.on("stream", (stream, headers) => {
      answer(stream, headers[":path"]).catch((error: Error) => stream.destroy(error));
    });
    server.listen(0, HOST);
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  },

  async connect(port): Promise<Client> {
    const session = connect(`http://${HOST}:${port}`);
    await once(session, "connect");
    return {
      async echo(payload) {
        const stream = request(session, "/echo");
        stream.end(payload);
        return await readBody(stream);
      },
      async upload(total) {
        const stream = request(session, "/sink");
        const [count] = await Promise.all([readBody(stream), sendBody(stream, total)]);
        return Number(count.toString());
      },
      async download(total) {
        const stream = request(session, `/source/${total}`);
        stream.end();
        return (await verifyBody(stream)).length;
      },
      async openEcho(payload) {
        const stream = request(session, "/echo");
        stream.write(payload);
        return await firstChunk(stream);
      },
    };
  },
};
