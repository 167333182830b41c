import type { KnownUnits } from "../../src/adapters/adapter.ts";
import type { Unit } from "../../src/domain/plan.ts";
import { knownUnit } from "../../src/reconcile/known-units.ts";

/** What a look is told of these units, none of which has a try. */
export function knownOf(...units: readonly Unit[]): KnownUnits {
  return new Map(units.map((unit) => [unit.id, knownUnit(unit, [])]));
}

/** What a look is told of a job's unit with these tries. */
export function knownWith(unit: Unit, tries: readonly string[]): KnownUnits {
  return new Map([[unit.id, knownUnit(unit, tries)]]);
}
