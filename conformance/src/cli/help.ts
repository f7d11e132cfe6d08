export const HELP = `Tells whether a flatend node, in any language, conforms to the specification.

  npx flatend-conformance                                         judge the embedded reference node
  npx flatend-conformance --only 'session/**' --transcript out    some cases, each with its transcript
  npx flatend-conformance --explain FLT-SES-023                   a requirement, why it matters, its cases

Your own node:
  --target HOST:PORT       a node that already runs
  --exec COMMAND           a command that the kit starts, and starts again after a crash. {bind} in it becomes the
                           HOST:PORT to listen on, {bootstrap} the address of a peer: with it the dialing role is judged too. Words are split at white space,
                           quotes hold together, there is no shell: on Windows name programs with their ending
  --listen HOST:PORT       a node that dials the kit by itself, again and again: only its dialing role is judged
  (none)                   the embedded reference node, in a process of its own

Your own HTTP gateway, with the configuration of appendix C of the specification:
  --gateway HOST:PORT      its HTTP server; --target HOST:PORT says where it is reached as a node
  --gateway-bounded HOST:PORT
                           its server with small limits; without it what needs that is unimplemented
  --gateway-https HOST:PORT
  --gateway-redirect HOST:PORT
                           its HTTPS server, and the address that leads to it; without them HTTPS is unimplemented
  --gateway-exec COMMAND   a gateway that the kit starts: {config} becomes a file for flatend-gateway, {bind} the HOST:PORT
                           for nodes, {http}, {bounded}, {https} and {redirect} those for HTTP, {certificate} and {key} the
                           files for HTTPS. The file changes while it runs, and SIGTERM asks it to end
  --gateway-config         print that file with the ports 9000, 8080, 8081, 8443 and 8082

Which cases:
  --list                   all cases with their requirements
  --explain ID             one requirement or one case in full
  --only PATTERN           a glob over case ids, or a requirement id; repeatable
  --skip PATTERN           the same, left out; repeatable

How strictly:
  --profile NAME           base (default) or base-strict
  --strict                 a missed SHOULD counts, as with base-strict
  --known-failures FILE    TOML list of failures that are expected; a listed case that passes fails the run
  --update-expectations    bring that file up to date with this run, comments kept

How it runs:
  --timeout TIME           longest wait of one expectation (default 5s)
  --concurrency N          cases side by side (default 8)
  --seed N                 keys and order follow from it; printed with each run
  --verify N               run everything N times in shuffled order; verdicts that differ fail the run

Instead of cases:
  --fuzz TIME              draw conversations from the state tables, valid ones and ones with one fault, for 1s to 24h; each
                           kind of failure is made as small as it gets and saved in --out (default flatend-findings)
  --replay FILE            hold a saved conversation once more

What comes out:
  --reporter NAME          pretty (default) or json, on stdout; repeatable
  --out DIR                report.json, written whatever the exit code
  --transcript DIR         one annotated, decrypted transcript per case
  --help, --version

Exit codes: 0 conforms, 1 does not, 2 wrong usage, 3 incomplete (no case ran, interrupted, a prerequisite is missing), 4 target unreachable.
`;
