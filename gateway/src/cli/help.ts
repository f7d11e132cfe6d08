export const HELP = `flatend-gateway: HTTP in front of a mesh of flatend nodes

usage: flatend-gateway [run]      serve what the configuration file says, and reload it when it changes or on SIGHUP
       flatend-gateway check      tell whether the file is valid, and all that is wrong with it
       flatend-gateway explain    print what the file means, with every default, as TOML

  -c, --config FILE   configuration file (config.toml)
  -h, --host HOST     where other nodes reach the gateway (127.0.0.1); addr in the file goes before
  -p, --port PORT     and at which port (9000)
      --help
      --version

A file to begin with:

  addr = "127.0.0.1:9000"

  [[http]]
  addr = ":3000"

  [[http.routes]]
  path = "GET /hello"
  service = "hello_world"

exit code: 0 stopped by a signal, or valid; 1 it cannot run; 2 wrong usage or wrong configuration
`;
