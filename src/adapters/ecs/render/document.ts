import { AdapterError } from "../../../domain/fault.ts";
import type { Unit } from "../../../domain/plan.ts";
import { type EcsConfig, type EcsRegion, regionIn } from "../config.ts";
import { wayOfUnit } from "../way.ts";
import type { Rendering } from "./container.ts";
import { extensionOf, refuseDropped } from "./extension.ts";
import { renderExpress, renderRun, renderService } from "./service.ts";
import { renderTaskDefinition } from "./task-definition.ts";
import { splitTry } from "./try.ts";

/** What a unit's calls are rendered from. Throws `AdapterError` "invalid" for an `x-ecs` that cannot be taken. */
export function renderingOf(unit: Unit, config: EcsConfig): Rendering {
  const way = wayOfUnit(unit, config);
  const extension = extensionOf(unit.template["x-ecs"]);
  const hasTaskRole = config.roles.task !== undefined;
  refuseDropped(extension, { way, singleton: unit.template.singleton, hasTaskRole });
  return { unit, config, way, extension };
}

/**
 * The calls that make a unit: `registerTaskDefinition`, then one of `createExpressGatewayService`, `createService` and `runTask`.
 * Where a call needs an ARN that AWS gives, the name stands that it is given for.
 */
export function renderDocument(unit: Unit, config: EcsConfig): object {
  const { unit: shared, variables } = splitTry(unit);
  const rendering = renderingOf(shared, config);
  const registerTaskDefinition = renderTaskDefinition(rendering);
  const naming = { region: regionOfUnit(unit, config), taskDefinition: registerTaskDefinition.family ?? "" };
  if (rendering.way === "job")
    return { registerTaskDefinition, runTask: renderRun(rendering, naming, { name: unit.name, variables }) };
  return rendering.way === "express"
    ? { registerTaskDefinition, createExpressGatewayService: renderExpress(rendering, naming) }
    : { registerTaskDefinition, createService: renderService(rendering, naming) };
}

/** The region of a unit. Throws `AdapterError` "invalid" when its target does not name that region any more. */
export function regionOfUnit(unit: Unit, config: EcsConfig): EcsRegion {
  const region = regionIn(config, unit.place.region);
  if (region !== undefined) return region;
  const named = config.regions.map((one) => one.region).join(", ");
  throw new AdapterError(
    "invalid",
    `The target does not name the region ${unit.place.region} but ${named}: add it to the target, or place the workload elsewhere.`,
  );
}
