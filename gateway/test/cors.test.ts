// What pages of other sites may do, as their browsers ask.
import { connect } from "node:http2";
import { expect, test } from "vitest";
import { readConfiguration } from "../src/config/load.ts";
import { atEnd, smallMesh } from "./small-mesh.ts";

const APP = "https://app.example";
const CORS = `[http.cors]\norigins = ["${APP}", "http://localhost:5173"]\ncredentials = true\nexpose = ["X-Total"]\nmax_age = "1m30s"`;
const OPEN =
  '[[http.routes]]\npath = "GET /open/:id"\nservice = "said"\ncors = { origins = ["*"], methods = ["GET"], headers = ["*"] }';

/** Methods of the calls that came. */
let calls: string[] = [];
async function start(keys: string): Promise<string> {
  calls = [];
  const mesh = await smallMesh(["said"], keys);
  await mesh.offer({
    said: (ctx) => {
      calls.push(ctx.headers[":method"] ?? "");
      ctx.header("access-control-allow-origin", "*").header("access-control-allow-methods", "DELETE");
      ctx.header("vary", "Accept").send("said");
    },
  });
  return mesh.url;
}

const ask = (url: string, origin: string, method: string, headers = {}): Promise<Response> =>
  fetch(url, { method: "OPTIONS", headers: { origin, "access-control-request-method": method, ...headers } });

/** Fields of CORS, and `vary`. */
const told = ({ headers }: Response): Record<string, string> =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith("access-control-") || name === "vary"));

const ASKED = "origin, access-control-request-method, access-control-request-headers";

test("the question before a request is answered without a call", async () => {
  const url = await start(CORS);
  const answer = await ask(`${url}/said`, APP, "POST", { "access-control-request-headers": "content-type" });
  expect([answer.status, await answer.text()]).toEqual([204, ""]);
  expect(told(answer)).toEqual({
    "access-control-allow-origin": APP,
    "access-control-allow-credentials": "true",
    "access-control-allow-methods": "POST",
    "access-control-allow-headers": "content-type",
    "access-control-max-age": "90",
    vary: ASKED,
  });
  expect(told(await ask(`${url}/said`, "https://evil.example", "POST"))).toEqual({ vary: ASKED });
  expect(told(await ask(`${url}/said`, `${APP}.evil.example`, "POST"))).toEqual({ vary: ASKED });
  expect(calls).toEqual([]);
});

test("methods that have no route are told of as ever", async () => {
  const url = await start(CORS);
  const answer = await ask(`${url}/said`, APP, "DELETE");
  expect([answer.status, answer.headers.get("allow")]).toEqual([204, "GET, HEAD, OPTIONS, POST"]);
  expect(answer.headers.has("access-control-allow-methods")).toBe(false);
  expect((await ask(`${url}/nothing`, APP, "GET")).status).toBe(404);
  const plain = await fetch(`${url}/said`, { method: "OPTIONS" });
  expect([plain.status, plain.headers.get("allow")]).toEqual([204, "GET, HEAD, OPTIONS, POST"]);
});

test("responses name an origin that is named, and nothing that the service says", async () => {
  const url = await start(CORS);
  const of = async (path: string, headers: Record<string, string>) => told(await fetch(url + path, { headers }));
  expect(await of("/said", { origin: APP })).toEqual({
    "access-control-allow-origin": APP,
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": "x-total",
    vary: "Accept, origin",
  });
  expect(await of("/said", { origin: "https://evil.example" })).toEqual({ vary: "Accept, origin" });
  expect(await of("/said", {})).toEqual({ vary: "Accept, origin" });
  // A page is to see what went wrong.
  expect((await of("/nothing", { origin: APP }))["access-control-allow-origin"]).toBe(APP);
  expect(calls).toEqual(["GET", "GET", "GET"]);
});

test("a route's own rules are in place of its server's", async () => {
  const url = await start(`${CORS}\n${OPEN}`);
  const answer = await ask(`${url}/open/1`, "https://any.example", "GET");
  expect(told(answer)).toEqual({
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET",
    "access-control-allow-headers": "*",
    "access-control-max-age": "600",
    vary: ASKED,
  });
  const response = await fetch(`${url}/open/1`, { headers: { origin: "https://any.example" } });
  expect(told(response)).toEqual({ "access-control-allow-origin": "*", vary: "Accept" });
});

test("methods that are not wanted", async () => {
  const url = await start(`[http.cors]\norigins = ["${APP}"]\nmethods = ["GET"]`);
  expect(told(await ask(`${url}/said`, APP, "POST"))).toEqual({ vary: ASKED });
  const sent = await fetch(`${url}/said`, { method: "POST", headers: { origin: APP } });
  expect(told(sent)).toEqual({ vary: "Accept, origin" });
  for (const method of ["GET", "HEAD"]) {
    const taken = await fetch(`${url}/said`, { method, headers: { origin: APP } });
    expect(taken.headers.get("access-control-allow-origin")).toBe(APP);
  }
});

test("where nobody has said anything, it is the service's", async () => {
  const url = await start(OPEN);
  const response = await fetch(`${url}/said`, { headers: { origin: APP } });
  expect(response.headers.get("access-control-allow-methods")).toBe("DELETE");
  expect((await ask(`${url}/said`, APP, "GET")).headers.has("access-control-allow-origin")).toBe(false);
});

test("over HTTP/2", async () => {
  const session = connect(await start(CORS));
  atEnd(() => session.destroy());
  const stream = session.request({
    ":method": "OPTIONS",
    ":path": "/said",
    origin: APP,
    "access-control-request-method": "GET",
  });
  const headers = await new Promise<Record<string, unknown>>((resolve) => stream.once("response", resolve));
  expect([headers[":status"], headers["access-control-allow-origin"]]).toEqual([204, APP]);
  expect(calls).toEqual([]);
});

test.each([
  ['cors = { origins = ["https://app.example/"] }', 'http[0].cors.origins[0]: expected an origin such as "https://app'],
  ['cors = { origins = ["HTTPS://App.example"] }', "http[0].cors.origins[0]: expected an origin"],
  ['cors = { origins = ["null"] }', "http[0].cors.origins[0]: expected an origin"],
  ["cors = {}", "http[0].cors.origins: expected a list"],
  ['cors = { origins = ["*"], methods = ["get"] }', "http[0].cors.methods[0]: expected a method in upper case"],
  ['cors = { origins = ["*"], headers = ["a b"] }', "http[0].cors.headers[0]: expected the name of a header field"],
  ['cors = { origins = ["*"], credentials = true }', 'http[0].cors.origins: expected no "*" where credentials is true'],
])("refused: %s", (keys, expected) => {
  expect(() => readConfiguration(`[[http]]\n${keys}\n`, "c.toml")).toThrow(expected);
});
