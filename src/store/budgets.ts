import { and, asc, eq, isNull, sql, type SQL } from "drizzle-orm";
import { budgets, budgetSteps } from "../../db/schema.ts";
import type { Budget, BudgetStep } from "../domain/budget.ts";
import { capUsd } from "../domain/budget.ts";
import { microDown } from "./micro-usd.ts";
import { type Database, MAX_LIST } from "./database.ts";
import { all } from "./keys.ts";
import { assertRowFits } from "./row-size.ts";
import type { MoneyStore } from "./money.ts";

type Budgets = Pick<
  MoneyStore,
  | "putBudget"
  | "budget"
  | "budgets"
  | "deleteBudget"
  | "budgetProjects"
  | "budgetSteps"
  | "announceStep"
  | "finishStep"
>;

/** Budgets, and what their ladders have done. */
export function budgetStore(db: Database): Budgets {
  return {
    putBudget: (budget, now, ifVersion) => put(db, budget, now, ifVersion),
    async budget(project, name) {
      return (await db.select().from(budgets).where(named(project, name))).map(budgetOf)[0];
    },
    async budgets(project) {
      const mine = db.select().from(budgets).where(eq(budgets.project, project));
      return (await mine.orderBy(asc(budgets.name)).limit(MAX_LIST)).map(budgetOf);
    },
    async deleteBudget(project, name) {
      const [deleted] = await db.batch([
        db.delete(budgets).where(named(project, name)).returning({ name: budgets.name }),
        db.delete(budgetSteps).where(and(eq(budgetSteps.project, project), eq(budgetSteps.budget, name))),
      ]);
      return deleted.length === 1;
    },
    async budgetProjects(limit) {
      const rows = await db
        .selectDistinct({ project: budgets.project })
        .from(budgets)
        .orderBy(asc(budgets.project))
        .limit(limit);
      return rows.map(({ project }) => project);
    },
    async budgetSteps(project, month) {
      const mine = and(eq(budgetSteps.project, project), eq(budgetSteps.month, month));
      const order = [asc(budgetSteps.budget), asc(budgetSteps.announcedAt), asc(budgetSteps.atPercent)];
      const rows = await db
        .select()
        .from(budgetSteps)
        .where(mine)
        .orderBy(...order)
        .limit(MAX_LIST);
      return rows.map((row) => ({
        ...row,
        actedAt: row.actedAt ?? undefined,
        outcome: row.outcome ?? undefined,
      }));
    },
    async announceStep(step) {
      const { actedAt = null, outcome = null } = step;
      const row = db.insert(budgetSteps).values({ ...step, actedAt, outcome });
      return (await row.onConflictDoNothing().returning({ at: budgetSteps.announcedAt })).length === 1;
    },
    async finishStep(step, actedAt, outcome) {
      const open = and(stepKey(step), isNull(budgetSteps.actedAt));
      const rows = await db
        .update(budgetSteps)
        .set({ actedAt, outcome })
        .where(open)
        .returning({ at: budgetSteps.actedAt });
      return rows.length === 1;
    },
  };
}

async function put(
  db: Database,
  budget: Omit<Budget, "version" | "createdAt" | "updatedAt">,
  now: number,
  ifVersion: number | undefined,
): Promise<Budget | undefined> {
  const { project, name, usdPerMonth, select, ladder, overrideUntil = null } = budget;
  assertRowFits(`The budget ${name}`, [select, ladder]);
  const cap = capUsd(budget);
  const set = {
    usdPerMonth,
    select,
    ladder,
    overrideUntil,
    capMicroUsd: cap === undefined ? null : microDown(cap),
    updatedAt: now,
  };
  const insert = db.insert(budgets).values({ project, name, ...set, version: 1, createdAt: now });
  if (ifVersion === 0) return (await insert.onConflictDoNothing().returning()).map(budgetOf)[0];
  const changed = { ...set, version: sql`version + 1` };
  const over =
    ifVersion === undefined
      ? named(project, name)
      : all(named(project, name), eq(budgets.version, ifVersion));
  const forget = forgetSteps(db, budget, over);
  if (ifVersion !== undefined) {
    const [, rows] = await db.batch([forget, db.update(budgets).set(changed).where(over).returning()]);
    return rows.map(budgetOf)[0];
  }
  const target = [budgets.project, budgets.name];
  const [, rows] = await db.batch([forget, insert.onConflictDoUpdate({ target, set: changed }).returning()]);
  return rows.map(budgetOf)[0];
}

// Another amount or ladder begins anew, announcements and all; a mere override until some time does not.
function forgetSteps(
  db: Database,
  { project, name, usdPerMonth, ladder }: Pick<Budget, "project" | "name" | "usdPerMonth" | "ladder">,
  over: SQL,
) {
  const differs = sql`exists (select 1 from ${budgets} where ${over}
    and (${budgets.usdPerMonth} <> ${usdPerMonth} or ${budgets.ladder} <> ${JSON.stringify(ladder)}))`;
  return db
    .delete(budgetSteps)
    .where(all(eq(budgetSteps.project, project), eq(budgetSteps.budget, name), differs));
}

const named = (project: string, name: string) => all(eq(budgets.project, project), eq(budgets.name, name));

const stepKey = (step: BudgetStep) =>
  and(
    eq(budgetSteps.project, step.project),
    eq(budgetSteps.budget, step.budget),
    eq(budgetSteps.month, step.month),
    eq(budgetSteps.do, step.do),
    eq(budgetSteps.atPercent, step.atPercent),
  );

function budgetOf(row: typeof budgets.$inferSelect): Budget {
  const { capMicroUsd: _cap, overrideUntil, ...rest } = row;
  return { ...rest, overrideUntil: overrideUntil ?? undefined };
}
