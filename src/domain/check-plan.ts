import type { Plan, Unit } from "./plan.ts";

/**
 * What is incoherent about a plan, as sentences; none for a sound one. A plan that has any is never committed. `standing` are the
 * units of the workload that are wanted now: those of the parent may be spent already.
 */
export function checkPlan(
  plan: Plan,
  parent: Plan | undefined,
  standing: readonly Unit[],
): readonly string[] {
  return [
    ...duplicates(plan.units),
    ...plan.units.flatMap((unit) => checkUnit(plan, unit)),
    ...checkStops(plan, standing),
    ...checkLineage(plan, parent),
    ...checkPrice(plan),
  ];
}

function duplicates(units: readonly Unit[]): readonly string[] {
  const ids = units.map((unit) => unit.id);
  const names = units.map((unit) => unit.name);
  return [
    ...(new Set(ids).size === ids.length ? [] : ["two units share an id"]),
    ...(new Set(names).size === names.length ? [] : ["two units share a provider-side name"]),
  ];
}

function checkUnit(plan: Plan, unit: Unit): readonly string[] {
  const problems: string[] = [];
  const say = (bad: boolean, sentence: string) => {
    if (bad) problems.push(`unit ${unit.name}: ${sentence}`);
  };
  say(unit.project !== plan.project || unit.environment !== plan.environment, "belongs to another tenant");
  say(unit.workload !== plan.workload, "belongs to another workload");
  say(unit.birth > plan.generation, "was born after its plan");
  // None at all is a workload that is stopped.
  say(unit.replicas.min < 0 || unit.replicas.max < unit.replicas.min, "has impossible replicas");
  say(unit.shape.milliCpu < unit.template.resources.milliCpu, "has less CPU than was asked for");
  say(unit.shape.memoryMiB < unit.template.resources.memoryMiB, "has less memory than was asked for");
  say(unit.place.target === undefined, "is placed where no target is connected");
  say(unit.template.singleton && unit.replicas.max > 1, "is a singleton with several replicas");
  return problems;
}

function checkStops(plan: Plan, standing: readonly Unit[]): readonly string[] {
  const wanted = new Set(plan.units.map((unit) => unit.id));
  const both = Object.keys(plan.stops).filter((id) => wanted.has(id));
  const singles = plan.units.filter((unit) => unit.template.singleton).length;
  const replaced = standing.filter((unit) => unit.template.singleton && !wanted.has(unit.id));
  return [
    ...both.map((id) => `unit ${id} is both wanted and stopped`),
    ...(singles > 1 ? ["a singleton is placed twice"] : []),
    ...replaced
      .filter((unit) => plan.stops[unit.id] === undefined)
      .map((unit) => `singleton ${unit.name} would run beside its replacement`),
  ];
}

function checkLineage(plan: Plan, parent: Plan | undefined): readonly string[] {
  if (parent === undefined) return plan.parent === undefined ? [] : ["its parent is unknown"];
  return [
    ...(parent.id === plan.parent ? [] : ["its parent is another plan"]),
    ...(parent.generation < plan.generation ? [] : ["its parent is not older"]),
    ...(parent.workload === plan.workload && parent.project === plan.project
      ? []
      : ["its parent is a stranger's"]),
  ];
}

function checkPrice(plan: Plan): readonly string[] {
  return plan.units.length > 0 && plan.price === undefined ? ["it has units and no price"] : [];
}
