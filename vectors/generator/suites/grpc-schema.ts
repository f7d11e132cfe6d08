/** Messages of gRPC on their way between a client that writes protobuf and a service that writes JSON, by chapter 13. Every byte is written out. */
import { fromHex, hex, join, u8, utf8 } from "../bytes.ts";
import { type Group, Suite } from "../suite.ts";
import { gwy } from "./http-heads.ts";

/** A part with its length, below 16,384 bytes, or a number below 128. */
function part(number: number, value: string | number | Uint8Array): Buffer {
  if (typeof value === "number") return join(u8(number << 3), u8(value));
  const bytes = typeof value === "string" ? utf8(value) : value;
  const { length } = bytes;
  const prefix = length < 128 ? u8(length) : join(u8((length & 0x7f) | 0x80), u8(length >> 7));
  return join(u8((number << 3) | 2), prefix, bytes);
}

const [DOUBLE, INT64, UINT64, INT32, BOOL, STRING, MESSAGE, BYTES, ENUM] = [1, 3, 4, 5, 8, 9, 11, 12, 14] as const;
const [ONE, MANY] = [1, 3] as const;
const SHAPE = ".kit.Shape";

interface More {
  readonly label?: number;
  readonly of?: string;
  readonly json?: string;
  /** Number of the oneof. */
  readonly choice?: number;
}
const field = (name: string, number: number, type: number, { label = ONE, of, json = name, choice }: More = {}) =>
  part(
    2,
    join(
      part(1, name),
      part(3, number),
      part(4, label),
      part(5, type),
      ...(of === undefined ? [] : [part(6, of)]),
      ...(choice === undefined ? [] : [part(9, choice)]),
      part(10, json),
    ),
  );
const value = (name: string, number: number): Buffer => part(2, join(part(1, name), part(2, number)));
const method = (name: string, ...streams: readonly number[]): Buffer =>
  part(2, join(part(1, name), part(2, SHAPE), part(3, SHAPE), ...streams.map((number) => part(number, 1))));

/** A FileDescriptorSet. The fields of a map are a message of their own. */
const SCHEMA = part(
  1,
  join(
    part(1, "shape.proto"),
    part(2, "kit"),
    part(
      4,
      join(
        part(1, "Shape"),
        field("text", 1, STRING),
        field("data", 2, BYTES),
        field("yes", 3, BOOL),
        field("small", 4, INT32),
        field("large", 5, INT64),
        field("count", 6, UINT64),
        field("size", 7, DOUBLE),
        field("color", 8, ENUM, { of: ".kit.Color" }),
        field("inner", 9, MESSAGE, { of: SHAPE }),
        field("numbers", 10, INT32, { label: MANY }),
        field("two_words", 11, STRING, { label: MANY, json: "twoWords" }),
        field("totals", 12, MESSAGE, { label: MANY, of: ".kit.Shape.TotalsEntry" }),
        field("one", 13, STRING, { choice: 0 }),
        field("other", 14, INT32, { choice: 0 }),
        part(3, join(part(1, "TotalsEntry"), field("key", 1, STRING), field("value", 2, INT64), part(7, part(7, 1)))),
        part(8, part(1, "choice")),
      ),
    ),
    part(5, join(part(1, "Color"), value("NONE", 0), value("RED", 1), value("DARK_BLUE", 7))),
    part(6, join(part(1, "Shapes"), method("Draw"), method("Watch", 6), method("Collect", 5), method("Talk", 5, 6))),
    part(12, "proto3"),
  ),
);
const TYPE = "kit.Shape";
const MINUS_ONE = "ffffffffffffffffff01";

export function grpcSchema(): Suite {
  const suite = new Suite("grpc-schema", "Messages of gRPC as protobuf and as JSON, by a schema.", "gateway");
  suite.group("Methods", "What a schema says of methods.").valid("schema-methods", "all", {
    comment: "The paths at which methods are called, and whether a call is one message and one answer.",
    requirements: gwy("200 205"),
    input: { schema: hex(SCHEMA) },
    expect: {
      methods: [
        ["/kit.Shapes/Collect", false],
        ["/kit.Shapes/Draw", true],
        ["/kit.Shapes/Talk", false],
        ["/kit.Shapes/Watch", false],
      ],
    },
  });
  toJson(suite.group("To the service", "Messages of a client, which a service reads as JSON."));
  fromJson(suite.group("To the client", "Messages of a service, which a client reads as protobuf."));
  return suite;
}

function toJson(group: Group): void {
  const add = (slug: string, message: string, json: string): string =>
    group.valid("schema-to-json", slug, {
      comment: "A message of protobuf, and the JSON object that it is.",
      requirements: gwy("201"),
      input: { schema: hex(SCHEMA), type: TYPE, message: message.replaceAll(" ", "") },
      expect: { json },
    });
  const twin = add("text", "0a026869", '{"text":"hi"}');
  add("nothing", "", "{}");
  add("utf-8", "0a07c3bcf09f9a8022", '{"text":"ü🚀\\""}');
  add("empty-text", "0a00", "{}");
  add("bytes", "120200ff", '{"data":"AP8="}');
  add("three-bytes", "1203fbefff", '{"data":"++//"}');
  add("bool", "1801", '{"yes":true}');
  add("false", "1800", "{}");
  add("int32", "2007", '{"small":7}');
  add("int32-negative", `20${MINUS_ONE}`, '{"small":-1}');
  add("int64", "2881808080808080 10", '{"large":"9007199254740993"}');
  add("int64-lowest", "2880808080808080808001", '{"large":"-9223372036854775808"}');
  add("uint64-highest", `30${MINUS_ONE}`, '{"count":"18446744073709551615"}');
  add("double", "39000000000000f83f", '{"size":1.5}');
  add("double-negative", "39000000000000e0bf", '{"size":-0.5}');
  add("not-a-number", "39000000000000f87f", '{"size":"NaN"}');
  add("infinity", "39000000000000f07f", '{"size":"Infinity"}');
  add("minus-infinity", "39000000000000f0ff", '{"size":"-Infinity"}');
  add("enum", "4001", '{"color":"RED"}');
  add("enum-of-two-words", "4007", '{"color":"DARK_BLUE"}');
  add("enum-without-a-name", "4005", '{"color":5}');
  add("message", "4a021801", '{"inner":{"yes":true}}');
  add("empty-message", "4a00", '{"inner":{}}');
  add("messages-in-messages", "4a024a00", '{"inner":{"inner":{}}}');
  add("packed", "5203010203", '{"numbers":[1,2,3]}');
  add("not-packed", "50015002", '{"numbers":[1,2]}');
  add("packed-and-not", "5201015002", '{"numbers":[1,2]}');
  add("texts", "5a01615a00", '{"twoWords":["a",""]}');
  add("map", "62050a01611007", '{"totals":{"a":"7"}}');
  add("map-without-a-value", "62030a0161", '{"totals":{"a":"0"}}');
  add("map-the-last-counts", "62050a0161100762050a01611008", '{"totals":{"a":"8"}}');
  add("empty-choice", "6a00", '{"one":""}');
  add("zero-choice", "7000", '{"other":0}');
  add("the-last-choice-counts", "6a01617003", '{"other":3}');
  add("the-last-counts", "0a01610a0162", '{"text":"b"}');
  add("messages-are-joined", "4a0218014a030a0161", '{"inner":{"text":"a","yes":true}}');
  add("any-order", "18010a026869", '{"text":"hi","yes":true}');
  add("unknown-number", "9806010a026869", '{"text":"hi"}');
  add("unknown-text", "9a0602786e0a026869", '{"text":"hi"}');
  for (const [slug, message] of [
    ["text-cut", "0a056869"],
    ["length-cut", "0a"],
    ["tag-cut", "80"],
    ["number-cut", "2080"],
    ["double-cut", "3900000000000000"],
    ["eleven-bytes-of-a-number", "28ffffffffffffffffffff01"],
    ["message-beyond-its-end", "4a030a0568"],
    ["wire-type-7", "0f00"],
  ] as const) {
    group.invalid("schema-to-json", slug, {
      comment: "No message, for which the client gets INTERNAL.",
      requirements: gwy("202"),
      input: { schema: hex(SCHEMA), type: TYPE, message },
      error: { kind: "BAD_MESSAGE", action: "reject" },
      twin,
      change: "other bytes",
    });
  }
}

function fromJson(group: Group): void {
  const add = (slug: string, json: string, message: string): string =>
    group.valid("schema-from-json", slug, {
      comment: "A JSON object of a service, and the message of protobuf that it is.",
      requirements: gwy("201 204"),
      input: { schema: hex(SCHEMA), type: TYPE, json: hex(utf8(json)) },
      expect: { message },
    });
  const twin = add("text", '{"text":"hi"}', "0a026869");
  add("nothing", "{}", "");
  add("white-space", ' {\n\t"text" : "hi" } ', "0a026869");
  add("escapes", '{"text":"\\u00fc\\ud83d\\ude80\\""}', "0a07c3bcf09f9a8022");
  add("empty-text", '{"text":""}', "");
  add("null", '{"text":null,"numbers":null,"inner":null}', "");
  add("bytes", '{"data":"AP8="}', "120200ff");
  add("bytes-of-a-url", '{"data":"--__"}', "1203fbefff");
  add("bytes-without-padding", '{"data":"AP8"}', "120200ff");
  add("bool", '{"yes":true}', "1801");
  add("int32", '{"small":7}', "2007");
  add("int32-negative", '{"small":-1}', `20${MINUS_ONE}`);
  add("int32-as-text", '{"small":"7"}', "2007");
  add("int32-with-a-point", '{"small":7.0}', "2007");
  add("int32-with-an-exponent", '{"small":7e0}', "2007");
  add("int64-as-text", '{"large":"9007199254740993"}', "288180808080808010");
  add("int64-as-a-number", '{"large":300}', "28ac02");
  add("uint64-highest", '{"count":"18446744073709551615"}', `30${MINUS_ONE}`);
  add("double", '{"size":1.5}', "39000000000000f83f");
  add("double-as-text", '{"size":"-0.5"}', "39000000000000e0bf");
  add("infinity", '{"size":"Infinity"}', "39000000000000f07f");
  add("enum", '{"color":"DARK_BLUE"}', "4007");
  add("enum-by-its-number", '{"color":7}', "4007");
  add("enum-without-a-name", '{"color":5}', "4005");
  add("message", '{"inner":{"yes":true}}', "4a021801");
  add("empty-message", '{"inner":{}}', "4a00");
  add("numbers", '{"numbers":[1,2,3]}', "5203010203");
  add("no-numbers", '{"numbers":[]}', "");
  add("texts", '{"twoWords":["a",""]}', "5a01615a00");
  add("name-of-the-schema", '{"two_words":["a"]}', "5a0161");
  add("map", '{"totals":{"a":"7"}}', "62050a01611007");
  add("empty-choice", '{"one":""}', "6a00");
  add("zero-choice", '{"other":0}', "7000");
  for (const [slug, json] of [
    ["no-json", "oops"],
    ["empty", ""],
    ["cut", '{"text":'],
    ["two", "{} {}"],
    ["list", "[]"],
    ["null-alone", "null"],
    ["unknown-name", '{"txet":"hi"}'],
    ["another-case", '{"Text":"hi"}'],
    ["number-for-text", '{"text":5}'],
    ["text-for-bool", '{"yes":"true"}'],
    ["fraction-for-int32", '{"small":1.5}'],
    ["int32-too-high", '{"small":2147483648}'],
    ["int64-too-high", '{"large":"9223372036854775808"}'],
    ["no-number", '{"large":"many"}'],
    ["uint64-negative", '{"count":-1}'],
    ["no-double", '{"size":"big"}'],
    ["no-base64", '{"data":"!"}'],
    ["no-such-color", '{"color":"PINK"}'],
    ["number-for-list", '{"numbers":1}'],
    ["null-in-list", '{"numbers":[null]}'],
    ["list-for-message", '{"inner":[]}'],
    ["null-in-map", '{"totals":{"a":null}}'],
    ["both-of-a-choice", '{"one":"a","other":1}'],
    ["within-a-message", '{"inner":{"small":"x"}}'],
  ] as const) {
    group.invalid("schema-from-json", slug, {
      comment: "No message of the type, for which the client gets INTERNAL.",
      requirements: gwy("202 205"),
      input: { schema: hex(SCHEMA), type: TYPE, json: hex(utf8(json)) },
      error: { kind: "BAD_MESSAGE", action: "reject" },
      twin,
      change: "another text",
    });
  }
  group.invalid("schema-from-json", "no-utf-8", {
    comment: "JSON is UTF-8.",
    requirements: gwy("202"),
    input: { schema: hex(SCHEMA), type: TYPE, json: hex(join(utf8('{"text":"'), fromHex("ff"), utf8('"}'))) },
    error: { kind: "BAD_MESSAGE", action: "reject" },
    twin,
    change: "another byte",
  });
}
