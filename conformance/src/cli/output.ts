import type { WriteStream } from "node:tty";
import type { Output } from "../report/reporter.ts";

/** Colours only where somebody sees them and has not asked for none (NO_COLOR). */
export function terminal(stream: NodeJS.WritableStream & Partial<Pick<WriteStream, "isTTY" | "columns">>): Output {
  const isTTY = stream.isTTY === true;
  const { NO_COLOR, FORCE_COLOR } = process.env;
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== "" && FORCE_COLOR !== "0";
  const colors = NO_COLOR === undefined || NO_COLOR === "" ? isTTY || forced : false;
  // Whoever reads the beginning alone, as `head` does, takes nothing from the run: its exit code and its files tell all.
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  return { write: (text) => void stream.write(text), isTTY, columns: stream.columns ?? 80, colors };
}
