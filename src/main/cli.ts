import { runCli } from "../cli/run.ts";
import { processContext } from "./cli-context.ts";

// Exit by running out of work, so that everything written to a pipe arrives.
process.exitCode = await runCli(process.argv.slice(2), processContext());
