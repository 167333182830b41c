import { ApiProblem } from "./api-problem.ts";
import type { Command } from "./command.ts";
import { findCommand } from "./commands.ts";
import type { Context, ExitCode } from "./context.ts";
import { parseCommandLine } from "./parse-command-line.ts";
import { Refusal, refusalText } from "./refusal.ts";
import { Unreachable } from "./unreachable.ts";

/** Run one command line. Everything that goes wrong becomes sentences on stderr and an exit code; it never throws. */
export async function runCli(argv: readonly string[], ctx: Context): Promise<ExitCode> {
  try {
    const found = await findCommand(argv);
    return await runCommand(found.command, found.rest, ctx);
  } catch (error) {
    return await report(error, ctx);
  }
}

async function runCommand(command: Command, rest: readonly string[], ctx: Context): Promise<ExitCode> {
  const given = parseCommandLine(command, rest);
  if (given.on.has("help")) {
    const { commandHelp } = await import("./help.ts");
    ctx.stdout.write(commandHelp(command));
    return 0;
  }
  const plain = given.on.has("no-color") ? { ...ctx, settings: { ...ctx.settings, noColor: true } } : ctx;
  try {
    return await command.run(given, plain);
  } catch (error) {
    // Who asked for the API's own answer gets it for a "no" as well.
    const problem = error instanceof Refusal ? error.cause : error;
    if (given.on.has("json") && problem instanceof ApiProblem)
      ctx.stdout.write(`${JSON.stringify(problem.document, undefined, 2)}\n`);
    throw error;
  }
}

async function report(error: unknown, ctx: Context): Promise<ExitCode> {
  const refusal = await asRefusal(error, ctx);
  ctx.stderr.write(refusalText(refusal));
  return refusal.exit;
}

async function asRefusal(error: unknown, ctx: Context): Promise<Refusal> {
  if (error instanceof Refusal) return error;
  // Loaded when something goes wrong: what shows plans and offers is behind it.
  const { explainProblem, explainSilence } = await import("./explain-problem.ts");
  if (error instanceof ApiProblem) return explainProblem(error, ctx.stderr);
  if (error instanceof Unreachable) return explainSilence(error);
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new Refusal(1, "berth met a fault of its own; please report it with these lines", {
    details: [what],
  });
}
