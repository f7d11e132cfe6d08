import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { writer } from "./line-output.ts";

class Sink extends EventEmitter {
  writable = true;
  writableLength = 0;
  readonly taken: string[] = [];
  write(text: string): void {
    this.taken.push(text);
  }
}

test("lines are dropped while too much waits, and counted", () => {
  const sink = new Sink();
  const { write } = writer(sink, "here", () => {});
  write("1");
  sink.writableLength = 1024 * 1024 + 1;
  for (let i = 0; i < 3; i++) write("dropped");
  expect(sink.taken).toEqual(["1\n"]);
  sink.writableLength = 0;
  write("2");
  write("3");
  expect(sink.taken).toEqual(["1\n", expect.stringMatching(/^\{"time":".*Z","dropped":3\}\n2\n$/), "3\n"]);
});

test("an error is told once, and nothing is written behind it", () => {
  const sink = new Sink();
  const log: string[] = [];
  const { write, release } = writer(sink, "here", (line) => log.push(line));
  sink.emit("error", new Error("no space"));
  sink.emit("error", new Error("no space"));
  write("1");
  expect(sink.taken).toEqual([]);
  expect(log).toEqual(["The access log cannot be written to here: no space"]);
  release();
  expect(sink.listenerCount("error")).toBe(0);
});
