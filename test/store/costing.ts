import type { UnitTerms } from "../../src/domain/ledger.ts";
import type { Commit } from "../../src/store/store.ts";
import { commitOf, planOf, SCOPE, unitOf } from "./fixtures.ts";

/** What a unit of `costing` costs by the second: nothing but its least time. */
export const TERMS: UnitTerms = {
  place: { provider: "ecs", target: "home", region: "eu-west-1" },
  labels: {},
  lines: [],
  startBilled: true,
  minimumSeconds: 60,
};

/** A commit of a workload that may cost so much a month; its one unit has terms. */
export function costing(
  workload: string,
  ceilingUsd: string,
  generation = 1,
  plan: Parameters<typeof planOf>[3] = {},
  scope = SCOPE,
): Commit {
  const id = `${scope.project}-${workload}-${generation}`;
  const unit = unitOf(`u-${id}`, { ...scope, workload, birth: generation });
  const units = plan.units ?? [unit];
  return commitOf(
    generation,
    {
      plan: planOf(`plan-${id}`, generation, units, { ...scope, workload, ...plan }),
      newUnits: units,
      money: {
        terms: units.map((one) => ({ unit: one.id, terms: TERMS })),
        ceilingUsd,
        floorUsd: "0",
        passesBudgets: false,
      },
    },
    scope,
    workload,
  );
}
