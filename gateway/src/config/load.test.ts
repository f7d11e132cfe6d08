import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { explain } from "./explain.ts";
import { ConfigurationError, loadConfiguration, readConfiguration } from "./load.ts";
import { settingsOf } from "./settings.ts";

const read = (text: string) => readConfiguration(text, "c.toml");
const ROUTE = 'path = "GET /a"\nservice = "a"';

function faults(text: string): string[] {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message.split("\n");
    throw error;
  }
  return [];
}

describe("what a file means", () => {
  test("nothing: every default", () => {
    expect(settingsOf(read("[[http]]"))).toEqual({
      addr: undefined,
      key: "flatend.key",
      logLevel: "info",
      access: undefined,
      acme: {
        email: undefined,
        directory: "https://acme-v02.api.letsencrypt.org/directory",
        storage: "certificates",
        ca: undefined,
        renewAt: 0.66,
        challenges: ["tls-alpn-01", "http-01"],
      },
      admin: { address: undefined, dashboard: false, socket: undefined },
      servers: [
        {
          addresses: [{ host: "", port: 80 }],
          tls: undefined,
          redirectTrailingSlash: true,
          redirectFixedPath: true,
          timeout: { read: 10_000, read_header: 10_000, idle: 10_000, write: 10_000, ping: 30_000, shutdown: 10_000 },
          minBodySize: 0,
          maxBodySize: Number.POSITIVE_INFINITY,
          maxHeaderSize: 16_384,
          maxMessageSize: 1_048_576,
          trustedProxies: [],
          responseHeaders: { set: {}, secure: false },
          rateLimit: undefined,
          cors: undefined,
          compress: false,
          routes: [],
        },
      ],
    });
    expect(settingsOf(read("")).servers).toEqual([]);
  });

  test("keys in any letter case", () => {
    const text = '[[HTTP]]\nAddr = ":1"\n[Http.TimeOut]\nREAD = "1m"\n[[hTTP.Routes]]\nPath = "GET /A"\nService = "A"';
    const [server] = settingsOf(read(text)).servers;
    expect(server?.addresses).toEqual([{ host: "", port: 1 }]);
    expect(server?.timeout.read).toBe(60_000);
    expect(server?.routes).toEqual([
      {
        path: { method: "GET", segments: [{ kind: "literal", text: "A" }] },
        text: "GET /A",
        services: ["A"],
        websocket: false,
        events: false,
        grpc: false,
        schema: undefined,
        responseHeaders: { set: {}, secure: false },
        rateLimit: undefined,
        cors: undefined,
        compress: false,
        static: undefined,
      },
    ]);
  });

  test("addr and addrs, service and services: all of them, each once", () => {
    const block = '[[http]]\naddr = ":1"\naddrs = [":2", ":1", "[::1]:3"]\n';
    const text = `${block}[[http.routes]]\npath = "get /"\nservice = "a"\nservices = ["b", "a"]`;
    const [server] = settingsOf(read(text)).servers;
    expect(server?.addresses).toEqual([
      { host: "", port: 1 },
      { host: "", port: 2 },
      { host: "::1", port: 3 },
    ]);
    expect(server?.routes[0]?.services).toEqual(["a", "b"]);
    expect(server?.routes[0]?.path.method).toBe("GET");
  });
});

describe("faults", () => {
  test.each([
    ["a = [1", "1:7: not TOML: "],
    ['addr = ":1"\nADDR = ":2"', "2:1: not TOML: "],
    [
      'adr = ":1"',
      "1:1: unknown key adr at the top of the file: expected one of addr, key, log, acme, admin, http; did you mean addr?",
    ],
    ['xyz = ":1"', "1:1: unknown key xyz at the top of the file: expected one of addr, key, log, acme, admin, http"],
    [
      "[[http]]\n[http.timeout]\nraed = 1",
      "3:1: unknown key raed in http[0].timeout: expected one of read, read_header, idle, write, ping, shutdown; did you mean read?",
    ],
    ["[[http]]\nwebsocket = true", "2:1: unknown key websocket in http[0]: expected one of https, "],
    ["addr = 9000", '1:8: addr: expected an address such as "127.0.0.1:9000", "[::1]:9000" or ":9000", got 9000'],
    [
      "addr = { a = 1 }",
      '1:8: addr: expected an address such as "127.0.0.1:9000", "[::1]:9000" or ":9000", got a table',
    ],
    [
      "addr = 1979-05-27",
      '1:8: addr: expected an address such as "127.0.0.1:9000", "[::1]:9000" or ":9000", got 1979-',
    ],
    ["[admin]\ndashboard = true", "2:1: admin: expected addr where there is dashboard, got none"],
    ["http = 1", "1:8: http: expected tables [[http]], got 1"],
    ["http = [1]", "1:9: http[0]: expected a table, got 1"],
    ["[http]", "1:2: http: expected tables [[http]], got a table"],
    ["[[http]]\nhttps = 1", "2:9: http[0].https: expected true or false, got 1"],
    [
      '[[http]]\nhttps = true\ntls.cert = "c"\ntls.key = "k"',
      "2:1: http[0]: expected domain or domains where https is true, got none",
    ],
    [
      '[[http]]\nhttps = true\ndomain = "a b"\ntls.cert = "c"\ntls.key = "k"',
      '3:10: http[0].domain: expected a domain name such as "example.com", got "a b"',
    ],
    [
      '[[http]]\nhttps = true\ndomain = "a"\naddr = ":81"\nhttp_addr = ":80"\ntls.cert = "c"\ntls.key = "k"\n[[http]]',
      '8:3: http[1]: expected an address that nobody else listens on, got ":80", and http[0].http_addr is ":80"',
    ],
    ['[[http]]\nhttp_addr = ":80"', "2:1: http[0]: expected https = true where there is http_addr, got false"],
    [
      "[[http]]\n[http.timeout]\n  read = 10",
      '3:10: http[0].timeout.read: expected a duration such as "10s", "1m30s" or "500ms", at most 24 days, got 10',
    ],
    [
      "[[http]]\ntimeout.read = '600h'",
      '2:16: http[0].timeout.read: expected a duration such as "10s", "1m30s" or "500ms", at most 24 days, got "600h"',
    ],
    [
      "[[http]]\nmax = { body_size = -1 }",
      "2:21: http[0].max.body_size: expected a whole number of bytes, 0 or more, got -1",
    ],
    [
      "[[http]]\nmax = { body_size = 1.5 }",
      "2:21: http[0].max.body_size: expected a whole number of bytes, 0 or more, got 1.5",
    ],
    [
      "[[http]]\nmax = { header_size = 1 }",
      "2:23: http[0].max.header_size: expected a whole number of bytes, 1024 or more, got 1",
    ],
    [
      "[[http]]\nmax.body_size = 1\nmin.body_size = 2",
      "3:17: http[0].min.body_size: expected at most max.body_size, 1, got 2",
    ],
    ["[[http]]\naddrs = []", "2:9: http[0].addrs: expected a list of one or more addresses, got []"],
    [
      "[[http]]\n[[http.routes]]\nservice = 'a'",
      '2:8: http[0].routes[0].path: expected a method and a path, such as "GET /hello" or "POST /:id", got nothing',
    ],
    [
      "[[http]]\n[[http.routes]]\npath = 'GET /'",
      "2:8: http[0].routes[0]: expected static, service or services, got none of them",
    ],
    [
      `[[http]]\n[[http.routes]]\n${ROUTE}\n[[http.routes]]\n${ROUTE}`,
      '6:8: http[0].routes[1].path: expected a request that no other route answers, got "GET /a", which http[0].routes[0] answers',
    ],
  ])("%j: %s", (text, expected) => expect(faults(text)).toEqual([expect.stringContaining(`c.toml:${expected}`)]));

  test.each([
    [
      'path = "GET /"\nservice = "a"\nstatic = "b"',
      "5:1: http[0].routes[0]: expected either static or a service, got both",
    ],
    [
      'path = "GET /"\nservice = "a"\nnocache = true',
      "5:1: http[0].routes[0]: expected static where there is nocache, got none",
    ],
    [
      'path = "GET /"\nstatic = "a"\nwebsocket = true',
      "5:1: http[0].routes[0]: expected a service where there is websocket, got static",
    ],
    [
      'path = "POST /"\nservice = "a"\nwebsocket = true',
      '3:1: http[0].routes[0]: expected GET where there is websocket, got "POST /"',
    ],
    [
      'path = "POST /"\nservice = "a"\nwebsocket = true\ngrpc = true',
      "6:1: http[0].routes[0]: expected either websocket or grpc, got both",
    ],
    [
      'path = "POST /"\nstatic = "a"\ngrpc = true',
      "5:1: http[0].routes[0]: expected a service where there is grpc, got static",
    ],
    [
      'path = "POST /"\nservice = "a"\nschema = "a.binpb"',
      "5:1: http[0].routes[0]: expected grpc = true where there is schema, got false",
    ],
    [
      'path = "POST /"\nservice = "a"\nevents = true',
      '3:1: http[0].routes[0]: expected GET where there is events, got "POST /"',
    ],
    [
      'path = "GET /"\nservice = "a"\nwebsocket = true\nevents = true',
      "6:1: http[0].routes[0]: expected either websocket or events, got both",
    ],
    [
      'path = "GET /"\nservice = "a"\ngrpc = true',
      '3:1: http[0].routes[0]: expected POST where there is grpc, got "GET /"',
    ],
    [
      'path = "POST /"\nstatic = "a"',
      '3:1: http[0].routes[0]: expected GET and a path without : and * where there is static, got "POST /"',
    ],
    [
      'path = "GET /:a"\nstatic = "a"',
      '3:1: http[0].routes[0]: expected GET and a path without : and * where there is static, got "GET /:a"',
    ],
  ])("a route %j: %s", (route, expected) =>
    expect(faults(`[[http]]\n[[http.routes]]\n${route}`)).toEqual([`c.toml:${expected}`]),
  );

  test.each([
    ["GET", "the method, a space, a path that begins with /"],
    ["GET hello", "the method, a space, a path that begins with /"],
    ["TRACE /", "one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS first"],
    ["GET /a?b", "a path without query and fragment, written without %"],
    ["GET /a//b", "a path without //, . and .."],
    ["GET /a/..", "a path without //, . and .."],
    ["GET /:", "a name after : and *"],
    ["GET /:a:b", "a name after : and *"],
    ["GET /:a/*a", "each name once"],
    ["GET /*a/b", "* in the last segment only"],
    ["GET /a:b", ": and * at the beginning of a segment only"],
  ])("path %j: expected %s", (path, expected) => {
    const [fault, ...more] = faults(`[[http]]\n[[http.routes]]\nservice = "a"\npath = "${path}"`);
    expect(more).toEqual([]);
    expect(fault).toContain(
      `4:8: http[0].routes[0].path: expected a method and a path, such as "GET /hello" or "POST /:id" (${expected})`,
    );
  });

  test.each([
    [
      'addr = ":1"\n[[http]]\naddr = ":1"',
      '3:8: http[0].addr: expected an address that nobody else listens on, got ":1", and addr is ":1"',
    ],
    [
      'addr = ":1"\n[admin]\naddr = ":1"',
      '3:8: admin.addr: expected an address that nobody else listens on, got ":1", and addr is ":1"',
    ],
    [
      '[admin]\naddr = ":1"\n[[http]]\naddr = "[::1]:1"',
      '4:8: http[0].addr: expected an address that nobody else listens on, got "[::1]:1", and admin.addr is ":1"',
    ],
    [
      '[[http]]\naddrs = [":1"]\n[[http]]\naddrs = [":2", "127.0.0.1:1"]',
      '4:16: http[1].addrs[1]: expected an address that nobody else listens on, got "127.0.0.1:1", and http[0].addrs[0] is ":1"',
    ],
    [
      "[[http]]\n[[http]]",
      '2:3: http[1]: expected an address that nobody else listens on, got ":80", and http[0] is ":80"',
    ],
    [
      '[[http]]\naddr = ":1"\naddrs = ["127.0.0.1:1"]',
      '3:10: http[0].addrs[0]: expected an address that nobody else listens on, got "127.0.0.1:1", and http[0].addr is ":1"',
    ],
    [
      '[[http]]\nhttps = true\ndomain = "a.b"\naddr = ":1"\nhttp_addr = ":1"',
      '5:13: http[0].http_addr: expected an address that nobody else listens on, got ":1", and http[0].addr is ":1"',
    ],
  ])("an address used twice: %j", (text, expected) => expect(faults(text)).toEqual([`c.toml:${expected}`]));

  test("all of a file, in its order", () => {
    const text = `adr = 1\n[[http]]\n[[http.routes]]\npath = ""\nservce = "a"\n[[http]]\nhttps = 1`;
    const places = faults(text).map((line) => line.replace(/: .*/, ""));
    expect(places).toEqual(["c.toml:1:1", "c.toml:3:8", "c.toml:4:8", "c.toml:5:1", "c.toml:6:3", "c.toml:7:9"]);
  });

  test("a file that is not there", async () => {
    await expect(loadConfiguration("no/such.toml")).rejects.toThrow(
      "no/such.toml: there is no such file; --config names",
    );
  });

  test("any text is a configuration or has faults", () => {
    const line = fc.constantFrom(
      'addr = ":1"',
      "[[http]]",
      "https = true",
      "[http.min]",
      "[[http.routes]]",
      "a.b = 1",
      "'",
      "[",
      "}",
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        for (const fault of faults(lines.join("\n"))) expect(fault).toMatch(/^c\.toml:\d+:\d+: /);
      }),
    );
  });
});

describe("explain", () => {
  const example = readFileSync(new URL("../../config.example.toml", import.meta.url), "utf8");

  test.each([
    ["nothing", ""],
    ["a server", "[[http]]"],
    ["the example", example],
  ])("%s means the same again", (_, text) => {
    const explained = explain(read(text), "127.0.0.1:9000");
    const before = settingsOf(read(text));
    expect(settingsOf(read(explained))).toEqual({ ...before, addr: "127.0.0.1:9000" });
    expect(explain(read(explained), "")).toBe(explained);
  });
});
