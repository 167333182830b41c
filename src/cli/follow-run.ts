import type { FaultCode } from "../domain/fault.ts";
import { isOver } from "../domain/run.ts";
import { ApiProblem } from "./api-problem.ts";
import type { Client } from "./client.ts";
import type { Context } from "./context.ts";
import { isRecord } from "./is-record.ts";
import type { RunView, RunWithAttempts } from "./run-text.ts";

/** The longest one call waits, seconds; the API's own bound is 60 (DESIGN.md, HTTP contract). */
const WAIT_SECONDS = 30;
const WAIT_MARGIN_MS = 15_000;

/** Wait until a run has ended, the time is up, or the person leaves; the run as it was seen last, with its tries. */
export async function followRun(
  client: Client,
  ctx: Context,
  run: Pick<RunView, "id" | "workload">,
  timeoutMs: number,
): Promise<RunWithAttempts> {
  const path = `/v1/workloads/${encodeURIComponent(run.workload)}/runs/${encodeURIComponent(run.id)}`;
  const endsAt = ctx.now() + timeoutMs;
  for (;;) {
    const seconds = Math.min(WAIT_SECONDS, Math.max(1, Math.ceil((endsAt - ctx.now()) / 1_000)));
    const seen = await ask(client, path, seconds);
    if (isOver(seen) || ctx.signal.aborted || ctx.now() >= endsAt) return seen;
  }
}

async function ask(client: Client, path: string, seconds: number): Promise<RunWithAttempts> {
  try {
    const { body } = await client.call<RunWithAttempts>({
      method: "GET",
      path,
      query: { wait: "done", timeoutSeconds: String(seconds) },
      timeoutMs: seconds * 1_000 + WAIT_MARGIN_MS,
      patient: true,
    });
    return body;
  } catch (error) {
    const run = error instanceof ApiProblem && ANSWERS.has(error.code) ? error.document["run"] : undefined;
    if (!isRun(run)) throw error;
    return run;
  }
}

const ANSWERS: ReadonlySet<string> = new Set<FaultCode>(["not-ready-yet", "run-failed"]);

// Only the broker's own wait answers carry a run, and always whole (`broker/read-runs.ts`).
function isRun(value: unknown): value is RunWithAttempts {
  return isRecord(value) && typeof value["state"] === "string" && Array.isArray(value["attempts"]);
}
