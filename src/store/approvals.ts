import { and, asc, eq, sql, type SQL } from "drizzle-orm";
import { approvals, exceptions, plans } from "../../db/schema.ts";
import { MAX_LIST, type Database } from "./database.ts";
import { insertEvents } from "./events.ts";
import { HELD } from "./holds.ts";
import { insertFrom, ONE_ROW } from "./insert-from.ts";
import { all, ofWorkload } from "./keys.ts";
import type { Approval, WhetherStore } from "./whether.ts";

type Approvals = Pick<WhetherStore, "approvePlan" | "approvals" | "approveException">;

/** Words on plans and exceptions: each person's once, and only while there is something to agree to. */
export function approvalStore(db: Database): Approvals {
  return {
    async approvePlan(scope, plan, approval, event) {
      const held = all(
        ofWorkload(plans, scope, plan.workload),
        eq(plans.id, plan.id),
        HELD,
        sql`body ->> '$.hash' = ${approval.hash}`,
      );
      const open = sql`exists (select 1 from ${plans} where ${held}) and not ${spoken(scope.project, plan.id, approval)}`;
      const [asked] = await db.batch([
        db
          .select({ yes: sql<number>`1` })
          .from(ONE_ROW)
          .where(open),
        // A plan that has what it needs is looked at at once.
        db.update(plans).set({ lookAt: approval.at }).where(all(held, open)),
        ...insertEvents(db, scope, plan.workload, [event], open),
        insertWord(db, scope.project, plan.id, approval, open),
      ]);
      return asked.length === 1;
    },
    async approvals(project, subject) {
      const rows = await db
        .select()
        .from(approvals)
        .where(and(eq(approvals.project, project), eq(approvals.subject, subject)))
        .orderBy(asc(approvals.at), asc(approvals.token))
        .limit(MAX_LIST);
      return rows.map(({ actor, token, ofInstance, hash, at }) => ({ actor, token, ofInstance, hash, at }));
    },
    async approveException(project, id, approval) {
      const standing = all(
        eq(exceptions.project, project),
        eq(exceptions.id, id),
        sql`ended_at is null and until > ${approval.at}`,
      );
      const open = sql`exists (select 1 from ${exceptions} where ${standing}) and not ${spoken(project, id, approval)}`;
      const word = { ...approval, hash: "" };
      const [asked] = await db.batch([
        db
          .select({ yes: sql<number>`1` })
          .from(ONE_ROW)
          .where(open),
        insertWord(db, project, id, word, open),
      ]);
      return asked.length === 1;
    },
  };
}

// One person under two names, or two people with one token, are not told apart: either makes it the same word.
function spoken(project: string, subject: string, { token, actor }: Pick<Approval, "token" | "actor">): SQL {
  return sql`exists (select 1 from ${approvals} where ${and(
    eq(approvals.project, project),
    eq(approvals.subject, subject),
  )} and (token = ${token} or actor = ${actor}))`;
}

function insertWord(db: Database, project: string, subject: string, approval: Approval, when: SQL) {
  return insertFrom(
    db,
    approvals,
    {
      project: sql`${project}`,
      subject: sql`${subject}`,
      token: sql`${approval.token}`,
      actor: sql`${approval.actor}`,
      ofInstance: sql`${approval.ofInstance ? 1 : 0}`,
      hash: sql`${approval.hash}`,
      at: sql`${approval.at}`,
    },
    sql`${ONE_ROW} where ${when}`,
  );
}
