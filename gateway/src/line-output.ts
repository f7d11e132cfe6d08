/** Lines of text that nobody waits for. */
import { createWriteStream } from "node:fs";
import { resolve } from "node:path";
import { finished } from "node:stream/promises";
import type { Settings } from "./config/settings.ts";
import type { AccessRules, LineOutput } from "./http/access-log.ts";
import { allOf } from "./http/setup-error.ts";
import { type Log, MAX_WAITING } from "./log.ts";

/** How requests are written down by these settings. Rejects with {@link SetupError} when the file cannot be opened. */
export async function accessRulesOf({ access }: Settings, folder: string, log: Log): Promise<AccessRules | undefined> {
  if (access === undefined) return undefined;
  const { file, shortenAddresses } = access;
  const opening = file === undefined ? Promise.resolve(standardLines(log)) : openLines(resolve(folder, file), log);
  const outputs = await allOf([opening], () => ["log", "file"]);
  return outputs[0] === undefined ? undefined : { output: outputs[0], shortenAddresses };
}

/** Appends to a file, which is made where there is none. Rejects when it cannot be opened. */
async function openLines(file: string, log: Log): Promise<LineOutput> {
  // It says who asked for what: that is for the gateway's user alone.
  const stream = createWriteStream(file, { flags: "a", mode: 0o600 });
  await new Promise<void>((resolve, reject) => stream.once("open", () => resolve()).once("error", reject));
  const { write } = writer(stream, file, log);
  const close = async (): Promise<void> => {
    stream.end();
    await finished(stream).catch(() => {});
  };
  return { write, close };
}

/** Standard output, which stays open. */
function standardLines(log: Log): LineOutput {
  const { write, release } = writer(process.stdout, "standard output", log);
  return { write, close: async () => release() };
}

interface Stream {
  readonly writable: boolean;
  readonly writableLength: number;
  write(text: string): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  off(event: "error", listener: (error: Error) => void): unknown;
}

/** Writes lines to a stream as long as it can take them. */
export function writer(stream: Stream, name: string, log: Log) {
  let dropped = 0;
  let failed = false;
  const onError = (error: Error): void => {
    if (!failed) log(`The access log cannot be written to ${name}: ${error.message}`, "warn");
    failed = true;
  };
  stream.on("error", onError);
  const write = (line: string): void => {
    if (failed || !stream.writable) return;
    if (stream.writableLength > MAX_WAITING) dropped++;
    else {
      const gap = dropped > 0 ? `${JSON.stringify({ time: new Date().toISOString(), dropped })}\n` : "";
      dropped = 0;
      stream.write(`${gap}${line}\n`);
    }
  };
  return { write, release: () => void stream.off("error", onError) };
}
