import { eq, sql, type SQL } from "drizzle-orm";
import { runs, units, workloads } from "../../db/schema.ts";
import { targetIdOf } from "./commit-guard.ts";
import type { Database, Statement } from "./database.ts";
import { entryField, insertRows } from "./insert-rows.ts";
import { all, ofWorkload } from "./keys.ts";
import { noteTerms } from "./meter-facts.ts";
import { runKey } from "./run-rows.ts";
import type { RunClaim, RunPlacing, RunProgress } from "./run-store.ts";
import { unitEntry } from "./unit-row.ts";
import { workloadKey } from "./workloads.ts";

/**
 * Statements that give a run other units where `when` holds. It keeps its own unless every one that it gets stands by then: what a pass over
 * the workload has let go meanwhile, or another plan has replaced, is none to begin a try on.
 */
export function placeRun(
  db: Database,
  claim: RunClaim,
  { placed, now }: RunProgress,
  when: SQL,
): readonly Statement[] {
  if (placed === undefined) return [];
  const { scope, run } = claim;
  const { newUnits, terms } = placed;
  const rows = newUnits.map((unit) => ({
    ...unitEntry(unit),
    ...scope,
    workload: run.workload,
    state: "wanted" as const,
  }));
  const target = targetIdOf(scope, entryField("targetName"));
  const connected = all(when, sql`${target} is not null`);
  const money = { terms, ceilingUsd: "0", floorUsd: "0", passesBudgets: false };
  return [
    ...insertRows(db, units, rows, { target }, connected).map((insert) => insert.onConflictDoNothing()),
    ...noteTerms(db, scope, [{ workload: { name: run.workload }, money, now }], when),
    db
      .update(runs)
      .set({ units: placed.units })
      .where(all(runKey(scope, run.workload, run.id), when, stand(claim, placed))),
  ];
}

function stand({ scope, run }: RunClaim, { units: after, of }: RunPlacing): SQL {
  const before = new Set(run.units.map(({ id }) => id));
  const added = [...new Set(after.map(({ id }) => id).filter((id) => !before.has(id)))];
  const wanted = all(
    ofWorkload(units, scope, run.workload),
    eq(units.state, "wanted"),
    sql`${units.id} in (select value from json_each(${JSON.stringify(added)}))`,
  );
  const isThere = sql`(select count(*) from ${units} where ${wanted}) = ${added.length}`;
  if (of === undefined) return isThere;
  const inForce = all(workloadKey(scope, run.workload), eq(workloads.plan, of));
  return all(isThere, sql`exists (select 1 from ${workloads} where ${inForce})`);
}
