import type { Plan } from "../../src/domain/plan.ts";
import type { Store, StoredUnit } from "../../src/store/store.ts";
import { JOBS, LAST_MOMENT } from "./jobs.ts";
import { lostTries } from "./lost-history.ts";
import { SUBJECTS } from "./operations.ts";
import { runFindings } from "./run-ledger.ts";
import type { Resource } from "./truth.ts";
import type { World } from "./world.ts";

/** Notes a violation when something of a workload that must never run twice does, anywhere. */
export function singlesTwice(world: World, singles: readonly string[]): void {
  // An older copy of the database cannot know what the lost part of its history has started.
  if (world.restored || world.violations.length > 0) return;
  const resources = world.truth.resources();
  for (const name of singles) {
    const running = resources.filter(({ workload }) => workload === name);
    if (running.length <= 1 && (running[0]?.replicas ?? 0) <= 1) continue;
    world.violated(`${name} runs twice: ${running.map(({ unit, at }) => `${unit} at ${at}`).join(", ")}`);
  }
}

/** What is not yet as it should be at rest, as sentences: none when the world has converged. */
export async function findings(world: World, store: Store): Promise<readonly string[]> {
  const resources = world.truth.resources();
  const scope = { project: world.caller.project.id, environment: world.caller.environment };
  const wanted = new Set<string>();
  const found: string[] = [];
  for (const { name } of SUBJECTS) found.push(...(await judge(store, scope, name, resources, wanted)));
  const lost = await lostTries(world, store);
  const [names, held] = [new Set(lost.map(({ name }) => name)), new Set(lost.map(({ unit }) => unit))];
  for (const { name } of JOBS) {
    found.push(
      ...(await judgeJob(store, scope, name, world.clock(), held)),
      ...(await runFindings(world, store, name, names)),
    );
  }
  // What the lost part of history has begun may stay: nobody knows of it any more.
  const left = world.restored ? [] : world.truth.triesLeft();
  found.push(...left.map((name) => `the try ${name} is left in its account`));
  for (const { unit, at, workload } of resources) {
    if (wanted.has(unit)) continue;
    const state = world.ledger.stateOf(unit);
    // Only what the lost part of history made may stay: it is reported, and nobody removes it on a guess.
    if (state === undefined && world.restored) continue;
    found.push(`orphan ${unit} of ${workload} at ${at}, its row is ${state ?? "not there"}`);
  }
  return found;
}

async function judge(
  store: Store,
  scope: { readonly project: string; readonly environment: string },
  name: string,
  resources: readonly Resource[],
  wanted: Set<string>,
): Promise<readonly string[]> {
  const workload = await store.workload(scope, name);
  const units = await store.units(scope, name);
  if (workload === undefined) return units.map(({ unit }) => `${name} is gone, its unit ${unit.id} is not`);
  const plan = await store.plan(scope.project, workload.plan);
  if (plan === undefined) return [`${name} names a plan that is not there`];
  if (plan.state !== "ready" && plan.state !== "failed")
    return [
      `${name} is ${plan.state}: ${plan.stateReason ?? units.map(({ setback }) => setback?.message).join()}`,
    ];
  if (plan.state === "failed") return afterFailure(name, plan, units, resources, wanted);
  const planned = plan.units;
  const standing = units.map(({ unit }) => unit.id).sort();
  const ids = planned.map(({ id }) => id).sort();
  if (standing.join() !== ids.join() || units.some(({ state }) => state !== "wanted"))
    return [`${name} wants ${ids.join()} and has ${standing.join()}`];
  return planned.flatMap((unit) => {
    wanted.add(unit.id);
    const there = resources.filter((resource) => resource.unit === unit.id);
    const replicas = there.reduce((sum, resource) => sum + resource.replicas, 0);
    if (there.length === 1 && replicas === unit.replicas.min && there[0]?.up === replicas) return [];
    return [`${name} has ${there.length} of ${unit.id} with ${replicas} of ${unit.replicas.min} replicas`];
  });
}

// A job's unit is nothing at its place: only its runs are. What tries of the lost part of history hold stays with them.
async function judgeJob(
  store: Store,
  scope: { readonly project: string; readonly environment: string },
  name: string,
  now: number,
  held: ReadonlySet<string>,
): Promise<readonly string[]> {
  const workload = await store.workload(scope, name);
  if (workload !== undefined && now < LAST_MOMENT) return [`${name} has moments to come`];
  const there = (await store.units(scope, name)).map(({ unit }) => unit.id);
  const plan = workload === undefined ? undefined : await store.plan(scope.project, workload.plan);
  const planned = (plan?.units ?? []).map(({ id }) => id).sort();
  const standing = there.filter((id) => planned.includes(id) || !held.has(id)).sort();
  if (workload === undefined) return standing.map((id) => `${name} is gone, its unit ${id} is not`);
  if (plan?.state !== "ready") return [`${name} is ${plan?.state ?? "without a plan"}`];
  return standing.join() === planned.join()
    ? []
    : [`${name} wants ${planned.join()} and has ${standing.join()}`];
}

// Of a plan that failed with nothing to go back to nothing is left; what served before it may go on.
function afterFailure(
  name: string,
  plan: Plan,
  units: readonly StoredUnit[],
  resources: readonly Resource[],
  wanted: Set<string>,
): readonly string[] {
  const own = new Set(plan.units.map(({ id }) => id));
  return units.flatMap(({ unit, state }) => {
    const serves = resources.some((there) => there.unit === unit.id && there.up > 0);
    if (own.has(unit.id) || state !== "wanted" || !serves)
      return [`${name} has failed and ${unit.id} is left`];
    wanted.add(unit.id);
    return [];
  });
}
