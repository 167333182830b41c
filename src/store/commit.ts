import { and, eq, sql } from "drizzle-orm";
import { plans, workloads } from "../../db/schema.ts";
import { Fault } from "../domain/fault.ts";
import { countWanted, highestGeneration, keptUnits, targetIdOf } from "./commit-guard.ts";
import { commitStatements } from "./commit-statements.ts";
import type { Database } from "./database.ts";
import { ofWorkload } from "./keys.ts";
import type { Commit, CommitResult, Scope, Store } from "./store.ts";
import { workloadKey } from "./workloads.ts";

/** The one door through which a plan becomes the one in force. */
export function commits(db: Database): Pick<Store, "commit"> {
  return {
    async commit(scope, commit) {
      const statements = commitStatements(db, scope, commit);
      try {
        await db.batch(statements);
        return { ok: true };
      } catch (error) {
        return await whyNot(db, scope, commit, error);
      }
    },
  };
}

// A batch that raised wrote nothing. What the rows say now tells why; an engine's message would only say which statement.
async function whyNot(db: Database, scope: Scope, commit: Commit, error: unknown): Promise<CommitResult> {
  const { plan, expectedGeneration } = commit;
  const now = await readings(db, scope, commit);
  // The answer of an earlier try was lost: this very plan is committed.
  if (now.committedAs === plan.generation) return { ok: true };
  const conflict = { ok: false, generation: now.generation } as const;
  if (now.generation !== expectedGeneration || now.lastGeneration >= plan.generation) return conflict;
  if (now.keptUnits !== keptUnits(commit).length) return conflict;
  const missing = await missingTarget(db, scope, commit);
  if (missing !== undefined)
    throw new Fault("conflict", `Target ${missing} is no longer connected: plan again, or connect it.`, {
      cause: error,
    });
  throw error;
}

async function readings(db: Database, scope: Scope, commit: Commit) {
  const { name } = commit.workload;
  const one = and(ofWorkload(plans, scope, name), eq(plans.id, commit.plan.id));
  const rows = await db
    .select({
      generation: sql<
        number | null
      >`(select ${workloads.generation} from ${workloads} where ${workloadKey(scope, name)})`,
      committedAs: sql<number | null>`(select ${plans.generation} from ${plans} where ${one})`,
      lastGeneration: highestGeneration(scope, name),
      keptUnits: countWanted(scope, name, keptUnits(commit)),
    })
    .from(sql`(select 1)`);
  const row = rows[0];
  if (row === undefined) throw new Error("a select without a condition gave no row");
  return { ...row, generation: row.generation ?? undefined };
}

async function missingTarget(db: Database, scope: Scope, commit: Commit): Promise<string | undefined> {
  const names = [...new Set(commit.newUnits.map((unit) => unit.place.target ?? "(none)"))];
  const rows = await db
    .select({ name: sql<string>`wanted.value` })
    .from(sql`json_each(${JSON.stringify(names)}) wanted`)
    .where(sql`${targetIdOf(scope, sql`wanted.value`)} is null`)
    .limit(1);
  return rows[0]?.name;
}
