import { and, asc, eq, sql } from "drizzle-orm";
import { violations, workloads } from "../../db/schema.ts";
import type { Database } from "./database.ts";
import { ofWorkload } from "./keys.ts";
import { fitting } from "./row-size.ts";
import type { ViolationStore } from "./violation-store.ts";

/** Workloads that run where a changed policy forbids it. */
export function violationStore(db: Database): ViolationStore {
  return {
    async noteViolation(project, violation) {
      const row = { project, ...fitting(`What ${violation.workload} violates`, violation) };
      const { since: _since, ...found } = row;
      const reasons = JSON.stringify(found.reasons);
      const rows = await db
        .insert(violations)
        .values(row)
        .onConflictDoUpdate({
          target: [violations.project, violations.environment, violations.workload],
          // Under the same plan it has been so since it was first found; under another it is a new finding.
          set: { ...found, since: sql`iif(plan = ${found.plan}, since, ${row.since})` },
          setWhere: sql`plan <> ${found.plan} or policy <> ${found.policy} or version <> ${found.version} or reasons <> ${reasons}`,
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
      const rows = await db
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
        )
        .where(
          and(
            eq(violations.project, project),
            policy === undefined ? undefined : eq(violations.policy, policy),
          ),
        )
        .orderBy(asc(violations.environment), asc(violations.workload))
        .limit(limit);
      return rows.map(({ row: { project: _project, ...violation } }) => violation);
    },
  };
}
