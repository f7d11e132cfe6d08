/** Why a command was not done: it was not written as it should be (`usage`), or it could not be done (`failed`). */
export type CommandFault = "usage" | "failed";

export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly code: CommandFault;

  constructor(code: CommandFault, message: string) {
    super(message);
    this.code = code;
  }
}
