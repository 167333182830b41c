import { AdapterError } from "../../domain/fault.ts";
import type { Unit } from "../../domain/plan.ts";
import type { Call } from "../adapter.ts";
import type { Resource } from "./api.ts";
import type { Bench } from "./bench.ts";
import { grantWait, tryAgain } from "./grants.ts";
import { labelsOf, requireOwn } from "./labels.ts";
import { refuseUnusedLogins } from "./logins.ts";
import { planned } from "./planned.ts";
import { resourceNameOf, scaleChange } from "./render/documents.ts";
import { makeSecrets } from "./secrets.ts";
import { observationOf } from "./view.ts";

/** Makes a unit's service or pool, or gives the one that is there the unit's replicas. */
export async function applyUnit(bench: Bench, unit: Unit, call: Call) {
  const name = resourceNameOf(unit);
  if (name.collection === "jobs")
    throw new AdapterError("bug", `${unit.name} is a job's: its tries are started, and it is not applied.`);
  bench.seen.mayBeThere(unit.id);
  const there = await bench.api.run.get(name, call);
  if (there === undefined) await createUnit(bench, unit, call);
  else await change(bench, unit, there, call);
  const made = await bench.api.run.get(name, call);
  if (made === undefined) {
    const error = await bench.creations.errorOf(unit.name, call);
    throw new AdapterError(
      "unavailable",
      error === undefined
        ? `Google has accepted ${unit.name} and does not show it yet.`
        : `Google could not create ${unit.name}: ${error.message}`,
    );
  }
  requireOwn(unit.name, made.labels, unit.id, await bench.owner());
  return observationOf(bench, unit.id, made);
}

async function createUnit(bench: Bench, unit: Unit, call: Call): Promise<void> {
  const { document, secrets } = planned(unit, bench.config, await bench.owner());
  await refuseUnusedLogins(bench, unit, call);
  await makeSecrets(await bench.secrets(), unit, unit.name, secrets.secrets, call);
  try {
    const operation = await bench.api.run.create(resourceNameOf(unit), document, call);
    bench.creations.begin(unit.name, unit.place.region, operation);
  } catch (error) {
    // The name is taken: by an earlier call of ours whose answer was lost, or by somebody else. The look that follows tells.
    if (!(error instanceof AdapterError) || error.kind !== "conflict") throw error;
  }
}

async function change(bench: Bench, unit: Unit, there: Resource, call: Call): Promise<void> {
  const owner = await bench.owner();
  requireOwn(unit.name, there.labels, unit.id, owner);
  if (there.deleting) throw new AdapterError("conflict", `${unit.name} is being deleted.`);
  const rescaled = scaleChange(unit, there);
  if (rescaled !== undefined) await bench.api.run.update(there, rescaled, call);
  else if (grantWait(there, bench.now()) === "again")
    await bench.api.run.update(there, tryAgain(there, labelsOf(unit, owner), bench.now()), call);
}
