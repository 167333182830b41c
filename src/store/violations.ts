import { and, asc, eq, sql, type SQL } from "drizzle-orm";
import { violations, workloads } from "../../db/schema.ts";
import type { Database } from "./database.ts";
import { all, ofWorkload } from "./keys.ts";
import { fitting } from "./row-size.ts";
import type { DueMove, StoredViolation, ViolationStore } from "./violation-store.ts";

type Violations = Omit<ViolationStore, "fleetReview" | "putFleetReview" | "openFleetReviews">;

/** Workloads that run where a policy forbids it, and how far moving them has come. */
export function violationStore(db: Database): Violations {
  return {
    async noteViolation(project, violation) {
      const { move, ...found } = fitting(`What ${violation.workload} violates`, violation);
      const { since, ...finding } = found;
      const [tryAt, tries, tried] = [move?.at ?? null, move?.tries ?? 0, move?.plan ?? null];
      const reasons = JSON.stringify(found.reasons);
      const { plan, policy, version } = found;
      const same = sql`plan = ${plan} and policy = ${policy} and version = ${version} and try_at is not null`;
      const rows = await db
        .insert(violations)
        .values({ project, ...found, tryAt, tries, tried })
        .onConflictDoUpdate({
          target: [violations.project, violations.environment, violations.workload],
          // Under the same plan it has been so since it was first found; under another it is a new finding.
          set: {
            ...finding,
            since: sql`iif(plan = ${plan}, since, ${since})`,
            tryAt: move === undefined ? null : sql`iif(${same}, try_at, ${tryAt})`,
            tries: sql`iif(${same}, tries, ${tries})`,
            tried: sql`iif(${same}, tried, ${tried})`,
          },
          setWhere: sql`plan <> ${plan} or policy <> ${policy} or version <> ${version} or reasons <> ${reasons}
            or (try_at is null) <> ${move === undefined}`,
        })
        .returning({ workload: violations.workload });
      return rows.length === 1;
    },
    async clearViolation(scope, workload) {
      const rows = await db
        .delete(violations)
        .where(ofWorkload(violations, scope, workload))
        .returning({ workload: violations.workload });
      return rows.length === 1;
    },
    async violations(project, { policy, limit }) {
      const rows = await inForce(db)
        .where(
          and(
            eq(violations.project, project),
            policy === undefined ? undefined : eq(violations.policy, policy),
          ),
        )
        .orderBy(asc(violations.environment), asc(violations.workload))
        .limit(limit);
      return rows.map(({ row }) => violationOf(row));
    },
    async movesDue(now, limit) {
      const rows = await inForce(db)
        .where(sql`try_at is not null and try_at <= ${now}`)
        .orderBy(asc(violations.tryAt))
        .limit(limit);
      return rows.flatMap(({ row }) => {
        const { move, ...violation } = violationOf(row);
        return move === undefined ? [] : [{ ...violation, project: row.project, move }];
      });
    },
    async beginMove(due, plan, nextAt) {
      const rows = await db
        .update(violations)
        .set({ tries: sql`tries + 1`, tried: plan, tryAt: nextAt })
        .where(all(asFound(due), eq(violations.tries, due.move.tries)))
        .returning({ workload: violations.workload });
      return rows.length === 1;
    },
    async putOffMove(due, at) {
      await db.update(violations).set({ tryAt: at }).where(asFound(due));
    },
  };
}

// A row under another plan speaks of nothing any more.
function inForce(db: Database) {
  return db
    .select({ row: violations })
    .from(violations)
    .innerJoin(
      workloads,
      and(
        eq(workloads.project, violations.project),
        eq(workloads.environment, violations.environment),
        eq(workloads.name, violations.workload),
        eq(workloads.plan, violations.plan),
      ),
    );
}

const asFound = ({ project, environment, workload, plan, policy, version }: DueMove): SQL =>
  all(
    ofWorkload(violations, { project, environment }, workload),
    eq(violations.plan, plan),
    eq(violations.policy, policy),
    eq(violations.version, version),
    sql`try_at is not null`,
  );

function violationOf(row: typeof violations.$inferSelect): StoredViolation {
  const { project: _project, tryAt, tries, tried, ...violation } = row;
  if (tryAt === null) return violation;
  return { ...violation, move: { at: tryAt, tries, ...(tried === null ? {} : { plan: tried }) } };
}
