import { and, eq, sql, type SQL } from "drizzle-orm";
import { plans, targets, units } from "../../db/schema.ts";
import { ofWorkload } from "./keys.ts";
import type { Commit, Scope } from "./store.ts";

/** Ids of the units that the plan takes over from an earlier one: they must still be wanted when it is committed. */
export function keptUnits(commit: Commit): readonly string[] {
  const added = new Set(commit.newUnits.map((unit) => unit.id));
  return commit.plan.units.map((unit) => unit.id).filter((id) => !added.has(id));
}

/** How many units of the list are still wanted. */
export function countWanted(scope: Scope, workload: string, ids: readonly string[]): SQL<number> {
  return sql<number>`(select count(*) from ${units} where ${and(ofWorkload(units, scope, workload), eq(units.state, "wanted"))}
    and ${units.id} in (select value from json_each(${JSON.stringify(ids)})))`;
}

/** The highest generation ever committed for a workload's name. */
export function highestGeneration(scope: Scope, workload: string): SQL<number> {
  return sql<number>`(select coalesce(max(${plans.generation}), 0) from ${plans}
    where ${ofWorkload(plans, scope, workload)} and committed)`;
}

/** The id of the target a unit names: the project's own before the instance's. */
export function targetIdOf(scope: Scope, name: SQL): SQL {
  return sql`(select ${targets.id} from ${targets} where ${targets.name} = ${name}
    and (${targets.project} = ${scope.project} or ${targets.project} is null)
    order by ${targets.project} is null limit 1)`;
}
