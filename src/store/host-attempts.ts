import { and, asc, eq, sql } from "drizzle-orm";
import { attempts, runs, units } from "../../db/schema.ts";
import { MAX_LIST, type Database } from "./database.ts";
import { entriesOf } from "./entries.ts";
import { all } from "./keys.ts";
import { jsonLists } from "./row-size.ts";
import { attemptOf, runOf } from "./run-rows.ts";
import type { HostAttempt, RunStore } from "./run-store.ts";
import { observationEntry, storedUnitOf } from "./unit-row.ts";

/** The tries that agents make: what each is told, and what each says. */
export function hostAttempts(db: Database): Pick<RunStore, "attemptsOn" | "attemptsHeard"> {
  return {
    async attemptsOn(agent) {
      const rows = await db
        .select({ attempt: attempts, run: runs, unit: units })
        .from(attempts)
        .innerJoin(runs, OF_RUN)
        .innerJoin(units, OF_UNIT)
        .where(all(eq(attempts.host, agent), sql`not ${attempts.released}`))
        .orderBy(asc(attempts.id))
        .limit(MAX_LIST);
      return rows.map(({ attempt, run, unit }): HostAttempt => {
        const { report, reportedAt } = attempt;
        return {
          run: runOf(run),
          attempt: attemptOf(attempt),
          unit: storedUnitOf({ ...unit, sweptAt: 0 }),
          report: report === null ? undefined : { ...report, at: reportedAt ?? 0 },
        };
      });
    },
    async attemptsHeard(agent, observations, now) {
      let changed = 0;
      for (const list of jsonLists(observations.map(observationEntry))) {
        const differs = all(
          eq(attempts.host, agent),
          sql`not ${attempts.released}`,
          sql`${attempts.id} = entry.id`,
          sql`${attempts.report} is not (entry.value -> '$.body')`,
        );
        // In this order: what differs must still differ when its runs are made due.
        const [, rows] = await db.batch([
          db
            .update(runs)
            .set({ dueAt: now, pokedAt: now })
            .where(
              sql`(project, environment, workload, id) in (select attempts.project, attempts.environment, attempts.workload, attempts.run
                from attempts, ${entriesOf(list)} where ${differs})`,
            ),
          db
            .update(attempts)
            .set({ report: sql`entry.value -> '$.body'`, reportedAt: sql`entry.value ->> '$.at'` })
            .from(entriesOf(list))
            .where(differs)
            .returning({ id: attempts.id }),
        ]);
        changed += rows.length;
      }
      return changed;
    },
  };
}

const OF_RUN = and(
  eq(runs.project, attempts.project),
  eq(runs.environment, attempts.environment),
  eq(runs.workload, attempts.workload),
  eq(runs.id, attempts.run),
);
const OF_UNIT = and(
  eq(units.project, attempts.project),
  eq(units.environment, attempts.environment),
  eq(units.workload, attempts.workload),
  eq(units.id, attempts.unit),
);
