/** Lines of JSON over a socket, each of a bounded length. */
import type { Socket } from "node:net";

/** Bytes of a line, in both directions. */
export const MAX_LINE = 1_048_576;
const LINE_FEED = 0x0a;

/** Calls for each line; destroys the socket when one is too long. */
export function readLines(socket: Socket, onLine: (line: string) => void): void {
  let parts: Buffer[] = [];
  let length = 0;
  socket.on("data", (data: Buffer) => {
    let rest = data;
    for (let end = rest.indexOf(LINE_FEED); end >= 0; end = rest.indexOf(LINE_FEED)) {
      const line = Buffer.concat([...parts, rest.subarray(0, end)]);
      rest = rest.subarray(end + 1);
      parts = [];
      length = 0;
      if (line.length > MAX_LINE) return void socket.destroy();
      onLine(line.toString("utf8"));
      if (socket.destroyed) return;
    }
    if (rest.length > 0) parts.push(rest);
    length += rest.length;
    if (length > MAX_LINE) socket.destroy();
  });
}

/** One line of what a client asks. */
export interface Question {
  readonly id: number;
  readonly command: string;
  readonly operands: readonly string[];
}

/** The question that a line is; undefined where it is none. */
export function questionOf(line: string): Question | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { id, command, operands = [] } = value as Record<string, unknown>;
  const texts = Array.isArray(operands) && operands.every((operand): operand is string => typeof operand === "string");
  if (typeof id !== "number" || typeof command !== "string" || !texts) return undefined;
  return { id, command, operands };
}
