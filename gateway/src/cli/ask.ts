/** One command to a running gateway, and its answer. */
import { dirname } from "node:path";
import { CommandError } from "../admin/command-error.ts";
import { socketName } from "../admin/socket-path.ts";
import { ConfigurationError, loadAdminSocket } from "../config/load.ts";
import { AttachError, Attachment } from "./attach.ts";
import { render, safe } from "./print.ts";

export interface Output {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

/** The gateway that runs with this file. Rejects with ConfigurationError, also where the file names no socket, and with {@link AttachError}. */
export async function attach(file: string): Promise<Attachment> {
  const socket = await loadAdminSocket(file);
  if (socket === undefined)
    throw new ConfigurationError(`${file}: expected admin.socket, by which a running gateway is reached, got none`);
  return Attachment.open(socketName(dirname(file), socket));
}

/** Prints the answer, as JSON where that is wanted. Resolves with the exit code: 0 done, 1 it could not be done, 2 wrong usage. */
export async function ask(
  gateway: Pick<Attachment, "ask">,
  {
    command,
    operands,
    json,
  }: { readonly command: string; readonly operands: readonly string[]; readonly json: boolean },
  { out, error }: Output,
): Promise<number> {
  try {
    const result = await gateway.ask(command, operands);
    out(json ? `${JSON.stringify(result, undefined, 2)}\n` : render(result));
    return 0;
  } catch (fault) {
    if (!(fault instanceof CommandError || fault instanceof AttachError)) throw fault;
    error(`flatend-gateway: ${fault.message.split("\n").map(safe).join("\n")}\n`);
    return fault instanceof CommandError && fault.code === "usage" ? 2 : 1;
  }
}
