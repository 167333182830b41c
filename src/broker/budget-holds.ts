import { refusalText, selects, type BudgetRefusal, type BudgetSelect } from "../domain/budget.ts";
import { compare } from "../domain/money.ts";
import type { Hold, Warning } from "../domain/plan.ts";
import { blocksNew } from "../policy/budget-ladder.ts";
import { monthOf } from "./months.ts";
import type { Caller, Ports } from "./ports.ts";

/** A plan as a budget sees it: `ceilingUsd` is `Draft.money.ceilingUsd`. */
export interface BudgetedPlan {
  readonly workload: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ceilingUsd: string;
}

/**
 * The budgets that let this plan wait: their month is spent, their ladder says block-new, and the plan would raise what its workload
 * may cost. One that costs the same or less is never held, so that a fix can always be deployed.
 */
export async function budgetHolds(
  ports: Pick<Ports, "store" | "now">,
  caller: Pick<Caller, "project" | "environment">,
  { workload, labels, ceilingUsd }: BudgetedPlan,
): Promise<readonly Hold[]> {
  const { environment } = caller;
  const project = caller.project.id;
  const budgets = (await ports.store.budgets(project)).filter(({ select }) =>
    selects(select, { environment, labels }),
  );
  if (budgets.length === 0) return [];
  const now = ports.now();
  const month = monthOf(now);
  const steps = await ports.store.budgetSteps(project, month.name);
  const blocking = budgets.filter((budget) => blocksNew(budget, steps, now));
  if (blocking.length === 0) return [];
  const held = (await ports.store.reservations(project)).find(
    (one) => one.environment === environment && one.workload === workload,
  );
  if (held !== undefined && compare(ceilingUsd, held.ceilingUsd) <= 0) return [];
  return blocking.map((budget) => ({
    kind: "budget",
    rule: budget.name,
    message: `Budget ${budget.name} (${budget.usdPerMonth} USD a month) is used up for ${month.name}, and this plan would raise what ${workload} may cost to ${ceilingUsd} USD a month: raise the budget, override it until a time (berth budget set ${budget.name} --override-until), or ask for no more than it may cost now.`,
    until: month.to,
  }));
}

/** The budgets that would refuse this plan if it were committed now: it would reserve more than they have left. */
export async function capsInTheWay(
  ports: Pick<Ports, "store" | "now">,
  caller: Pick<Caller, "project" | "environment">,
  plan: BudgetedPlan,
): Promise<readonly BudgetRefusal[]> {
  const scope = { project: caller.project.id, environment: caller.environment };
  return ports.store.budgetRefusals(scope, { ...plan, now: ports.now() });
}

/** The same as warnings: whoever reads a dry run, or approves a plan that waits, learns it before the commit says so. */
export function capWarnings(workload: string, refusals: readonly BudgetRefusal[]): readonly Warning[] {
  return refusals.map((refusal) => ({ code: "budget-exceeded", message: refusalText(workload, refusal) }));
}

/** Budgets that count a workload now and would not any more, for it comes with other labels; what it holds of them goes free. */
export async function budgetsLeft(
  ports: Pick<Ports, "store">,
  { project, environment }: Pick<Caller, "project" | "environment">,
  { workload, labels }: Pick<BudgetedPlan, "workload" | "labels">,
): Promise<readonly Warning[]> {
  const budgets = (await ports.store.budgets(project.id)).filter(
    ({ select }) => select.workloads !== undefined && !selects(select, { environment, labels }),
  );
  if (budgets.length === 0) return [];
  const held = (await ports.store.reservations(project.id)).find(
    (one) => one.environment === environment && one.workload === workload,
  );
  if (held === undefined) return [];
  return budgets
    .filter(({ select }) => selects(select, held))
    .map(({ name, select }) => ({
      code: "budget-left",
      message: `${workload} leaves budget ${name}, of which it holds ${held.ceilingUsd} USD a month: with these labels it counts no more towards it (the budget counts ${labelWords(select.workloads)}). Keep the labels if it should; whoever must not leave can be bound by a rule that requires them, or by a budget of the environment.`,
    }));
}

const labelWords = (labels: BudgetSelect["workloads"] = {}): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(", ");
