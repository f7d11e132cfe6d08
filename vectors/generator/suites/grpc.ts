/** Calls of gRPC in the bodies of a call of the mesh, by chapter 13 of the specification. Every byte is written out. */
import { counting, fromHex, hex, join, u8, u32, utf8 } from "../bytes.ts";
import { type Group, Suite } from "../suite.ts";
import type { Fields } from "../types.ts";
import { gwy } from "./http-heads.ts";

const envelope = (flags: number, data: Uint8Array): Buffer => join(u8(flags), u32(data.length), data);
const message = (text: string): Buffer => envelope(0, utf8(text));
const trailers = (text: string): Buffer => envelope(0x80, utf8(text));
const END = fromHex("8000000000");

export function grpc(): Suite {
  const suite = new Suite("grpc", "Calls of gRPC: how clients speak, and the bodies of their calls.", "gateway");
  types(suite.group("Types", "What a client speaks, by its head."));
  timeouts(suite.group("Timeouts", "The field grpc-timeout."));
  texts(suite.group("Messages of a status", "The field grpc-message."));
  requests(suite.group("Requests", "The body of a client, and the request half of the call."));
  responses(suite.group("Responses", "The response half of the call, and what a client is told."));
  connects(suite.group("Connect", "How a call ends for a client of Connect, and the field connect-timeout-ms."));
  return suite;
}

function types(group: Group): void {
  const add = (slug: string, version: string, type: string, expect: Fields, accept?: string): string =>
    group.valid("grpc-type", slug, {
      comment: "How a client speaks.",
      requirements: gwy("180 187"),
      input: { version, type, ...(accept === undefined ? {} : { accept }) },
      expect,
    });
  const bytes = { asksInText: false, answersInText: false };
  const text = { asksInText: true, answersInText: true };
  const twin = add("grpc", "2", "application/grpc", { web: false, ...bytes, format: "", answer: "application/grpc" });
  const proto = { format: "+proto", answer: "application/grpc+proto" };
  const withFormat = add("format", "2", "application/grpc+proto", { web: false, ...bytes, ...proto });
  add("letter-case", "2", "Application/gRPC+Proto", { web: false, ...bytes, ...proto });
  add("parameter", "2", "application/grpc+proto ; charset=utf-8", { web: false, ...bytes, ...proto });
  const web = { web: true, format: "", answer: "application/grpc-web" };
  add("web", "1.1", "application/grpc-web", { ...web, ...bytes });
  add("web-over-http-2", "2", "application/grpc-web", { ...web, ...bytes });
  add("web-format", "1.1", "application/grpc-web+json", {
    web: true,
    ...bytes,
    format: "+json",
    answer: "application/grpc-web+json",
  });
  const webText = { web: true, format: "+proto", answer: "application/grpc-web-text+proto" };
  add("text", "1.1", "application/grpc-web-text+proto", { ...webText, ...text });
  const toText = { web: true, asksInText: false, answersInText: true, format: "", answer: "application/grpc-web-text" };
  add("answer-in-text", "1.1", "application/grpc-web", toText, "text/html, application/grpc-web-text");
  add("answer-as-asked", "1.1", "application/grpc-web", { ...web, ...bytes }, "application/grpc-web");
  for (const [slug, version, type] of [
    ["nothing", "2", ""],
    ["other", "2", "application/json"],
    ["longer", "2", "application/grpcx"],
    ["unknown-kind", "2", "application/grpc-webtext"],
    ["no-format", "2", "application/grpc+"],
    ["before", "2", "x application/grpc"],
    ["http-1", "1.1", "application/grpc"],
    ["http-1-format", "1.1", "application/grpc+proto"],
  ] as const) {
    group.invalid("grpc-type", slug, {
      comment: "What a gRPC route does not take.",
      requirements: gwy("180"),
      input: { version, type },
      error: { kind: "BAD_TYPE", action: "reject", status: 415 },
      twin: slug === "http-1-format" ? withFormat : twin,
      change: "another type or version",
    });
  }
}

function timeouts(group: Group): void {
  const add = (text: string, milliseconds: number): string =>
    group.valid("grpc-timeout", `of-${text.toLowerCase()}${/[A-Z]/.test(text) ? "-upper" : ""}`, {
      comment: "A time, in milliseconds.",
      requirements: gwy("186"),
      input: { text },
      expect: { milliseconds },
    });
  const twin = add("1S", 1_000);
  add("1H", 3_600_000);
  add("2M", 120_000);
  add("2m", 2);
  add("500u", 0.5);
  add("500000n", 0.5);
  add("0S", 0);
  add("00000012S", 12_000);
  add("99999999H", 359_999_996_400_000);
  for (const [slug, text] of [
    ["nothing", ""],
    ["no-unit", "1"],
    ["no-digit", "S"],
    ["nine-digits", "123456789S"],
    ["unknown-unit", "1s"],
    ["sign", "-1S"],
    ["fraction", "1.5S"],
    ["space", "1 S"],
    ["two", "1S, 2S"],
  ] as const) {
    group.invalid("grpc-timeout", slug, {
      comment: "No time.",
      requirements: gwy("186"),
      input: { text },
      error: { kind: "BAD_FIELD", action: "reject" },
      twin,
      change: "another text",
    });
  }
}

function texts(group: Group): void {
  for (const [slug, text, field] of [
    ["plain", "not found", "not found"],
    ["empty", "", ""],
    ["percent", "100%", "100%25"],
    ["looks-escaped", "%41", "%2541"],
    ["line-ends", "a\r\nb\tc", "a%0D%0Ab%09c"],
    ["utf-8", "ü🚀", "%C3%BC%F0%9F%9A%80"],
    ["edges", " ~\u007f", " ~%7F"],
  ] as const) {
    group.valid("grpc-message", slug, {
      comment: "A text and the value of its field.",
      requirements: gwy("197"),
      input: { message: hex(utf8(text)) },
      expect: { field },
    });
  }
}

function requests(group: Group): void {
  const add = (slug: string, requirements: string, bytes: Uint8Array): string =>
    group.valid("grpc-request", slug, {
      comment: "The messages of a client, and what the service reads.",
      requirements: gwy(requirements),
      input: { bytes: hex(bytes) },
      expect: { bytes: hex(join(bytes, END)) },
    });
  add("none", "184", utf8(""));
  const twin = add("one", "183 184", message("hi"));
  add("empty", "183 184", message(""));
  add("several", "183 184", join(message("a"), message(""), envelope(0, counting(256))));
  add("compressed", "183 184", join(envelope(1, fromHex("1f8b08")), message("a")));
  for (const [slug, kind, bytes] of [
    ["flags-2", "BAD_FLAGS", envelope(2, utf8("hi"))],
    ["trailers", "BAD_FLAGS", join(message("hi"), END)],
    ["flags-129", "BAD_FLAGS", join(message("hi"), envelope(0x81, utf8("")))],
    ["prefix-cut", "SHORT", join(message("hi"), fromHex("00000000"))],
    ["data-cut", "SHORT", message("hi").subarray(0, 6)],
    ["no-data", "SHORT", message("hi").subarray(0, 5)],
  ] as const) {
    group.invalid("grpc-request", slug, {
      comment: "What a client must not send.",
      requirements: gwy("183"),
      input: { bytes: hex(bytes) },
      error: { kind, action: "reject" },
      twin,
      change: "other bytes",
    });
  }
}

function connects(group: Group): void {
  for (const [number, name, status] of [
    [1, "canceled", 499],
    [2, "unknown", 500],
    [3, "invalid_argument", 400],
    [4, "deadline_exceeded", 504],
    [5, "not_found", 404],
    [6, "already_exists", 409],
    [7, "permission_denied", 403],
    [8, "resource_exhausted", 429],
    [9, "failed_precondition", 400],
    [10, "aborted", 409],
    [11, "out_of_range", 400],
    [12, "unimplemented", 501],
    [13, "internal", 500],
    [14, "unavailable", 503],
    [15, "data_loss", 500],
    [16, "unauthenticated", 401],
    [17, "unknown", 500],
    [999, "unknown", 500],
  ] as const) {
    group.valid("connect-error", `status-${number}`, {
      comment: "A status of gRPC, the status of HTTP that stands for it, and the JSON object of the body.",
      requirements: gwy("204"),
      input: { status: number, message: "grün" },
      expect: { status, json: JSON.stringify({ code: name, message: "grün" }) },
    });
  }
  group.valid("connect-error", "without-a-message", {
    comment: "Nothing is said of what nobody has said.",
    requirements: gwy("204"),
    input: { status: 5, message: "" },
    expect: { status: 404, json: '{"code":"not_found"}' },
  });
  const add = (slug: string, text: string, milliseconds: number): string =>
    group.valid("connect-timeout", slug, {
      comment: "A time, in milliseconds.",
      requirements: gwy("205"),
      input: { text },
      expect: { milliseconds },
    });
  const twin = add("one-digit", "7", 7);
  add("zero", "0", 0);
  add("zeros-before", "0012", 12);
  add("ten-digits", "9999999999", 9_999_999_999);
  for (const [slug, text] of [
    ["nothing", ""],
    ["eleven-digits", "10000000000"],
    ["sign", "-1"],
    ["fraction", "1.5"],
    ["unit", "5m"],
    ["space", "1 0"],
  ] as const) {
    group.invalid("connect-timeout", slug, {
      comment: "No time.",
      requirements: gwy("205"),
      input: { text },
      error: { kind: "BAD_FIELD", action: "reject" },
      twin,
      change: "another text",
    });
  }
}

type Pairs = readonly (readonly [string, string])[];

function responses(group: Group): void {
  const add = (slug: string, requirements: string, messages: Uint8Array, text: string, status: number, fields: Pairs) =>
    group.valid("grpc-response", slug, {
      comment: "What a service has written, and what a client reads.",
      requirements: gwy(requirements),
      input: { bytes: hex(join(messages, trailers(text))) },
      expect: {
        messages: hex(messages),
        status,
        fields: fields.map(([name, value]) => [hex(utf8(name)), hex(utf8(value))]),
      },
    });
  const OK: Pairs = [["grpc-status", "0"]];
  const twin = add("one", "189", message("hi"), "grpc-status: 0\r\n", 0, OK);
  add("none", "189", utf8(""), "grpc-status: 5\r\n", 5, [["grpc-status", "5"]]);
  add("several", "189", join(message(""), envelope(1, counting(256)), message("x")), "grpc-status: 0\r\n", 0, OK);
  add("spelling", "189 191", message("hi"), "Grpc-Status:\t0 ", 0, OK);
  add("line-feeds", "189", message("hi"), "\ngrpc-status:0\n\n", 0, OK);
  add("highest-status", "190", message("hi"), "grpc-status: 999\r\n", 999, [["grpc-status", "999"]]);
  add("message", "191", message("hi"), "grpc-message: a%20%C3%BC ü\r\ngrpc-status: 13\r\n", 13, [
    ["grpc-status", "13"],
    ["grpc-message", "a%20%C3%BC %C3%BC"],
  ]);
  add("empty-message", "191", message("hi"), "grpc-status: 0\r\ngrpc-message: \r\n", 0, OK);
  add("metadata", "191", message("hi"), "x-a: 1\r\ngrpc-status: 0\r\nX-A: 2\r\nx-bin: AA\r\nx-empty:\r\n", 0, [
    ["grpc-status", "0"],
    ["x-a", "1, 2"],
    ["x-bin", "AA"],
    ["x-empty", ""],
  ]);
  const left = ["te: x", "connection: x", "query.a: x", "params.a: x", "~a: x", "content-length: 1", "content-type: x"];
  add("left-out", "191", message("hi"), ["grpc-status: 0", ...left, "proxy-x: x", "trailer: x"].join("\r\n"), 0, OK);
  const filling = "x".repeat(16_384 - "grpc-status: 0\r\nx: ".length);
  add("longest", "190", message("hi"), `grpc-status: 0\r\nx: ${filling}`, 0, [
    ["grpc-status", "0"],
    ["x", filling],
  ]);
  const hi = message("hi");
  const refusals: readonly (readonly [string, string, Uint8Array])[] = [
    ["nothing", "NO_TRAILERS", utf8("")],
    ["no-trailers", "NO_TRAILERS", hi],
    ["prefix-cut", "SHORT", join(hi, fromHex("80000000"))],
    ["data-cut", "SHORT", hi.subarray(0, 6)],
    ["trailers-cut", "SHORT", join(hi, trailers("grpc-status: 0\r\n").subarray(0, 20))],
    ["flags-2", "BAD_FLAGS", join(hi, envelope(2, utf8("")), trailers("grpc-status: 0\r\n"))],
    ["compressed-trailers", "BAD_FLAGS", join(hi, envelope(0x81, utf8("grpc-status: 0\r\n")))],
    ["behind-trailers", "BEHIND_TRAILERS", join(trailers("grpc-status: 0\r\n"), u8(0))],
    ["trailers-twice", "BEHIND_TRAILERS", join(trailers("grpc-status: 0\r\n"), trailers("grpc-status: 0\r\n"))],
    ["too-large", "TOO_LARGE", join(hi, trailers(`grpc-status: 0\r\nx: ${filling}x`))],
    ["far-too-large", "TOO_LARGE", fromHex("80ffffffff")],
    ...[
      ["empty-trailers", ""],
      ["no-status", "grpc-message: x\r\n"],
      ["no-number", "grpc-status: OK\r\n"],
      ["empty-status", "grpc-status:\r\n"],
      ["leading-zero", "grpc-status: 00\r\n"],
      ["status-1000", "grpc-status: 1000\r\n"],
      ["two-statuses", "grpc-status: 0\r\ngrpc-status: 0\r\n"],
      ["no-colon", "grpc-status: 0\r\nx\r\n"],
      ["no-name", "grpc-status: 0\r\n: x\r\n"],
      ["no-token", "grpc-status: 0\r\na b: x\r\n"],
      ["pseudo", "grpc-status: 0\r\n:status: 200\r\n"],
      ["control", "grpc-status: 0\r\nx: a\u0000b\r\n"],
      ["lone-carriage-return", "grpc-status: 0\r\nx: a\rb\r\n"],
    ].map(([slug = "", text = ""]) => [slug, "BAD_TRAILERS", join(hi, trailers(text))] as const),
  ];
  for (const [slug, kind, bytes] of refusals) {
    group.invalid("grpc-response", slug, {
      comment: "What a service must not write.",
      requirements: gwy("190"),
      input: { bytes: hex(bytes) },
      error: { kind, action: "reject" },
      twin,
      change: "other bytes",
    });
  }
}
