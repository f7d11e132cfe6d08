import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { Lines } from "./lines.ts";
import { MAX_WAITING } from "./log.ts";

class Sink extends EventEmitter {
  writable = true;
  writableLength = 0;
  /** With what each write ends. */
  fault: Error | undefined;
  readonly taken: string[] = [];
  write(text: string, done: (error?: Error) => void): void {
    if (this.fault === undefined) this.taken.push(text);
    else this.emit("error", this.fault);
    done(this.fault);
  }
}

const gap = (dropped: number, behind: string, before = "") =>
  expect.stringMatching(new RegExp(`^${before}\\{"time":".*Z","dropped":${dropped}\\}\n${behind}\n$`));

test("lines are dropped while too much waits, and counted", () => {
  const sink = new Sink();
  const lines = new Lines(sink, { name: "here", log: () => {} });
  lines.write("1");
  sink.writableLength = MAX_WAITING + 1;
  for (let i = 0; i < 3; i++) lines.write("dropped");
  expect(sink.taken).toEqual(["1\n"]);
  sink.writableLength = 0;
  lines.write("2");
  lines.write("3");
  expect(sink.taken).toEqual(["1\n", gap(3, "2"), "3\n"]);
});

test("an error is told once, and nothing is written behind it where there is no other stream", async () => {
  const sink = new Sink();
  const log: string[] = [];
  const lines = new Lines(sink, { name: "here", log: (line) => log.push(line) });
  sink.emit("error", new Error("no space"));
  sink.emit("error", new Error("no space"));
  lines.write("1");
  expect(sink.taken).toEqual([]);
  expect(log).toEqual(["The access log cannot be written to here: no space"]);
  expect(await lines.release()).toBe(sink);
  expect(sink.listenerCount("error")).toBe(0);
});

test("a stream that has failed is opened anew after a while, and both are told once, however often it fails", async () => {
  let now = 0;
  let next: Sink | Error = new Error("no such folder");
  const opened: Sink[] = [];
  const log: string[] = [];
  const open = async (): Promise<Sink> => {
    if (next instanceof Error) throw next;
    opened.push(next);
    return next;
  };
  const full = Object.assign(new Sink(), { fault: new Error("no space") });
  const lines = new Lines(full, { name: "here", log: (line) => log.push(line), open, now: () => now });
  const pass = async (ms: number, line: string): Promise<void> => {
    now += ms;
    lines.write(line);
    await new Promise((resolve) => setImmediate(resolve));
  };
  await pass(0, "1");
  await pass(9_999, "2");
  expect(opened).toEqual([]);
  // It cannot be opened at first.
  await pass(1, "3");
  next = Object.assign(new Sink(), { fault: new Error("no space") });
  await pass(9_999, "4");
  expect(opened).toEqual([]);
  // Then it can be, and is as full as before.
  await pass(1, "5");
  await pass(0, "6");
  next = new Sink();
  await pass(10_000, "7");
  expect(next.taken).toEqual([]);
  await pass(0, "8");
  await pass(0, "9");
  expect(next.taken).toEqual([gap(7, "8", "\n"), "9\n"]);
  expect(log).toEqual([
    "The access log cannot be written to here: no space",
    "The access log is written to here again.",
  ]);
  expect(await lines.release()).toBe(next);
  lines.write("10");
  expect(next.taken).toHaveLength(2);
});
