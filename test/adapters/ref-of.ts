import type { UnitRef } from "../../src/adapters/adapter.ts";
import type { Unit } from "../../src/domain/plan.ts";

/** A unit as it can be found after its plan is gone. */
export function refOf({ id, name, project, environment, workload, place }: Unit): UnitRef {
  return { id, name, project, environment, workload, region: place.region, host: place.host };
}
