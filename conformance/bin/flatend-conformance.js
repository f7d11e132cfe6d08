#!/usr/bin/env node
import { main } from "../dist/main.js";

const code = await main(process.argv.slice(2));
// Not left to the end of all handles: an interrupted run may leave a wait behind, and Node.js 20 can turn in circles for ever over
// a socket that a target reset while it was being closed. Output has a second to reach a slow pipe.
setTimeout(() => process.exit(code), 1000);
process.stdout.write("", () => process.exit(code));
