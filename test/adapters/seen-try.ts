import type { RunVerbs } from "../../src/adapters/adapter.ts";
import type { Unit } from "../../src/domain/plan.ts";
import type { RunObservation, RunRef } from "../../src/domain/run.ts";
import { sightingOf } from "../../src/reconcile/runs/sighting.ts";
import { call } from "./fixtures.ts";

/** What is said of one try that is asked for alone. */
export async function seenTry(
  runs: RunVerbs | undefined,
  unit: Unit,
  run: RunRef,
  given = call(),
): Promise<RunObservation> {
  if (runs === undefined) throw new Error("nothing runs jobs here");
  return await sightingOf(runs, { unit, run }, given);
}
