import { describe, expect, test } from "vitest";
import { findBreaches, MAX_LINES } from "./walls.ts";

const breaches = (path: string, text: string): string[] =>
  findBreaches([{ path, text }]).map((breach) => `${breach.path}:${breach.line}: ${breach.message}`);

describe("a wall is broken by", () => {
  const broken: readonly (readonly [string, string, string])[] = [
    [
      "reference/src/wire/a.ts",
      'import { x } from "../crypto/index.ts";',
      "wire may not import crypto: it may import no other room",
    ],
    ["reference/src/crypto/a.ts", 'import { x } from "../wire/index.ts";', "crypto may not import wire"],
    [
      "reference/src/session/a.ts",
      'import { x } from "../rpc/index.ts";',
      "session may not import rpc: it may import only wire, crypto",
    ],
    ["reference/src/rpc/a.ts", 'export { x } from "../session/index.ts";', "rpc may not import session"],
    ["reference/src/stream/a.ts", 'export * from "../rpc/index.ts";', "stream may not import rpc"],
    ["reference/src/connection/a.ts", 'import type { x } from "../dht/index.ts";', "connection may not import dht"],
    ["reference/src/dht/a.ts", 'const x = await import("../node/index.ts");', "dht may not import node"],
    ["reference/src/dht/a.ts", 'type X = import("../session/index.ts").X;', "dht may not import session"],
    ["reference/src/wire/a.ts", 'import { x } from "../index.ts";', "wire may not import the front door"],
    [
      "reference/src/cellar/a.ts",
      'import { x } from "../wire/index.ts";',
      "reference/src/cellar is a room without rules",
    ],
    [
      "gateway/src/mapping/a.ts",
      'import { x } from "../http/server.ts";',
      "gateway/mapping may not import gateway/http",
    ],
    [
      "gateway/src/mapping/a.ts",
      'import { Node } from "flatend";',
      "flatend: the gateway stands on the node as every user does: gateway/mapping imports only flatend/wire",
    ],
    ["gateway/src/mapping/a.ts", "const now = Date.now();", "gateway/mapping is a pure room and may not use Date"],
    [
      "gateway/src/http/a.ts",
      'import { x } from "flatend/wire";',
      "flatend/wire: the gateway stands on the node as every user does: gateway/http imports only flatend",
    ],
    ["gateway/src/http/a.ts", 'import { z } from "zod";', "gateway/http may not import zod"],
    ["gateway/src/config/a.ts", 'import { x } from "../http/server.ts";', "gateway/config may not import gateway/http"],
    ["gateway/src/attic/a.ts", 'import { x } from "../http/server.ts";', "gateway/src/attic is a room without rules"],
    [
      "reference/src/session/a.ts",
      'import { randomBytes } from "node:crypto";',
      "session may not import node:crypto: no package",
    ],
    [
      "reference/src/crypto/portable.ts",
      'import { createHash } from "node:crypto";',
      "crypto may not import node:crypto: only @noble/",
    ],
    [
      "reference/src/crypto/native.ts",
      'import { connect } from "node:net";',
      "crypto may not import node:net: only node:crypto, @noble/",
    ],
    ["reference/src/wire/a.ts", 'import { z } from "zod";', "wire may not import zod"],
    ["reference/src/node/a.ts", 'import { z } from "zod";', "node may not import zod: only node:"],
    ["reference/src/wire/a.ts", 'import { x } from "./b.js";', "./b.js: a relative import ends in .ts"],
    [
      "reference/src/node/a.ts",
      'import { x } from "flatend/wire";',
      "flatend/wire: the reference imports itself by relative paths",
    ],
    [
      "vectors/generator/a.ts",
      'import { x } from "flatend/wire";',
      "flatend/wire: the vectors share no code with the reference",
    ],
    [
      "vectors/generator/a.ts",
      'import { x } from "../../reference/src/wire/index.ts";',
      "../../reference/src/wire/index.ts leaves vectors",
    ],
    [
      "vectors/generator/a.test.ts",
      'import { x } from "flatend/wire";',
      "flatend/wire: the vectors share no code with the reference",
    ],
    [
      "conformance/src/cases/a.ts",
      'import { Node } from "flatend";',
      "flatend: outside src/targets the kit imports only",
    ],
    [
      "conformance/src/probe/a.ts",
      'import { x } from "flatend/session";',
      "flatend/session: outside src/targets the kit imports only",
    ],
    [
      "conformance/src/probe/a.ts",
      'import { x } from "../../../spec/tools/src/lint.ts";',
      "../../../spec/tools/src/lint.ts leaves conformance",
    ],
    ["spec/tools/src/a.ts", 'import { x } from "flatend/wire";', "flatend/wire: the tools load the reference by path"],
    ["reference/src/stream/a.ts", "const now = Date.now();", "stream is a pure room and may not use Date.now"],
    ["reference/src/stream/a.ts", "const now = new Date();", "stream is a pure room and may not use new Date()"],
    ["reference/src/dht/a.ts", "const x = Math.random();", "dht is a pure room and may not use Math.random"],
    ["reference/src/session/a.ts", "setTimeout(() => {}, 1);", "session is a pure room and may not use setTimeout"],
    ["reference/src/wire/a.ts", "const x = Buffer.alloc(4);", "wire is a pure room and may not use Buffer"],
    ["reference/src/rpc/a.ts", "const x = [process];", "rpc is a pure room and may not use process"],
  ];
  test.each(broken)("%s with %s", (path, text, message) => {
    expect(breaches(path, `// a line in front\n${text}\n`)).toEqual([expect.stringContaining(`${path}:2: ${message}`)]);
  });

  test("a file that is too long", () => {
    const path = "reference/src/wire/a.ts";
    expect(breaches(path, "\n".repeat(MAX_LINES + 1))).toEqual([
      expect.stringContaining(`${path}:${MAX_LINES + 1}: has ${MAX_LINES + 1} lines`),
    ]);
    expect(breaches(path, "\n".repeat(MAX_LINES))).toEqual([]);
  });
});

describe("a wall lets through", () => {
  const allowed: readonly (readonly [string, string])[] = [
    ["reference/src/session/a.ts", 'import { x } from "../wire/index.ts";\nimport { y } from "../crypto/index.ts";'],
    ["reference/src/session/a.ts", 'import { sessionListener } from "../generated/machines.ts";'],
    ["reference/src/crypto/native.ts", 'import { createHash } from "node:crypto";\nconst x = Buffer.alloc(1);'],
    ["reference/src/crypto/portable.ts", 'import { x25519 } from "@noble/curves/ed25519.js";'],
    [
      "reference/src/node/a.ts",
      'import { connect } from "node:net";\nimport { x } from "../dht/index.ts";\nsetTimeout(() => {}, 1);',
    ],
    [
      "reference/src/session/a.test.ts",
      'import { x } from "../stream/index.ts";\nimport fc from "fast-check";\nconst now = Date.now();',
    ],
    [
      "reference/src/wire/a.ts",
      '// import { x } from "node:net";\nconst text = \'import { x } from "node:net"; Date.now()\';',
    ],
    [
      "reference/src/wire/a.ts",
      "interface Event { readonly process: string }\nexport const x = (event: Event): string => event.process;",
    ],
    ["conformance/src/probe/a.ts", 'import { x } from "flatend/wire";\nimport { z } from "zod";'],
    ["conformance/src/targets/embedded.ts", 'import { Node } from "flatend";'],
    ["vectors/generator/a.ts", 'import { createHash } from "node:crypto";'],
    ["reference/src/generated/machines.ts", "\n".repeat(1000)],
  ];
  test.each(allowed)("%s with %s", (path, text) => {
    expect(breaches(path, text)).toEqual([]);
  });
});
