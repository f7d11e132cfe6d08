/** Lines of text that nobody waits for. */
import { createWriteStream, type WriteStream } from "node:fs";
import { resolve } from "node:path";
import { finished } from "node:stream/promises";
import type { Settings } from "./config/settings.ts";
import type { AccessRules, LineOutput } from "./http/access-log.ts";
import { allOf } from "./http/setup-error.ts";
import { Lines } from "./lines.ts";
import type { Log } from "./log.ts";

/** How requests are written down by these settings. Rejects with {@link SetupError} when the file cannot be opened. */
export async function accessRulesOf({ access }: Settings, folder: string, log: Log): Promise<AccessRules | undefined> {
  if (access === undefined) return undefined;
  const { file, shortenAddresses } = access;
  const opening = file === undefined ? Promise.resolve(standardLines(log)) : openLines(resolve(folder, file), log);
  const outputs = await allOf([opening], () => ["log", "file"]);
  return outputs[0] === undefined ? undefined : { output: outputs[0], shortenAddresses };
}

/** Appends to a file, which is made where there is none, also anew when it has failed, as of a disk that was full. Rejects when it cannot be opened. */
async function openLines(file: string, log: Log): Promise<LineOutput> {
  const open = async (): Promise<WriteStream> => {
    // It says who asked for what: that is for the gateway's user alone.
    const stream = createWriteStream(file, { flags: "a", mode: 0o600 });
    await new Promise<void>((resolve, reject) => stream.once("open", () => resolve()).once("error", reject));
    return stream;
  };
  const lines = new Lines(await open(), { name: file, log, open });
  const close = async (): Promise<void> => {
    const stream = await lines.release();
    stream.on("error", () => {});
    stream.end();
    await finished(stream).catch(() => {});
  };
  return { write: (line) => lines.write(line), close };
}

/** Standard output, which stays open. */
function standardLines(log: Log): LineOutput {
  const lines = new Lines(process.stdout, { name: "standard output", log });
  return { write: (line) => lines.write(line), close: async () => void (await lines.release()) };
}
