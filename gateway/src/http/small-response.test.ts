import { once } from "node:events";
import { createServer, type IncomingMessage, ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, test } from "vitest";
import { SmallResponse } from "./small-response.ts";

type Respond = (response: ServerResponse, request: IncomingMessage) => void;

const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, at) => at));
const HEAD = { "content-type": "x/y", "x-pot": "b\u00fcchse", date: "now" };

/** What comes of requests over one connection, and how often the response said that it had ended. */
async function exchange(kind: typeof ServerResponse, requests: string, respond: Respond): Promise<[string, number]> {
  let ended = 0;
  const server = createServer({ ServerResponse: kind }, (request, response) => {
    response.once("finish", () => ended++);
    respond(response, request);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.write(requests);
  let told = "";
  for await (const piece of socket.setEncoding("latin1")) told += piece;
  server.close();
  return [told, ended];
}

const request = (method: string, last = true): string =>
  `${method} / HTTP/1.1\r\nhost: a\r\n${last ? "connection: close\r\n" : ""}\r\n`;

test.each<[string, string, Respond]>([
  ["a body of bytes", request("GET"), (response) => response.writeHead(200, HEAD).end(EVERY_BYTE)],
  ["none", request("GET"), (response) => response.writeHead(200, HEAD).end(Buffer.alloc(0))],
  [
    "its length",
    request("GET"),
    (response) => response.writeHead(200, { ...HEAD, "content-length": 256 }).end(EVERY_BYTE),
  ],
  ["no head", request("GET"), (response) => response.setHeader("date", "now").end(EVERY_BYTE)],
  ["a large one", request("GET"), (response) => response.writeHead(200, HEAD).end(Buffer.alloc(20_000, 7))],
  ["text", request("GET"), (response) => response.writeHead(200, HEAD).end("b\u00fcchse")],
  [
    "its end alone",
    request("GET"),
    (response) => {
      response.writeHead(200, HEAD).write("a part");
      response.end(EVERY_BYTE);
    },
  ],
  [
    "a head that has left",
    request("GET"),
    (response) => {
      response.writeHead(200, { ...HEAD, "content-length": 256 }).flushHeaders();
      response.end(EVERY_BYTE);
    },
  ],
  ["HEAD", request("HEAD"), (response) => response.writeHead(200, { ...HEAD, "content-length": 256 }).end(EVERY_BYTE)],
  ["204", request("GET"), (response) => response.writeHead(204, HEAD).end(EVERY_BYTE)],
  ["304", request("GET"), (response) => response.writeHead(304, HEAD).end(EVERY_BYTE)],
  [
    "a second end",
    request("GET"),
    (response) =>
      response
        .writeHead(200, { ...HEAD, "content-length": 256 })
        .end(EVERY_BYTE)
        .end(),
  ],
  ["HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", (response) => response.writeHead(200, HEAD).end(EVERY_BYTE)],
  [
    "several at once, the first one last",
    request("GET", false) + request("HEAD", false) + request("GET"),
    (response, { method }) => {
      const end = () => response.writeHead(200, { ...HEAD, "content-length": 256 }).end(EVERY_BYTE);
      if (method === "HEAD") end();
      else setTimeout(end, 20);
    },
  ],
])("%s: as of Node's own", async (_, requests, respond) => {
  const own = await exchange(ServerResponse, requests, respond);
  expect(await exchange(SmallResponse, requests, respond)).toEqual(own);
  expect(own[0]).toMatch(/^HTTP\/1\.1 [23]/);
});

test("what is to be called at the end is called once", async () => {
  let called = 0;
  const respond: Respond = (response) => response.writeHead(200, HEAD).end(EVERY_BYTE, () => called++);
  await exchange(SmallResponse, request("GET"), respond);
  expect(called).toBe(1);
});
