import * as grpc from "@grpc/grpc-js";
import { countOf } from "../bytes.ts";
import { type Client, firstChunk, HOST, type Stack, sendBody, verifyBody } from "../stack.ts";

/** Messages are bytes as they are: what a schema costs is not measured. */
const same = (bytes: Buffer): Buffer => bytes;
const method = (path: string, requestStream: boolean, responseStream: boolean) => ({
  path,
  requestStream,
  responseStream,
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same,
});

const ECHO = "/bench/echo";
const ECHOES = "/bench/echoes";
const SINK = "/bench/sink";
const SOURCE = "/bench/source";
const definition = {
  echo: method(ECHO, false, false),
  echoes: method(ECHOES, true, true),
  sink: method(SINK, true, false),
  source: method(SOURCE, false, true),
};

const echo: grpc.handleUnaryCall<Buffer, Buffer> = (call, callback) => callback(null, call.request);

const echoes: grpc.handleBidiStreamingCall<Buffer, Buffer> = (call) => {
  call.on("data", (message: Buffer) => call.write(message)).on("end", () => call.end());
};

const sink: grpc.handleClientStreamingCall<Buffer, Buffer> = (call, callback) => {
  verifyBody(call).then(
    (verifier) => callback(null, Buffer.from(countOf(verifier))),
    (error: Error) => callback(error),
  );
};

const source: grpc.handleServerStreamingCall<Buffer, Buffer> = (call) => {
  sendBody(call, Number(call.request.toString())).catch((error: Error) => call.destroy(error));
};

const settled =
  (resolve: (answer: Buffer) => void, reject: (error: Error) => void): grpc.requestCallback<Buffer> =>
  (error, answer) => {
    if (error) reject(error);
    else resolve(answer as Buffer);
  };

/** @grpc/grpc-js: calls and streams of messages over its own HTTP/2, without TLS. */
export const grpcJs: Stack = {
  name: "@grpc/grpc-js",

  serve() {
    const server = new grpc.Server();
    server.addService(definition, { echo, echoes, sink, source });
    return new Promise((resolve, reject) => {
      server.bindAsync(`${HOST}:0`, grpc.ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
  },

  async connect(port): Promise<Client> {
    const client = new grpc.Client(`${HOST}:${port}`, grpc.credentials.createInsecure(), {
      // Clients of one address would share a connection otherwise.
      "grpc.use_local_subchannel_pool": 1,
    });
    await new Promise<void>((resolve, reject) => {
      client.waitForReady(Date.now() + 10_000, (error) => (error ? reject(error) : resolve()));
    });
    return {
      echo: (payload) =>
        new Promise((resolve, reject) => {
          const settle = settled(resolve, reject);
          client.makeUnaryRequest(ECHO, same, same, Buffer.from(payload), settle);
        }),
      async upload(total) {
        const count = await new Promise<Buffer>((resolve, reject) => {
          const call = client.makeClientStreamRequest(SINK, same, same, settled(resolve, reject));
          sendBody(call, total).catch(reject);
        });
        return Number(count.toString());
      },
      async download(total) {
        const call = client.makeServerStreamRequest(SOURCE, same, same, Buffer.from(String(total)));
        return (await verifyBody(call)).length;
      },
      async openEcho(payload) {
        const call = client.makeBidiStreamRequest(ECHOES, same, same);
        call.write(Buffer.from(payload));
        return await firstChunk(call);
      },
    };
  },
};
