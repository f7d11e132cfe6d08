import { describe, expect, it } from "vitest";
import { HttpAnswer, readHead, valuesOf } from "./http-answer.ts";

const bytes = (text: string): Buffer => Buffer.from(text, "latin1");
const answerOf = (head: string, toHead = false): HttpAnswer => {
  const read = readHead(bytes(`${head}\r\n\r\n`));
  if (read === undefined) throw new Error("no head");
  return new HttpAnswer(read.head, toHead);
};

describe("readHead", () => {
  it("gives status and fields, repeated ones in order, and nothing before the head is whole", () => {
    const text = "HTTP/1.1 200 OK\r\nSet-Cookie: a\r\nset-cookie:\t b \r\nx:\r\n\r\nrest";
    expect(readHead(bytes(text.slice(0, 30)))).toBeUndefined();
    const { head, length } = readHead(bytes(text)) ?? {};
    expect(head?.status).toBe(200);
    expect(head && valuesOf(head, "set-cookie")).toEqual(["a", "b"]);
    expect(head && valuesOf(head, "x")).toEqual([""]);
    expect(length).toBe(text.length - 4);
  });

  it.each([
    ["a status of two digits", "HTTP/1.1 20 OK"],
    ["another protocol", "HTTP/2 200 OK"],
    ["a line feed alone", "HTTP/1.1 200 OK\nx: y"],
    ["a space before the colon", "HTTP/1.1 200 OK\r\nx : y"],
    ["a folded line", "HTTP/1.1 200 OK\r\nx: y\r\n z"],
    ["a control character", "HTTP/1.1 200 OK\r\nx: \0"],
  ])("does not take %s", (_, text) => {
    expect(() => readHead(bytes(`${text}\r\n\r\n`))).toThrow();
  });

  it.each([
    "content-length: 1\r\ncontent-length: 1",
    "content-length: 1\r\ntransfer-encoding: chunked",
    "content-length: +1",
    "transfer-encoding: gzip, chunked",
  ])("does not take a body framed by %j", (lines) => {
    expect(() => answerOf(`HTTP/1.1 200 OK\r\n${lines}`)).toThrow();
  });
});

describe("a body", () => {
  const CHUNKED = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked";

  it("in chunks is the same however it arrives, and leaves what is behind it", () => {
    const text = "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nx: y\r\n\r\nHTTP/1.1";
    for (let cut = 0; cut <= text.length; cut++) {
      const answer = answerOf(CHUNKED);
      let rest = answer.take(bytes(text.slice(0, cut)));
      rest = answer.take(Buffer.concat([rest, bytes(text.slice(cut))]));
      expect([answer.body.toString(), answer.complete, rest.toString()]).toEqual(["abcde", true, "HTTP/1.1"]);
    }
  });

  it("in chunks is not whole before the end of its trailer", () => {
    const answer = answerOf(CHUNKED);
    answer.take(bytes("3\r\nabc\r\n0\r\n"));
    answer.ended();
    expect([answer.received, answer.complete]).toEqual([3, false]);
  });

  it.each(["3\r\nabcd\r\n", "x\r\n", "3 \r\nabc\r\n", "-1\r\n"])("in chunks does not take %j", (text) => {
    expect(() => answerOf(CHUNKED).take(bytes(text))).toThrow();
  });

  it("of a length ends behind it; without one, with the connection", () => {
    const exact = answerOf("HTTP/1.1 200 OK\r\ncontent-length: 3");
    expect(exact.take(bytes("abcd")).toString()).toBe("d");
    expect(exact.complete).toBe(true);
    const open = answerOf("HTTP/1.0 200 OK");
    open.take(bytes("abc"));
    expect(open.complete).toBe(false);
    open.ended();
    expect(open.complete).toBe(true);
  });

  it("does not come behind HEAD and 204, whatever the head says", () => {
    expect(answerOf("HTTP/1.1 200 OK\r\ncontent-length: 3", true).complete).toBe(true);
    expect(answerOf("HTTP/1.1 204 No Content").complete).toBe(true);
  });
});
