/** What may be asked of a running gateway. */

interface CommandNote {
  /** How its operands are written. */
  readonly operands: string;
  readonly about: string;
  /** How many operands it takes. */
  readonly least: number;
  readonly most: number;
}

export const COMMANDS = {
  status: { operands: "", about: "the gateway in short", least: 0, most: 0 },
  peers: { operands: "", about: "nodes it is connected to", least: 0, most: 0 },
  services: { operands: "", about: "services, who offers them and which routes name them", least: 0, most: 0 },
  routes: { operands: "", about: "routes that are in use", least: 0, most: 0 },
  call: {
    operands: "SERVICE [HEADERS [BODY]]",
    about: "call a service; HEADERS is a JSON object",
    least: 1,
    most: 3,
  },
  trace: {
    operands: "[METHOD] PATH|URL",
    about: "make a request without a body and follow it: route, providers, times",
    least: 1,
    most: 2,
  },
  certificates: { operands: "", about: "certificates that are served, and when they end", least: 0, most: 0 },
  "log-level": {
    operands: "[LEVEL]",
    about: "how much the gateway tells, or from now on: debug, info, warn or error",
    least: 0,
    most: 1,
  },
  reload: { operands: "", about: "read the configuration file again", least: 0, most: 0 },
  drain: { operands: "", about: "stop, once the requests that run have finished", least: 0, most: 0 },
} as const satisfies Readonly<Record<string, CommandNote>>;

export type CommandName = keyof typeof COMMANDS;

export const isCommand = (text: string): text is CommandName => Object.hasOwn(COMMANDS, text);
