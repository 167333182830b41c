import { AdapterError } from "../../domain/fault.ts";
import type { Unit } from "../../domain/plan.ts";
import type { RunObservation, RunRef } from "../../domain/run.ts";
import type { Call, RunVerbs } from "../adapter.ts";
import type { Execution, Resource, ResourceName } from "./api.ts";
import type { Bench } from "./bench.ts";
import { checkAgain, tryWait } from "./grants.ts";
import { requireOwn } from "./labels.ts";
import { refuseUnusedLogins } from "./logins.ts";
import { lastLinesOf } from "./logs.ts";
import { planned } from "./planned.ts";
import { makeSecrets, removeSecrets } from "./secrets.ts";
import { resourceNameOf } from "./render/documents.ts";
import { hasEnded, runObservationOf } from "./view.ts";

/**
 * Tries of jobs. A try is a Cloud Run job of its own, created with the one execution it will ever have (startExecutionToken):
 * creating it twice is refused by its name, where `jobs.run` twice would run it twice.
 */
export function cloudRunRuns(bench: Bench): RunVerbs {
  return {
    async start(unit, run, call) {
      const there = await bench.api.run.get(nameOf(unit, run), call);
      if (there !== undefined) return await stateOf(bench, unit, run, there, call);
      const { document, secrets } = planned(unit, bench.config, await bench.owner(), run);
      await refuseUnusedLogins(bench, unit, call);
      await makeSecrets(await bench.secrets(), unit, run.name, secrets.secrets, call);
      try {
        const operation = await bench.api.run.create(nameOf(unit, run), document, call);
        if (operation.error !== undefined)
          throw new AdapterError("invalid", `Google: ${operation.error.message}`);
        bench.creations.begin(run.name, unit.place.region, operation);
      } catch (error) {
        if (!(error instanceof AdapterError) || error.kind !== "conflict") throw error;
      }
      const made = await bench.api.run.get(nameOf(unit, run), call);
      return made === undefined ? startingAt(bench.now()) : await stateOf(bench, unit, run, made, call);
    },
    async observe(unit, run, call) {
      const job = await bench.api.run.get(nameOf(unit, run), call);
      if (job !== undefined) return await stateOf(bench, unit, run, job, call);
      const error = await bench.creations.errorOf(run.name, call);
      if (error !== undefined) return failedAt(bench.now(), `Google could not create it: ${error.message}`);
      return { ...startingAt(bench.now()), phase: "unknown", reason: "Google has no such job (any more)." };
    },
    async stop(unit, run, call) {
      const job = await bench.api.run.get(nameOf(unit, run), call);
      if (job === undefined)
        return (await removeSecrets(await bench.secrets(), { resource: run.name, unit: unit.id }, call))
          ? "stopped"
          : "stopping";
      requireOwn(run.name, job.labels, unit.id, await bench.owner());
      if (!job.deleting) await endJob(bench, job, call);
      return "stopping";
    },
  };
}

/** Cancels what still runs of a try; asked again, deletes its job. */
export async function endJob(bench: Bench, job: Resource, call: Call): Promise<void> {
  const execution = await executionOf(bench, job, call);
  if (execution !== undefined && !hasEnded(execution)) await cancelOnce(bench, job, execution, call);
  else await deleteOnce(bench, job, call);
}

const nameOf = (unit: Unit, run: RunRef): ResourceName => resourceNameOf(unit, run.name);

async function stateOf(
  bench: Bench,
  unit: Unit,
  run: RunRef,
  job: Resource,
  call: Call,
): Promise<RunObservation> {
  requireOwn(job.id, job.labels, unit.id, await bench.owner());
  const waiting = await awaitGrant(bench, unit, run, job, call);
  if (waiting !== undefined) return waiting;
  const execution = await executionOf(bench, job, call);
  const wantsTask = hasEnded(execution) && (execution?.succeeded ?? 0) === 0;
  const tasks = wantsTask && execution ? await bench.api.run.tasks(job, execution.id, call) : [];
  const seen = runObservationOf(job, execution, tasks[0], bench.now());
  if (seen.phase !== "failed") return seen;
  return { ...seen, lastLines: await lastLinesOf(bench, job, call) };
}

// Nothing of it has run, so it is no try that failed: until the grant must have arrived it is one that has not begun.
async function awaitGrant(
  bench: Bench,
  unit: Unit,
  run: RunRef,
  job: Resource,
  call: Call,
): Promise<RunObservation | undefined> {
  const wait = tryWait(job, run.startedAt ?? job.createdAt ?? 0, bench.now());
  if (wait === "no") return undefined;
  if (wait === "again") {
    const { document } = planned(unit, bench.config, await bench.owner(), run);
    await bench.api.run.update(nameOf(unit, run), checkAgain(job, document, bench.now()), call);
  }
  const reason = `It waits for the right to read its secrets, which takes Google minutes to be seen: ${job.terminal?.message ?? ""}`;
  return { ...startingAt(bench.now()), reason };
}

async function executionOf(bench: Bench, job: Resource, call: Call): Promise<Execution | undefined> {
  return job.execution === undefined ? undefined : await bench.api.run.execution(job, job.execution, call);
}

// An execution that has just ended by itself refuses to be cancelled; the next look finds it ended.
async function cancelOnce(bench: Bench, job: Resource, execution: Execution, call: Call): Promise<void> {
  await unlessMoved(() => bench.api.run.cancel(job, execution.id, call));
}

async function deleteOnce(bench: Bench, job: Resource, call: Call): Promise<void> {
  await unlessMoved(() => bench.api.run.remove(job, job.etag, call));
}

async function unlessMoved(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    const moved = error instanceof AdapterError && (error.kind === "conflict" || error.kind === "invalid");
    if (!moved) throw error;
  }
}

const startingAt = (now: number): RunObservation => ({ phase: "starting", lastLines: [], at: now });
const failedAt = (now: number, reason: string): RunObservation => ({
  phase: "failed",
  reason,
  lastLines: [],
  at: now,
});
