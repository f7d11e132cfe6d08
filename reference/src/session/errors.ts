/** Which side opened the TCP connection; it decides who speaks first and which numbers each side uses. */
export type Role = "dialer" | "listener";

/**
 * Why a connection ended or a stream on it was lost. `code` is stable and meant for programs, `message` for people,
 * `requirement` names the rule of the specification that made the node close, where there is one.
 */
export class ConnectionError extends Error {
  readonly code: string;
  readonly requirement: string | undefined;

  constructor(code: string, message: string, requirement?: string) {
    super(message);
    this.name = "ConnectionError";
    this.code = code;
    this.requirement = requirement;
  }
}

/**
 * The peer broke a rule, or a limit of time that binds it ran out. The connection is closed when one of these arises,
 * and nothing behind the input that caused it is acted on (FLT-SES-042).
 */
export class ProtocolError extends ConnectionError {
  declare readonly requirement: string;
  /** Where in the message body or in the stream of bytes the fault lies, counted from 0, where that is known. */
  readonly offset: number | undefined;

  constructor(code: string, requirement: string, message: string, offset?: number) {
    super(code, `${message} (${requirement})`, requirement);
    this.name = "ProtocolError";
    this.offset = offset;
  }
}
