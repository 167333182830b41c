import type { Call, RunVerbs, Try, TrySightings } from "../../adapters/adapter.ts";
import { AdapterError } from "../../domain/fault.ts";
import type { RunObservation } from "../../domain/run.ts";

/** What its provider says of one try now. Throws `AdapterError`. */
export async function sightingOf(verbs: RunVerbs, one: Try, call: Call): Promise<RunObservation> {
  const seen = saidOf(await verbs.observe([one], call), one.run.name);
  if (seen !== undefined) return seen;
  throw new AdapterError("bug", `Nothing was said of ${one.run.name}, which was asked for alone.`);
}

/** What was said of a try among others; undefined where it was left out for now. Throws `AdapterError` where it cannot be told of. */
export function saidOf(sightings: TrySightings, name: string): RunObservation | undefined {
  const seen = sightings.get(name);
  if (seen instanceof AdapterError) throw seen;
  return seen;
}
