/** What the gateway tells, line by line. */
import type { Logger } from "flatend";
import { safe } from "./cli/print.ts";
import { LEVELS, type Level } from "./config/log-level.ts";

/** Writes one line: the time as the original wrote it, local and without a zone, then the message. Default level: info. */
export type Log = (message: string, level?: Level) => void;

/** Bytes that may wait for a slow disk or reader; what comes then is dropped, and counted. */
export const MAX_WAITING = 1024 * 1024;

interface LogStream {
  readonly writableLength: number;
  write(text: string): unknown;
}

export function logTo(stream: LogStream, now: () => Date = () => new Date()): Log {
  let dropped = 0;
  const write = (message: string): void => void stream.write(`${timestamp(now())} ${message}\n`);
  return (message) => {
    // Peers make lines of the level debug, as many as they like.
    if (stream.writableLength > MAX_WAITING) {
      dropped++;
      return;
    }
    if (dropped > 0) write(`Lines that nobody has read in time and that are left out here: ${dropped}.`);
    dropped = 0;
    write(message);
  };
}

/** Lets lines of its level pass, and those that are more pressing. */
export class Threshold {
  level: Level;
  readonly #to: Log;

  constructor(to: Log, level: Level) {
    this.#to = to;
    this.level = level;
  }

  readonly log: Log = (message, level = "info") => {
    if (this.#passes(level)) this.#to(message, level);
  };

  /** For what happens in a node: all of it is for whoever looks for a fault. */
  get ofNode(): Logger {
    const write = (details: object, message: string): void => {
      if (this.#passes("debug")) this.#to(`Mesh: ${message} ${safe(JSON.stringify(details, shown))}`, "debug");
    };
    return { debug: write, info: write, warn: write, error: write };
  }

  #passes(level: Level): boolean {
    return LEVELS.indexOf(level) >= LEVELS.indexOf(this.level);
  }
}

const shown = (_key: string, value: unknown): unknown => (value instanceof Error ? value.message : value);

const two = (value: number): string => String(value).padStart(2, "0");

function timestamp(time: Date): string {
  const day = `${time.getFullYear()}/${two(time.getMonth() + 1)}/${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}
