import type { KnownUnit, KnownUnits } from "../adapters/adapter.ts";
import type { Unit } from "../domain/plan.ts";
import type { UnitAt } from "../store/store.ts";

/** The units of a target, as a look at it is told of them. */
export function knownUnits(units: readonly UnitAt[]): KnownUnits {
  return new Map(units.map(({ unit, tries }) => [unit.id, knownUnit(unit, tries)]));
}

/** One unit, as a look is told of it, with the names of its tries. */
export function knownUnit(
  { place, template }: Pick<Unit, "place" | "template">,
  tries: readonly string[],
): KnownUnit {
  return {
    region: place.region,
    isJob: template.kind === "job",
    isRouted: template.route !== undefined,
    tries: new Set(tries),
  };
}
