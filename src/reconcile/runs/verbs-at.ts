import type { RunVerbs } from "../../adapters/adapter.ts";
import { AdapterError } from "../../domain/fault.ts";
import type { Attempt } from "../../domain/run.ts";
import type { RunClaim, StoredUnit } from "../../store/store.ts";
import type { ReconcilePorts } from "../ports.ts";

/** The unit that a try runs as. */
export function unitOf({ units }: Pick<RunClaim, "units">, attempt: Attempt): StoredUnit {
  const unit = units.find((stored) => stored.unit.id === attempt.unit);
  if (unit === undefined) throw new Error(`the unit of ${attempt.name} is no longer known`);
  return unit;
}

/** What runs jobs where a unit is. Throws where its target is gone, and `AdapterError` where that runs none. */
export async function verbsAt(
  ports: Pick<ReconcilePorts, "store" | "open">,
  { unit, targetId }: StoredUnit,
): Promise<RunVerbs> {
  const target = targetId === undefined ? undefined : await ports.store.targetById(targetId);
  if (target === undefined) throw new Error(`target ${unit.place.target} is no longer connected`);
  const { runs } = ports.open(target);
  if (runs !== undefined) return runs;
  throw new AdapterError("invalid", `Target ${target.name} runs no jobs: place ${unit.workload} elsewhere.`);
}
