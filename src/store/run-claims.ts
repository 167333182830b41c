import { and, asc, eq, lte, sql } from "drizzle-orm";
import { attempts, plans, runs, units, workloads } from "../../db/schema.ts";
import { MAX_LIST, type Database } from "./database.ts";
import { all, ofWorkload } from "./keys.ts";
import { attemptOf, BARE_ATTEMPT, runKey, runOf } from "./run-rows.ts";
import type { RunClaim, RunStore } from "./run-store.ts";
import { storedUnitOf } from "./unit-row.ts";
import { selectUnits } from "./units.ts";
import { workloadKey } from "./workloads.ts";

/** The queue of runs: who is due, and who holds it. */
export function runClaims(db: Database): Pick<RunStore, "claimRuns"> {
  return {
    async claimRuns(now, leaseMs, most, project) {
      const within = project === undefined ? [] : [eq(runs.project, project)];
      const free = all(lte(runs.dueAt, now), lte(runs.leaseUntil, now), ...within);
      const rows = await db
        .update(runs)
        .set({ fence: sql`fence + 1`, leaseUntil: now + leaseMs, pokedAt: null })
        .where(sql`rowid in (select rowid from ${runs} where ${free} order by ${runs.dueAt} limit ${most})`)
        .returning();
      const waited = rows.sort((one, other) => (one.dueAt ?? 0) - (other.dueAt ?? 0));
      const claims = await Promise.all(waited.map((row) => readClaim(db, row)));
      return claims.filter((claim) => claim !== undefined);
    },
  };
}

// One batch is one moment: the run, its tries, its units and what becomes of its workload belong together.
async function readClaim(db: Database, row: typeof runs.$inferSelect): Promise<RunClaim | undefined> {
  const { workload: name, id, fence, leaseUntil } = row;
  const scope = { project: row.project, environment: row.environment };
  const mine = ofWorkload(attempts, scope, name);
  const ids = sql`(select entry.value ->> '$.id' from ${runs}, json_each(${runs.units}) entry where ${runKey(scope, name, id)})`;
  const trigger = sql<string | null>`${plans.body} ->> '$.trigger'`;
  const inForce = and(ofWorkload(plans, scope, name), eq(plans.id, workloads.plan));
  const [held, tries, used, workload] = await db.batch([
    db
      .select()
      .from(runs)
      .where(all(runKey(scope, name, id), eq(runs.fence, fence))),
    db
      .select(BARE_ATTEMPT)
      .from(attempts)
      .where(all(mine, eq(attempts.run, id)))
      .orderBy(asc(attempts.number))
      .limit(MAX_LIST),
    selectUnits(db, all(ofWorkload(units, scope, name), sql`${units.id} in ${ids}`)).orderBy(asc(units.id)),
    db
      .select({ id: workloads.id, trigger })
      .from(workloads)
      .innerJoin(plans, inForce)
      .where(workloadKey(scope, name)),
  ]);
  // The lease ended before it was read: another holds it now.
  if (held[0] === undefined) return undefined;
  return {
    scope,
    run: runOf(held[0]),
    workloadId: workload[0]?.id ?? "",
    attempts: tries.map(attemptOf),
    units: used.map(storedUnitOf),
    removing: workload[0] === undefined || workload[0].trigger === "destroy",
    fence,
    leaseUntil,
  };
}
