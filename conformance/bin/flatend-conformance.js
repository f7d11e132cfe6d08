#!/usr/bin/env node
import { main } from "../dist/main.js";

process.exitCode = await main(process.argv.slice(2));
// An interrupted run may leave a wait behind. Output has a second to reach a slow pipe; nothing else is worth waiting for.
setTimeout(() => process.exit(), 1000).unref();
