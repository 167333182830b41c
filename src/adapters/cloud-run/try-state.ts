import type { Unit } from "../../domain/plan.ts";
import type { RunObservation, RunRef } from "../../domain/run.ts";
import type { Call, Try } from "../adapter.ts";
import type { Execution, Resource, ResourceName } from "./api.ts";
import type { Bench } from "./bench.ts";
import { checkAgain, tryWait } from "./grants.ts";
import { requireOwn } from "./labels.ts";
import { lastLinesOf } from "./logs.ts";
import { planned } from "./planned.ts";
import { resourceNameOf } from "./render/documents.ts";
import { hasEnded, runObservationOf } from "./view.ts";

/** The job that a try is. */
export const tryName = (unit: Unit, run: RunRef): ResourceName => resourceNameOf(unit, run.name);

/** How a try stands by its job, whose execution is read, and its task and log where it has failed. Throws `AdapterError` where it is not ours. */
export async function tryState(bench: Bench, one: Try, job: Resource, call: Call): Promise<RunObservation> {
  const waiting = await waitingTry(bench, one, job, call);
  if (waiting !== undefined) return waiting;
  const execution = await executionOf(bench, job, call);
  const wantsTask = hasEnded(execution) && (execution?.succeeded ?? 0) === 0;
  const tasks = wantsTask && execution ? await bench.api.run.tasks(job, execution.id, call) : [];
  const seen = runObservationOf(job, execution, tasks[0], bench.now());
  if (seen.phase === "running") bench.tryReads.note(one.run.name, bench.now());
  if (seen.phase !== "failed") return seen;
  return { ...seen, lastLines: await lastLinesOf(bench, job, call) };
}

/** The same by the job as a list shows it, which has not ended: nothing is read. Throws `AdapterError` where it is not ours. */
export async function listedTryState(
  bench: Bench,
  one: Try,
  job: Resource,
  call: Call,
): Promise<RunObservation> {
  const waiting = await waitingTry(bench, one, job, call);
  const runs = job.executionStage === "running";
  return waiting ?? { ...startingAt(bench.now()), phase: runs ? "running" : "starting" };
}

/** The newest execution of a try's job. */
export async function executionOf(bench: Bench, job: Resource, call: Call): Promise<Execution | undefined> {
  return job.execution === undefined ? undefined : await bench.api.run.execution(job, job.execution, call);
}

/** A try that has not begun. */
export const startingAt = (now: number): RunObservation => ({ phase: "starting", lastLines: [], at: now });

// Nothing of it has run, so it is no try that failed: until the grant must have arrived it is one that has not begun.
async function waitingTry(
  bench: Bench,
  { unit, run }: Try,
  job: Resource,
  call: Call,
): Promise<RunObservation | undefined> {
  const owner = await bench.owner();
  requireOwn(job.id, job.labels, unit.id, owner);
  const wait = tryWait(job, run.startedAt ?? job.createdAt ?? 0, bench.now());
  if (wait === "no") return undefined;
  if (wait === "again") {
    const { document } = planned(unit, bench.config, owner, run);
    await bench.api.run.update(tryName(unit, run), checkAgain(job, document, bench.now()), call);
  }
  const reason = `It waits for the right to read its secrets, which takes Google minutes to be seen: ${job.terminal?.message ?? ""}`;
  return { ...startingAt(bench.now()), reason };
}
