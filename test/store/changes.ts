import type { Plan } from "../../src/domain/plan.ts";
import type { ChangeCommit, Commit, HeldWithin, Scope, StoredChange } from "../../src/store/store.ts";
import { commitOf, eventOf, NOW, planOf, SCOPE, unitOf } from "./fixtures.ts";

/** A first commit of a workload, whose plan, unit, event and reason carry a mark by which its rows would be found. */
export function markedCommit(
  mark: string,
  name: string,
  over: Partial<Plan> = {},
  scope: Scope = SCOPE,
): Commit {
  const id = `${mark}-${name}`;
  const generation = over.generation ?? 1;
  const unit = unitOf(`u-${id}`, { ...scope, workload: name, birth: generation });
  const plan = planOf(`plan-${id}`, generation, [unit], { ...scope, workload: name, reason: mark, ...over });
  const newUnits = plan.units;
  return commitOf(generation, { plan, newUnits, events: [eventOf(`${mark}.deployed`)] }, scope, name);
}

/** The same, costing so much a month at most. */
export function costingCommit(
  mark: string,
  name: string,
  ceilingUsd: string,
  over: Partial<Plan> = {},
): Commit {
  const money = { terms: [], ceilingUsd, floorUsd: "0", passesBudgets: false };
  return { ...markedCommit(mark, name, over), money };
}

/** A first plan of a workload that waits. */
export function markedHold(mark: string, name: string, over: Partial<Plan> = {}): HeldWithin {
  const id = `${mark}-${name}`;
  const unit = unitOf(`u-${id}`, { workload: name });
  const said = { workload: name, state: "held", stateReason: "it waits", reason: mark } as const;
  const plan = planOf(`plan-${id}`, 1, [unit], { ...said, ...over });
  return { plan, lookAt: NOW + 10, events: [eventOf(`${mark}.held`)] };
}

/** Everything a change of these commits and holds writes, with itself. */
export function changeOf(
  id: string,
  commits: readonly Commit[],
  held: readonly HeldWithin[] = [],
  over: Partial<StoredChange> = {},
): ChangeCommit {
  const plans = [...commits, ...held].map(({ plan }) => plan);
  const [first] = plans;
  const change: StoredChange = {
    id,
    project: first?.project ?? SCOPE.project,
    environment: first?.environment ?? SCOPE.environment,
    actor: "ci",
    state: "committed",
    members: plans.map(({ workload, id: plan }) => ({ workload, plan, because: `${id} says so` })),
    packing: { total: 0.5, bound: 0.75, proven: false },
    price: { beforeUsd: "10", expectedUsd: "21.5", ceilingUsd: "40" },
    createdAt: NOW,
    ...over,
  };
  return { change, commits, held };
}

/** The same as a dry run: the change, and its plans as they were shown. */
export function shownOf({ change, commits, held }: ChangeCommit): readonly [StoredChange, readonly Plan[]] {
  const plans = [...commits, ...held].map(({ plan }): Plan => ({ ...plan, state: "proposed" }));
  return [{ ...change, state: "proposed" }, plans];
}
