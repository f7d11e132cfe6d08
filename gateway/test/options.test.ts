// What a server or a route does only where its user asks for it.
import { generateSecretKey, type Handler, Node } from "flatend";
import { afterEach, describe, expect, test } from "vitest";
import { readConfiguration } from "../src/config/load.ts";
import { settingsOf } from "../src/config/settings.ts";
import { startServers } from "../src/http/server.ts";

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const services: Record<string, Handler> = {
  told: (ctx) => ctx.json(ctx.headers),
  own: (ctx) => {
    ctx.header("cache-control", "private").header("x-frame-options", "DENY");
    ctx.header(":set-cookie", '["a=1","b=2"]').send("own");
  },
};

/** @param keys what stands in `[[http]]` */
async function start(keys: string, routes = ""): Promise<string> {
  const node = await Node.start({ secretKey: generateSecretKey(), bindAddrs: ["127.0.0.1:0"] });
  stops.push(() => node.shutdown({ timeout: 0 }));
  const service = await Node.start({ addrs: [...node.addresses], services });
  stops.push(() => service.shutdown({ timeout: 0 }));
  const usual =
    '[[http.routes]]\npath = "GET /told"\nservice = "told"\n[[http.routes]]\npath = "GET /own"\nservice = "own"\n';
  const text = `[[http]]\naddr = "127.0.0.1:0"\n${keys}\n${usual}${routes}`;
  const servers = await startServers(node, settingsOf(readConfiguration(text, "c.toml")).servers, ".");
  stops.push(() => servers.close());
  return `http://127.0.0.1:${servers.addresses[0]?.port}`;
}

function faults(keys: string): string {
  try {
    readConfiguration(`[[http]]\n${keys}\n`, "c.toml");
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

const route = (path: string, keys: string): string => `[[http.routes]]\npath = "${path}"\nservice = "own"\n${keys}\n`;

describe("headers of responses", () => {
  test("those of the server on every response, in place of the service's; those of a route before them", async () => {
    const url = await start(
      'headers = { Cache-Control = "no-store", X-A = "1" }',
      route("GET /route", 'headers = { x-a = "2" }'),
    );
    for (const path of ["/own", "/nothing", "/told/"]) {
      const { headers } = await fetch(url + path, { redirect: "manual" });
      expect([path, headers.get("cache-control"), headers.get("x-a")]).toEqual([path, "no-store", "1"]);
    }
    const { headers } = await fetch(`${url}/route`);
    expect([headers.get("cache-control"), headers.get("x-a"), headers.getSetCookie()]).toEqual([
      "no-store",
      "2",
      ["a=1", "b=2"],
    ]);
  });

  test("the careful ones where there are none, and not on a route that does not want them", async () => {
    const url = await start("secure_headers = true", route("GET /route", "secure_headers = false"));
    const read = async (path: string) => {
      const { headers } = await fetch(url + path);
      return ["x-content-type-options", "x-frame-options", "referrer-policy"].map((name) => headers.get(name));
    };
    expect(await read("/told")).toEqual(["nosniff", "SAMEORIGIN", "strict-origin-when-cross-origin"]);
    expect(await read("/own")).toEqual(["nosniff", "DENY", "strict-origin-when-cross-origin"]);
    expect(await read("/route")).toEqual([null, "DENY", null]);
  });

  test("none where nobody asks for them", async () => {
    const { headers } = await fetch(`${await start("")}/told`);
    expect(headers.has("x-content-type-options")).toBe(false);
  });

  test.each([
    ["headers = { a = 1 }", "2:17: http[0].headers.a: expected the value of a header field, of printable ASCII, got 1"],
    ['headers = { a = "x\\ny" }', "2:17: http[0].headers.a: expected"],
    ['headers = { "a b" = "x" }', "expected the value of a header field, of printable ASCII (a name of letters"],
    ['headers = { Content-Length = "3" }', "(this one is the gateway's or the service's own)"],
    ['headers = { connection = "close" }', "(this one is the gateway's or the service's own)"],
    ['headers = { set-cookie = "a=b" }', "(this one is the gateway's or the service's own)"],
    ['headers = { a = " b" }', "(without spaces around it)"],
    ['secure_headers = "yes"', "2:18: http[0].secure_headers: expected true or false"],
  ])("refused: %s", (keys, expected) => {
    expect(faults(keys)).toContain(expected);
  });
});

describe("proxies in front", () => {
  const told = async (url: string, headers: Record<string, string>): Promise<unknown[]> => {
    const seen = (await (await fetch(`${url}/told`, { headers })).json()) as Record<string, string>;
    return [seen[":remote-address"], seen[":scheme"]];
  };
  const FORWARDED = { "x-forwarded-for": "203.0.113.9, 10.1.2.3", "x-forwarded-proto": "https" };

  test("nobody is believed by default, nor who is not named", async () => {
    for (const keys of ["", 'trusted_proxies = ["10.0.0.0/8"]']) {
      expect(await told(await start(keys), FORWARDED)).toEqual(["127.0.0.1", "http"]);
    }
  });

  test("those that are named say who the client is; behind them, the last that is not", async () => {
    const url = await start('trusted_proxies = ["127.0.0.1", "10.0.0.0/8"]');
    expect(await told(url, FORWARDED)).toEqual(["203.0.113.9", "https"]);
    const lied = { "x-forwarded-for": "192.0.2.1, 203.0.113.9, 10.1.2.3" };
    expect(await told(url, lied)).toEqual(["203.0.113.9", "http"]);
    expect(await told(url, { "x-forwarded-for": "2001:db8::1" })).toEqual(["2001:db8::1", "http"]);
    // What is no address, and no scheme.
    const nonsense = { "x-forwarded-for": "<script>", "x-forwarded-proto": "ftp" };
    expect(await told(url, nonsense)).toEqual(["127.0.0.1", "http"]);
    expect(await told(url, {})).toEqual(["127.0.0.1", "http"]);
  });

  test.each(["10.0.0.0/33", "10.0.0/8", "proxy.example", "::1/129", "10.0.0.0/8/8", ""])("refused: %j", (network) => {
    expect(faults(`trusted_proxies = ["${network}"]`)).toContain(
      'c.toml:2:20: http[0].trusted_proxies[0]: expected an IP address or a network such as "10.0.0.0/8"',
    );
  });
});

describe("limits of requests", () => {
  const LIMITED = 'rate_limit = { requests = 3, per = "1h" }';
  const statuses = async (url: string, paths: readonly string[], headers = {}): Promise<number[]> => {
    const seen: number[] = [];
    for (const path of paths) seen.push((await fetch(url + path, { headers })).status);
    return seen;
  };

  test("of a server: for all routes together and for what has none, with Retry-After", async () => {
    const url = await start(LIMITED);
    expect(await statuses(url, ["/told", "/nothing", "/own", "/told", "/nothing"])).toEqual([200, 404, 200, 429, 429]);
    const { status, headers } = await fetch(`${url}/own`);
    expect(status).toBe(429);
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(3_500);
    expect(Number(headers.get("retry-after"))).toBeLessThanOrEqual(3_600);
  });

  test("of a route: by itself, and the others have none", async () => {
    const url = await start("", route("GET /route", LIMITED) + route("GET /other", LIMITED));
    expect(await statuses(url, ["/route", "/route", "/route", "/route", "/other", "/told"])).toEqual([
      200, 200, 200, 429, 200, 200,
    ]);
    const both = await start('rate_limit = { requests = 1, per = "1h" }', route("GET /route", LIMITED));
    expect(await statuses(both, ["/own", "/route", "/route", "/route", "/route", "/own"])).toEqual([
      200, 200, 200, 200, 429, 429,
    ]);
  });

  test("it is over when the time is", async () => {
    const url = await start('rate_limit = { requests = 1, per = "1s" }');
    expect(await statuses(url, ["/own", "/own"])).toEqual([200, 429]);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(await statuses(url, ["/own"])).toEqual([200]);
  });

  test("a client is an address, or a /64 of IPv6, that a trusted proxy names", async () => {
    const url = await start(`${LIMITED.replace("3", "1")}\ntrusted_proxies = ["127.0.0.1"]`);
    const of = async (address: string) => (await statuses(url, ["/own"], { "x-forwarded-for": address }))[0];
    expect([await of("192.0.2.1"), await of("192.0.2.2"), await of("192.0.2.1")]).toEqual([200, 200, 429]);
    expect([await of("2001:db8::1"), await of("2001:db8::2"), await of("2001:db8:0:1::1")]).toEqual([200, 429, 200]);
    // Who is not trusted is one client, whatever it says.
    const plain = await start(LIMITED.replace("3", "1"));
    const said = ["192.0.2.1", "192.0.2.2"].map((address) => ({ "x-forwarded-for": address }));
    expect([await statuses(plain, ["/own"], said[0]), await statuses(plain, ["/own"], said[1])]).toEqual([
      [200],
      [429],
    ]);
  });

  test.each([
    ["rate_limit = { requests = 0 }", "http[0].rate_limit.requests: expected a whole number, 1 to 1000000000, got 0"],
    ["rate_limit = {}", "http[0].rate_limit.requests: expected a whole number, 1 to 1000000000, got nothing"],
    ['rate_limit = { requests = 1, per = "0s" }', "http[0].rate_limit.per: expected a duration above 0"],
    ["rate_limit = { requests = 1, burst = 2 }", "unknown key burst in http[0].rate_limit"],
  ])("refused: %s", (keys, expected) => {
    expect(faults(keys)).toContain(expected);
  });
});
