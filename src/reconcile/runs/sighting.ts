import type { Call, RunVerbs, Try } from "../../adapters/adapter.ts";
import { AdapterError } from "../../domain/fault.ts";
import type { RunObservation } from "../../domain/run.ts";

/** What its provider says of one try that is asked for alone. Throws `AdapterError`. */
export async function sightingOf(verbs: RunVerbs, one: Try, call: Call): Promise<RunObservation> {
  const seen = (await verbs.observe([one], call)).get(one.run.name);
  if (seen instanceof AdapterError) throw seen;
  if (seen !== undefined) return seen;
  throw new AdapterError("bug", `Nothing was said of ${one.run.name}, which was asked for alone.`);
}
