import { isOver } from "../domain/run.ts";
import type { Client } from "./client.ts";
import type { Given } from "./command.ts";
import type { Context, ExitCode } from "./context.ts";
import { followRun } from "./follow-run.ts";
import { printJson } from "./print-json.ts";
import { runText, type RunView } from "./run-text.ts";
import { widthOf } from "./width.ts";

/** A run that somebody waits for. */
interface Waiting {
  readonly client: Client;
  readonly ctx: Context;
  readonly given: Given;
  readonly run: Pick<RunView, "id" | "workload">;
}

/** Wait for a run and say how it ended. 0 only if it succeeded. */
export async function reportRun({ client, ctx, given, run }: Waiting, waitMs: number): Promise<ExitCode> {
  ctx.stderr.write(`waiting for ${run.id} of ${run.workload}\n`);
  const ended = await followRun(client, ctx, run, waitMs);
  if (given.on.has("json")) printJson(ctx, ended);
  else ctx.stdout.write(runText(ended, ctx.now(), widthOf(ctx.stdout)));
  if (!isOver(ended)) ctx.stderr.write(`it goes on:  berth runs ${run.workload} ${run.id}\n`);
  return ended.state === "succeeded" ? 0 : 1;
}
