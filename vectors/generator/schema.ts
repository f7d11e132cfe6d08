/** The schema of a vector file, written once: the generator checks what it writes by it, and exports it as JSON Schema. */
import { z } from "zod";

const hex = z
  .string()
  .regex(/^([0-9a-f]{2})*$/)
  .meta({ description: "bytes in lower-case hexadecimal" });
const key = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .meta({ description: "32 bytes in lower-case hexadecimal" });
const u16 = z.int().min(0).max(0xffff);
const u32 = z.int().min(0).max(0xffff_ffff);
const decimal = z
  .string()
  .regex(/^(0|[1-9]\d*)$/)
  .meta({ description: "a whole number in decimal, which may exceed 2^53" });
const role = z.enum(["dialer", "listener"]);

const id = z.strictObject({ publicKey: key, address: hex, port: u16 });
const header = z.tuple([hex, hex]);
const FIELDS = {
  "peer-id": id,
  handshake: z.strictObject({ id: id.optional(), services: z.array(hex), signature: hex.optional() }),
  "service-request": z.strictObject({ stream: u32, services: z.array(hex), headers: z.array(header) }),
  "service-response": z.strictObject({ stream: u32, handled: z.boolean(), headers: z.array(header) }),
  data: z.strictObject({ stream: u32, data: hex }),
  "find-node-request": z.strictObject({ target: key }),
  "find-node-response": z.strictObject({ closest: z.array(id) }),
} as const;
const packet = z.enum(Object.keys(FIELDS) as [keyof typeof FIELDS]);
const fields = z.union(Object.values(FIELDS) as [(typeof FIELDS)["handshake"]]);

const socketMessage = z.union([
  z.strictObject({ type: z.enum(["text", "binary"]), data: hex }),
  z.strictObject({ type: z.literal("close") }),
  z.strictObject({ type: z.literal("close"), code: u16, reason: hex }),
]);

const none = z.strictObject({});
/** Input and result of each operation. */
const OPERATIONS = {
  "x25519-public-key": [z.strictObject({ privateKey: key }), z.strictObject({ publicKey: key })],
  "session-key": [
    z.strictObject({ privateKey: key, publicKey: key }),
    z.strictObject({ secret: key, sessionKey: key }),
  ],
  seal: [
    z.strictObject({ sessionKey: key, counter: decimal, plaintext: hex }),
    z.strictObject({ nonce: hex, frame: hex }),
  ],
  "seal-many": [z.strictObject({ sessionKey: key, count: u32 }), z.strictObject({ sha256: key })],
  open: [
    z.strictObject({ sessionKey: key, counter: decimal, bytes: hex }),
    z.strictObject({ plaintexts: z.array(hex), rest: u32 }),
  ],
  encode: [z.strictObject({ packet, fields }), z.strictObject({ body: hex })],
  decode: [z.strictObject({ packet, body: hex }), z.strictObject({ fields, trailing: hex })],
  message: [
    z.strictObject({ role, pending: z.array(u32), plaintext: hex }),
    z.strictObject({
      kind: z.enum(["reply", "stray", "request"]),
      seq: u32,
      opcode: u16.optional(),
      body: hex.optional(),
    }),
  ],
  "ed25519-sign": [z.strictObject({ seed: key, message: hex }), z.strictObject({ publicKey: key, signature: hex })],
  "ed25519-verify": [z.strictObject({ publicKey: key, message: hex, signature: hex }), none],
  "verify-handshake": [z.strictObject({ body: hex }), z.strictObject({ signed: hex, publicKey: key })],
  greeting: [
    z.strictObject({ role, ownKey: key.optional(), dialed: key.optional(), messages: z.array(hex) }),
    z.strictObject({ peer: key.nullable(), offers: z.array(hex), replied: z.array(u32), open: z.boolean() }),
  ],
  call: [
    z.strictObject({ stream: u32, services: z.array(hex), headers: z.array(header) }),
    z.strictObject({ plaintext: hex }),
  ],
  offer: [z.strictObject({ services: z.array(hex) }), z.strictObject({ plaintextLength: u32 })],
  "cut-body": [z.strictObject({ length: u32 }), z.strictObject({ lengths: z.array(u16) })],
  choose: [
    z.strictObject({ hosted: z.array(hex), services: z.array(hex) }),
    z.strictObject({ service: hex.nullable() }),
  ],
  stream: [
    z.strictObject({ messages: z.array(z.strictObject({ from: z.enum(["requester", "responder"]), body: hex })) }),
    z.strictObject({
      streams: z.array(
        z.strictObject({
          stream: u32,
          handled: z.boolean().nullable(),
          request: hex,
          requestEnded: z.boolean(),
          response: hex,
          responseEnded: z.boolean(),
        }),
      ),
    }),
  ],
  "header-values": [z.strictObject({ headers: z.array(header) }), z.strictObject({ values: z.array(header) })],
  distance: [z.strictObject({ a: key, b: key }), z.strictObject({ distance: key, bucket: z.int().min(0).max(256) })],
  closest: [z.strictObject({ target: key, peers: z.array(key) }), z.strictObject({ closest: z.array(key) })],
  table: [
    z.strictObject({ own: key, seen: z.array(key) }),
    z.strictObject({
      results: z.array(z.enum(["added", "updated", "full", "own"])),
      buckets: z.array(z.strictObject({ index: z.int().min(0).max(255), keys: z.array(key) })),
    }),
  ],
  "closest-many": [z.strictObject({ seed: key, count: u32 }), z.strictObject({ sha256: key })],
  address: [
    z.strictObject({ address: hex }),
    z.strictObject({
      text: z.string(),
      kind: z.enum(["unspecified", "loopback", "private", "link-local", "multicast", "broadcast", "public"]),
      unmapped: hex,
    }),
  ],
  "may-dial": [z.strictObject({ address: hex, source: hex }), z.strictObject({ allowed: z.boolean() })],
  session: [
    z.strictObject({
      holder: role,
      privateKey: key,
      peerPublicKey: key,
      frames: z.array(z.strictObject({ from: role, bytes: hex })),
    }),
    z.strictObject({
      sessionKey: key,
      messages: z.array(
        z.strictObject({ from: role, seq: u32, kind: z.enum(["reply", "request"]), packet, fields, trailing: hex }),
      ),
    }),
  ],
  "http-request": [
    z.strictObject({
      method: hex,
      target: hex,
      version: z.enum(["1.0", "1.1", "2"]),
      scheme: z.enum(["http", "https"]),
      authority: hex.optional(),
      lines: z.array(header),
      remoteAddress: z.string(),
      requestId: z.string(),
      trace: z.strictObject({ traceId: z.string(), spanId: z.string(), sampled: z.boolean() }),
      services: z.array(hex),
      route: hex.optional(),
    }),
    z.strictObject({ headers: z.array(header) }),
  ],
  "http-response": [
    z.strictObject({ method: z.string(), headers: z.array(header) }),
    z.strictObject({
      status: z.int().min(200).max(599),
      fields: z.array(header),
      contentLength: z.int().min(0).nullable(),
      body: z.boolean(),
    }),
  ],
  "http-path": [z.strictObject({ path: hex }), z.strictObject({ path: hex })],
  "http-params": [z.strictObject({ route: hex, path: hex }), z.strictObject({ params: z.array(header).nullable() })],
  "socket-write": [z.strictObject({ messages: z.array(socketMessage) }), z.strictObject({ bytes: hex })],
  "socket-read": [
    z.strictObject({ from: z.enum(["gateway", "service"]), most: u32, bytes: hex }),
    z.strictObject({ messages: z.array(socketMessage) }),
  ],
  "grpc-type": [
    z.strictObject({ version: z.enum(["1.1", "2"]), type: z.string(), accept: z.string().optional() }),
    z.strictObject({
      web: z.boolean(),
      asksInText: z.boolean(),
      answersInText: z.boolean(),
      format: z.string(),
      answer: z.string(),
    }),
  ],
  "grpc-timeout": [z.strictObject({ text: z.string() }), z.strictObject({ milliseconds: z.number().min(0) })],
  "grpc-message": [z.strictObject({ message: hex }), z.strictObject({ field: z.string() })],
  "grpc-request": [z.strictObject({ bytes: hex }), z.strictObject({ bytes: hex })],
  "grpc-response": [
    z.strictObject({ bytes: hex }),
    z.strictObject({ messages: hex, status: z.int().min(0).max(999), fields: z.array(header) }),
  ],
  "connect-error": [
    z.strictObject({ status: z.int().min(1).max(999), message: z.string() }),
    z.strictObject({ status: z.int().min(400).max(599), json: z.string() }),
  ],
  "connect-timeout": [z.strictObject({ text: z.string() }), z.strictObject({ milliseconds: z.int().min(0) })],
  "schema-methods": [
    z.strictObject({ schema: hex }),
    z.strictObject({ methods: z.array(z.tuple([z.string(), z.boolean()])) }),
  ],
  "schema-to-json": [
    z.strictObject({ schema: hex, type: z.string(), message: hex }),
    z.strictObject({ json: z.string() }),
  ],
  "schema-from-json": [z.strictObject({ schema: hex, type: z.string(), json: hex }), z.strictObject({ message: hex })],
} as const;

const common = {
  id: z.string().regex(/^[a-z0-9/-]+\/\d{3}-[a-z0-9-]+$/),
  comment: z.string().min(1),
  requirements: z.array(z.string().regex(/^FLT-[A-Z]{3}-\d{3}$/)).min(1),
  flags: z.array(z.string()),
};
const steps = z.array(z.strictObject({ name: z.string(), hex }));
const error = z.strictObject({
  kind: z.enum([
    "LOW_ORDER_KEY",
    "FRAME_TOO_SHORT",
    "FRAME_TOO_LONG",
    "BAD_TAG",
    "SHORT",
    "RANGE",
    "UTF8",
    "NO_REPLY_NUMBER",
    "EMPTY_BODY",
    "UNKNOWN_OPCODE",
    "BAD_SIGNATURE",
    "MALFORMED_PACKET",
    "NO_HANDSHAKE",
    "OWN_IDENTITY",
    "WRONG_PEER",
    "IDENTITY_CHANGED",
    "NO_NAME",
    "EMPTY_NAME",
    "RESERVED_NAME",
    "EMPTY_KEY",
    "REPEATED_KEY",
    "RESERVED_KEY",
    "TOO_LARGE",
    "UNKNOWN_STREAM",
    "STREAM_IN_USE",
    "REQUEST_DATA_AFTER_END",
    "UNEXPECTED_ANSWER",
    "SECOND_ANSWER",
    "DATA_BEFORE_ANSWER",
    "RESPONSE_DATA_AFTER_END",
    "BAD_METHOD",
    "BAD_FIELD",
    "BAD_FRAMING",
    "BAD_HOST",
    "BAD_TARGET",
    "BAD_STATUS",
    "BAD_VALUE",
    "BAD_FLAGS",
    "BAD_CLOSE",
    "NO_CLOSE",
    "BAD_TYPE",
    "BAD_TRAILERS",
    "BAD_MESSAGE",
    "BEHIND_TRAILERS",
    "NO_TRAILERS",
  ]),
  action: z.enum(["close", "ignore", "reject"]),
  at: u32.optional(),
  status: z.int().min(400).max(599).optional(),
});

const tests = Object.entries(OPERATIONS).flatMap(([op, [input, expect]]) => {
  const valid = z.strictObject({
    ...common,
    op: z.literal(op),
    input,
    expect: expect === none ? none.optional() : expect,
    steps: steps.optional(),
    result: z.literal("valid"),
  });
  const invalid = z.strictObject({
    ...common,
    op: z.literal(op),
    input,
    expect: expect.optional(),
    steps: steps.optional(),
    result: z.literal("invalid"),
    error,
    twin: z.string(),
    change: z.string().min(1),
  });
  return [valid, invalid];
});

export const fileSchema = z.strictObject({
  $schema: z.string(),
  format: z.literal("flatend-vectors/1"),
  suite: z.string(),
  spec: z.strictObject({ revision: z.string() }),
  generator: z.strictObject({ name: z.string(), version: z.string() }),
  seed: key,
  description: z.string(),
  notes: z.record(z.string(), z.strictObject({ bugType: z.string(), description: z.string() })),
  numberOfTests: u32,
  groups: z.array(
    z.strictObject({
      type: z.string(),
      description: z.string(),
      profile: z.enum(["base", "gateway"]),
      tests: z.array(z.union(tests as unknown as [z.ZodType, z.ZodType])),
    }),
  ),
});
