import { Fault } from "../domain/fault.ts";
import { isOver, RUNS_KEPT, type Run } from "../domain/run.ts";
import type { Store } from "../store/store.ts";
import { runView, runWithAttempts } from "./run-view.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";

const POLL_MS = 200;

type RunReads = { readonly store: Pick<Store, "run" | "runs" | "attempts" | "workload"> };

/** Runs of a job, newest first, and the time to go on before where there are more. Also of a job that is gone. */
export async function listRuns(
  ports: RunReads,
  caller: Caller,
  name: string,
  query: { readonly before?: number | undefined; readonly limit: number },
) {
  const rows = await ports.store.runs(scopeOf(caller), name, { ...query, limit: query.limit + 1 });
  if (rows.length === 0 && (await ports.store.workload(scopeOf(caller), name)) === undefined)
    throw new Fault(
      "not-found",
      `There is no workload ${name} in ${caller.project.name}/${caller.environment}.`,
    );
  const page = rows.slice(0, query.limit);
  return { runs: page.map(runView), next: rows.length > page.length ? page.at(-1)?.createdAt : undefined };
}

/** The run's row, or `not-found`. */
export async function findRun(
  ports: { readonly store: Pick<Store, "run"> },
  caller: Caller,
  name: string,
  id: string,
): Promise<Run> {
  const run = await ports.store.run(scopeOf(caller), name, id);
  if (run === undefined)
    throw new Fault(
      "not-found",
      `There is no run ${id} of ${name} in ${caller.project.name}/${caller.environment}; the newest ${RUNS_KEPT} are kept.`,
    );
  return run;
}

/** A run with each of its tries. */
export async function readRun(ports: RunReads, caller: Caller, name: string, id: string) {
  const run = await findRun(ports, caller, name, id);
  return runWithAttempts(run, await ports.store.attempts(scopeOf(caller), name, id));
}

/**
 * The run once it has succeeded. Throws `run-failed` as soon as it has ended otherwise, and `not-ready-yet` (504, with Retry-After) when
 * the time is up.
 */
export async function waitForRun(
  ports: RunReads & Pick<Ports, "now" | "sleep">,
  caller: Caller,
  name: string,
  id: string,
  wait: { readonly timeoutSeconds: number; readonly signal: AbortSignal },
) {
  const end = ports.now() + wait.timeoutSeconds * 1_000;
  for (;;) {
    const run = await findRun(ports, caller, name, id);
    const isLate = ports.now() >= end || wait.signal.aborted;
    if (isOver(run) || isLate) {
      const view = runWithAttempts(run, await ports.store.attempts(scopeOf(caller), name, id));
      if (run.state === "succeeded") return view;
      const why = run.stateReason === undefined ? "" : `: ${run.stateReason}`;
      if (isOver(run))
        throw new Fault("run-failed", `Run ${id} of ${name} ${ENDED[run.state] ?? run.state}${why}`, {
          extra: { run: view },
        });
      throw new Fault(
        "not-ready-yet",
        `Run ${id} is ${view.state} after ${wait.timeoutSeconds} s; ask again.`,
        {
          extra: { run: view },
          retryAfterSeconds: 1,
        },
      );
    }
    await ports.sleep(Math.min(POLL_MS, Math.max(0, end - ports.now())), wait.signal);
  }
}

const ENDED: Readonly<Partial<Record<Run["state"], string>>> = { failed: "failed", stopped: "was stopped" };
