import { and, eq, sql, type SQL } from "drizzle-orm";
import { plans, targets, units, workloads } from "../../db/schema.ts";
import { entryField, entryJson } from "./insert-rows.ts";
import { ofWorkload } from "./keys.ts";
import type { Commit, Scope } from "./store.ts";
import { workloadKey } from "./workloads.ts";

/** Ids of the units that the plan takes over from an earlier one: they must still be wanted when it is committed. */
export function keptUnits(commit: Commit): readonly string[] {
  const added = new Set(commit.newUnits.map((unit) => unit.id));
  return commit.plan.units.map((unit) => unit.id).filter((id) => !added.has(id));
}

/** What the guard compares, as fields of a commit's entry in a list. */
export function guardFields(commit: Commit) {
  return {
    workload: commit.workload.name,
    expected: commit.expectedGeneration ?? null,
    kept: keptUnits(commit),
    atMost: commit.atMost ?? null,
  };
}

/** The generation a workload is at, null when there is none. For an entry of a list of commits, as are all below. */
export function currentGeneration(scope: Scope): SQL<number | null> {
  return sql<
    number | null
  >`(select ${workloads.generation} from ${workloads} where ${workloadKey(scope, entryField("workload"))})`;
}

/** The highest generation ever committed for the workload's name. */
export function highestGeneration(scope: Scope): SQL<number> {
  return sql<number>`(select coalesce(max(${plans.generation}), 0) from ${plans}
    where ${ofWorkload(plans, scope, entryField("workload"))} and committed)`;
}

/** How many of the units it keeps are still wanted. */
export function countKept(scope: Scope): SQL<number> {
  const wanted = and(ofWorkload(units, scope, entryField("workload")), eq(units.state, "wanted"));
  return sql<number>`(select count(*) from ${units} where ${wanted}
    and ${units.id} in (select value from json_each(${entryJson("kept")})))`;
}

/** Whether as many plans of the kind it bounds are committed as its bound allows; false for one without a bound. */
export function isBeyondBound({ project }: Scope): SQL<number> {
  const bound = (name: string) => sql.raw(`entry.value ->> '$.atMost.${name}'`);
  return sql<number>`(entry.value ->> '$.atMost.count' is not null and (select count(*) from ${plans}
    where ${plans.project} = ${project} and committed and created_at >= ${bound("since")}
    and body ->> '$.actor' = ${bound("actor")}
    and body ->> '$.trigger' in (select value from json_each(entry.value, '$.atMost.triggers'))) >= ${bound("count")})`;
}

/** The id of the target a unit names: the project's own before the instance's. Two looks into an index, and nothing is sorted. */
export function targetIdOf({ project }: Scope, name: SQL): SQL {
  return sql`coalesce((select ${targets.id} from ${targets} where ${targets.project} = ${project} and ${targets.name} = ${name}),
    (select ${targets.id} from ${targets} where ${targets.project} is null and ${targets.name} = ${name}))`;
}
