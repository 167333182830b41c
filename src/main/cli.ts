#!/usr/bin/env node
import { enableCompileCache } from "node:module";

// Stripping types from some thirty files costs more than running them; the second start takes them from the cache.
enableCompileCache();

const { processContext } = await import("./cli-context.ts");
const { runCli } = await import("../cli/run.ts");

// Exit by running out of work, so that everything written to a pipe arrives.
process.exitCode = await runCli(process.argv.slice(2), processContext());
