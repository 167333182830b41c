import { AdapterError } from "../../domain/fault.ts";
import type { Call, RunVerbs } from "../adapter.ts";
import type { Execution, Resource } from "./api.ts";
import type { Bench } from "./bench.ts";
import { requireOwn } from "./labels.ts";
import { refuseUnusedLogins } from "./logins.ts";
import { observeTries } from "./observe-tries.ts";
import { planned } from "./planned.ts";
import { makeSecrets, removeSecrets } from "./secrets.ts";
import { executionOf, startingAt, tryName, tryState } from "./try-state.ts";
import { hasEnded } from "./view.ts";

/**
 * Tries of jobs. A try is a Cloud Run job of its own, created with the one execution it will ever have (startExecutionToken):
 * creating it twice is refused by its name, where `jobs.run` twice would run it twice.
 */
export function cloudRunRuns(bench: Bench): RunVerbs {
  return {
    async start(unit, run, call) {
      const there = await bench.api.run.get(tryName(unit, run), call);
      if (there !== undefined) return await tryState(bench, { unit, run }, there, call);
      const { document, secrets } = planned(unit, bench.config, await bench.owner(), run);
      await refuseUnusedLogins(bench, unit, call);
      await makeSecrets(await bench.secrets(), unit, run.name, secrets.secrets, call);
      try {
        const operation = await bench.api.run.create(tryName(unit, run), document, call);
        if (operation.error !== undefined)
          throw new AdapterError("invalid", `Google: ${operation.error.message}`);
        bench.creations.begin(run.name, unit.place.region, operation);
      } catch (error) {
        if (!(error instanceof AdapterError) || error.kind !== "conflict") throw error;
      }
      const made = await bench.api.run.get(tryName(unit, run), call);
      return made === undefined ? startingAt(bench.now()) : await tryState(bench, { unit, run }, made, call);
    },
    observe: (tries, call) => observeTries(bench, tries, call),
    async stop(unit, run, call) {
      const job = await bench.api.run.get(tryName(unit, run), call);
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
