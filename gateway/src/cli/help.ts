import { COMMANDS } from "../admin/command-list.ts";

/** Columns of the form of a command. */
const WIDTH = 31;
const asked = Object.entries(COMMANDS)
  .map(([name, { operands, about }]) => `  ${`${name} ${operands}`.padEnd(WIDTH)} ${about}\n`)
  .join("");

export const HELP = `flatend-gateway: HTTP in front of a mesh of flatend nodes

usage: flatend-gateway [run]      serve what the configuration file says, and reload it when it changes or on SIGHUP
       flatend-gateway check      tell whether the file is valid, and all that is wrong with it
       flatend-gateway explain    print what the file means, with every default, as TOML

commands to the gateway that runs with this file, by its admin.socket:

${asked}  ${"repl".padEnd(WIDTH)} these commands line by line, with history and completion

  -c, --config FILE   configuration file (config.toml)
  -h, --host HOST     where other nodes reach the gateway (127.0.0.1); addr in the file goes before
  -p, --port PORT     and at which port (9000)
      --json          answers as JSON
      --help
      --version

A file to begin with:

  addr = "127.0.0.1:9000"

  [[http]]
  addr = ":3000"

  [[http.routes]]
  path = "GET /hello"
  service = "hello_world"

exit code: 0 stopped by a signal, valid, or done; 1 it cannot run, or a command cannot be done; 2 wrong usage or wrong configuration
`;
