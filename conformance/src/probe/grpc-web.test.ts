import { describe, expect, it } from "vitest";
import { Malformed } from "./decode.ts";
import { fromBase64, readWebAnswer } from "./grpc-web.ts";

const envelope = (flags: number, text: string): Buffer =>
  Buffer.concat([Buffer.from([flags, 0, 0, 0, text.length]), Buffer.from(text)]);

describe("an answer of gRPC-Web", () => {
  it("is messages, and trailers behind them", () => {
    const messages = Buffer.concat([envelope(0, "one"), envelope(1, "")]);
    const trailers = envelope(0x80, "grpc-status:0\r\nx-a: b \r\n");
    expect(readWebAnswer(Buffer.concat([messages, trailers]))).toEqual({
      messages,
      trailers: new Map([
        ["grpc-status", "0"],
        ["x-a", "b"],
      ]),
    });
    expect(readWebAnswer(messages).trailers).toBeUndefined();
  });

  it.each([
    ["ends within a prefix", envelope(0, "one").subarray(0, 4)],
    ["ends within a message", envelope(0, "one").subarray(0, 6)],
    ["goes on behind its trailers", Buffer.concat([envelope(0x80, "a: b\r\n"), envelope(0, "")])],
    ["has a line without its end", envelope(0x80, "a: b")],
    ["has a line feed alone", envelope(0x80, "a: b\nc: d\r\n")],
    ["has a name in capitals", envelope(0x80, "A: b\r\n")],
    ["has a name twice", envelope(0x80, "a: b\r\na: c\r\n")],
  ])("is none that %s", (_, body) => {
    expect(() => readWebAnswer(body)).toThrow(Malformed);
  });
});

describe("base64", () => {
  it("may be padded in each of its parts, and is read as far as it has come", () => {
    expect(fromBase64(Buffer.from("YQ==YmM=ZGVmZ2")).toString()).toBe("abcdef");
  });

  it.each(["YQ=a", "====", "Y===", "Y Q=", "YQ-_"])("is not %s", (text) => {
    expect(() => fromBase64(Buffer.from(text))).toThrow(Malformed);
  });
});
