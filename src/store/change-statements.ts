import { sql, type SQL } from "drizzle-orm";
import { changes, plans } from "../../db/schema.ts";
import type { Plan } from "../domain/plan.ts";
import type { ChangeCommit, StoredChange } from "./change-store.ts";
import { commitStatements } from "./commit-statements.ts";
import type { Database, Statement } from "./database.ts";
import { HELD, holdStatements } from "./holds.ts";
import { insertRows } from "./insert-rows.ts";
import { proposeStatements } from "./plans.ts";
import { textsThatFit } from "./row-size.ts";
import type { Scope } from "./store.ts";

/** How many proposed changes of one environment are kept: each pull request makes one, and few are ever committed. */
export const MAX_PROPOSED_CHANGES = 100;

/**
 * Everything a change writes: as many statements for many workloads as for one. The tripwires of its commits come first; the last is
 * that of its own row.
 */
export function changeStatements(
  db: Database,
  scope: Scope,
  { change, commits, held }: ChangeCommit,
): readonly Statement[] {
  return [
    ...commitStatements(db, scope, commits),
    ...holdStatements(db, scope, held),
    ...insertRows(db, changes, [rowOf(scope, change)], { state: stateOnceHeld(scope, held) }).map((insert) =>
      insert.onConflictDoUpdate({
        target: [changes.project, changes.id],
        set: {
          actor: sql`excluded.actor`,
          source: sql`excluded.source`,
          state: sql`case when changes.state = 'proposed' and changes.environment = excluded.environment then excluded.state end`,
          body: sql`excluded.body`,
          createdAt: sql`excluded.created_at`,
        },
      }),
    ),
  ];
}

/** What keeping a dry run of several workloads writes, and what goes for it. Throws `too-large-to-store`. */
export function proposalStatements(
  db: Database,
  scope: Scope,
  change: StoredChange,
  shown: readonly Plan[],
): readonly Statement[] {
  const { project, environment } = scope;
  const proposals = sql`project = ${project} and environment = ${environment} and state = 'proposed'`;
  return [
    ...proposeStatements(db, scope, shown),
    ...insertRows(db, changes, [{ ...rowOf(scope, change), state: "proposed" }]),
    db.delete(changes).where(
      sql`${proposals} and id not in (select id from changes where ${proposals}
          order by created_at desc, id limit ${MAX_PROPOSED_CHANGES})`,
    ),
  ];
}

function rowOf({ project, environment }: Scope, change: StoredChange) {
  const { id, actor, source, members, packing, price, createdAt } = change;
  const body = { members, packing, price };
  return { project, environment, id, actor, createdAt, ...textsThatFit(`Change ${id}`, { source, body }) };
}

// Null raises: a plan that has gone on since it was shown is not held by being written again.
function stateOnceHeld({ project, environment }: Scope, held: ChangeCommit["held"]): SQL {
  const ids = JSON.stringify(held.map(({ plan }) => plan.id));
  return sql`case when (select count(*) from ${plans} where ${plans.project} = ${project} and ${plans.environment} = ${environment}
    and ${plans.id} in (select value from json_each(${ids})) and ${HELD}) = ${held.length} then 'committed' end`;
}
