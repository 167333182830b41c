import type { Call } from "../adapters/adapter.ts";
import { AdapterError } from "../domain/fault.ts";
import type { Unrecognised } from "../domain/observation.ts";
import type { Unit } from "../domain/plan.ts";
import { runRef } from "../domain/run.ts";
import type { Target } from "../store/instance.ts";
import type { UnitAt } from "../store/store.ts";
import type { ReconcilePorts } from "./ports.ts";
import { tryUnit } from "./runs/try-unit.ts";

/**
 * What carries our mark at a target and is not known to be there: a stranger is only reported; what this database has buried, a unit that
 * is gone or a try that is over, goes again. `units` are those the look was told of. One that cannot go keeps no other from it.
 */
export async function meetStrays(
  ports: ReconcilePorts,
  target: Target,
  strays: readonly Unrecognised[],
  units: readonly UnitAt[],
  call: Call,
): Promise<void> {
  for (const stray of strays) {
    try {
      await meet(ports, target, stray, units, call);
    } catch (error) {
      if (!(error instanceof AdapterError)) throw error;
      ports.log("warn", `${stray.name} at target ${target.name} could not be taken away: ${error.message}`);
    }
  }
}

async function meet(
  ports: ReconcilePorts,
  target: Target,
  stray: Unrecognised,
  units: readonly UnitAt[],
  call: Call,
): Promise<void> {
  const owner = units.find(({ unit }) => unit.id === stray.unit);
  if (owner !== undefined) return await meetTry(ports, target, stray, owner.unit, call);
  if (!(await isBuried(ports, stray))) return report(ports, target, stray);
  const { unit: id, name, project, environment = "", workload, region } = stray;
  ports.log("warn", `${name} is back at target ${target.name}: a call that came late made it again`);
  await ports.open(target).destroy({ id, name, project, environment, workload, region }, call);
}

// Only what is recorded proves anything: what has no record may be of a newer copy of this database, and still be wanted there.
async function meetTry(
  ports: ReconcilePorts,
  target: Target,
  stray: Unrecognised,
  unit: Unit,
  call: Call,
): Promise<void> {
  const { project, environment, workload } = unit;
  const found = await ports.store.attemptNamed({ project, environment }, workload, unit.id, stray.name);
  if (found === undefined) return report(ports, target, stray);
  const { run, attempt } = found;
  // It began after the units were read: its run sees to it.
  if (!attempt.released) return;
  ports.log(
    "warn",
    `${stray.name} is at target ${target.name} although it is over (run ${run.id}): it is stopped again`,
  );
  await ports.open(target).runs?.stop(tryUnit(unit, run, attempt), runRef(run, attempt), call);
}

// The ids are read first: a unit that is committed in between is then in neither list and counts as a stranger.
async function isBuried(ports: ReconcilePorts, stray: Unrecognised): Promise<boolean> {
  const { unit, project, environment, workload } = stray;
  if (environment === undefined) return false;
  const scope = { project, environment };
  if (!(await ports.store.unitIds(scope, workload)).has(unit)) return false;
  return (await ports.store.units(scope, workload)).every((stored) => stored.unit.id !== unit);
}

function report(ports: ReconcilePorts, target: Target, { name, detail }: Unrecognised): void {
  ports.log("warn", `unrecognised resource ${name} at target ${target.name}: ${detail}`);
}
