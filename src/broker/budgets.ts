import {
  capUsd,
  DEFAULT_LADDER,
  selects,
  type Budget,
  type BudgetSelect,
  type BudgetStep,
  type Reservation,
  type Rung,
} from "../domain/budget.ts";
import { Fault, type Problem } from "../domain/fault.ts";
import { idProblem } from "../domain/name.ts";
import { sum } from "../domain/money.ts";
import { picoOf, picoText, shareOf } from "../domain/spend.ts";
import { blocksNew } from "../policy/budget-ladder.ts";
import { monthRows, spentOf, type MonthRows } from "./budget-spend.ts";
import { iso } from "./instants.ts";
import { monthOf, type Month } from "./months.ts";
import type { Caller, Ports } from "./ports.ts";

/** A project has at most this many budgets: each is looked at for every plan. */
const MAX_BUDGETS = 100;

export interface BudgetRequest {
  readonly usdPerMonth: string;
  readonly select: BudgetSelect;
  readonly ladder?:
    | readonly (Omit<Rung, "graceMinutes"> & { readonly graceMinutes?: number | undefined })[]
    | undefined;
  /** Ms; until then it only warns. */
  readonly overrideUntil?: number | undefined;
}
type BudgetPorts = Pick<Ports, "store" | "now">;

/** How long after its announcement a rung is carried out, where nobody says, minutes: none for what only speaks or holds. */
const GRACE_MINUTES: Readonly<Record<Rung["do"], number>> = {
  warn: 0,
  "block-new": 0,
  "scale-down": 60,
  move: 60,
  stop: 60,
};

/** Make or change a budget; `created` says which it was. A changed amount or ladder begins the month's ladder anew. */
export async function putBudget(
  ports: BudgetPorts,
  caller: Caller,
  name: string,
  request: BudgetRequest,
  ifVersion?: number,
) {
  const wrong = idProblem(name);
  if (wrong !== undefined) throw new Fault("invalid-path", `The budget's name is wrong: ${wrong}.`);
  const ladder = (request.ladder ?? DEFAULT_LADDER).map((rung) => ({
    atPercent: rung.atPercent,
    do: rung.do,
    graceMinutes: rung.graceMinutes ?? GRACE_MINUTES[rung.do],
  }));
  const problems = problemsOf(ladder, request.overrideUntil, ports.now());
  if (problems.length > 0) throw new Fault("invalid-body", "The budget has problems.", { problems });
  const project = caller.project.id;
  const before = await ports.store.budgets(project);
  const known = before.some((budget) => budget.name === name);
  if (!known && before.length >= MAX_BUDGETS)
    throw new Fault("conflict", `A project has at most ${MAX_BUDGETS} budgets; delete one first.`);
  const { usdPerMonth, select, overrideUntil } = request;
  const budget = { project, name, usdPerMonth, select, ladder, overrideUntil };
  const stored = await ports.store.putBudget(budget, ports.now(), ifVersion);
  if (stored === undefined)
    throw new Fault("precondition-failed", `The budget ${name} is another one by now; read it again.`);
  return { budget: await viewOne(ports, stored), created: stored.version === 1 };
}

/** One budget: what it allows, what was spent and reserved, and what its ladder did this month. Throws `not-found`. */
export async function readBudget(ports: BudgetPorts, caller: Caller, name: string) {
  const budget = await ports.store.budget(caller.project.id, name);
  if (budget === undefined)
    throw new Fault("not-found", `There is no budget ${name} in project ${caller.project.name}.`);
  return viewOne(ports, budget);
}

/** Every budget of the project, by name. */
export async function listBudgets(ports: BudgetPorts, caller: Caller) {
  const budgets = await ports.store.budgets(caller.project.id);
  return budgets.length === 0 ? [] : view(ports, caller.project.id, budgets);
}

/** Delete a budget: what its ladder laid over workloads stays until somebody clears it. Throws `not-found`. */
export async function deleteBudget(ports: BudgetPorts, caller: Caller, name: string): Promise<void> {
  if (!(await ports.store.deleteBudget(caller.project.id, name)))
    throw new Fault("not-found", `There is no budget ${name} in project ${caller.project.name}.`);
}

async function viewOne(ports: BudgetPorts, budget: Budget) {
  const [one] = await view(ports, budget.project, [budget]);
  if (one === undefined) throw new Error("one budget made no view");
  return one;
}

async function view(ports: BudgetPorts, project: string, budgets: readonly Budget[]) {
  const now = ports.now();
  const month = monthOf(now);
  const [spent, steps, reservations] = await Promise.all([
    monthRows(ports.store, project, month, now),
    ports.store.budgetSteps(project, month.name),
    ports.store.reservations(project),
  ]);
  return budgets.map((budget) => viewOf(budget, { spent, steps, reservations, month, now }));
}

interface Situation {
  readonly spent: MonthRows;
  readonly steps: readonly BudgetStep[];
  readonly reservations: readonly Reservation[];
  readonly month: Month;
  readonly now: number;
}

const HUNDRED = 100n;

function viewOf(budget: Budget, { spent, steps, reservations, month, now }: Situation) {
  const { name, usdPerMonth, select, ladder, overrideUntil, version, createdAt, updatedAt } = budget;
  const usd = spentOf(budget, spent.rows, month, now);
  const mine = steps.filter((step) => step.budget === name);
  const held = reservations.filter((one) => selects(select, one)).map(({ ceilingUsd }) => ceilingUsd);
  return {
    name,
    usdPerMonth,
    select,
    ladder,
    overrideUntil: iso(overrideUntil),
    version,
    createdAt: iso(createdAt),
    updatedAt: iso(updatedAt),
    month: month.name,
    spentUsd: picoText(usd),
    /** Whole percent, rounded down: a rung is never shown as reached before it is. */
    spentPercent: Number(shareOf(usd, HUNDRED, picoOf(usdPerMonth) || 1n)),
    spentKnown: spent.known,
    reservedUsd: sum(held),
    capUsd: capUsd(budget),
    blocksNew: blocksNew(budget, mine, now),
    steps: mine.map(stepView),
  };
}

function stepView(step: BudgetStep) {
  const { atPercent, announcedAt, actsAt, actedAt, spendUsd, outcome } = step;
  const times = { announcedAt: iso(announcedAt), actsAt: iso(actsAt), actedAt: iso(actedAt) };
  return { do: step.do, atPercent, ...times, spendUsd, outcome };
}

function problemsOf(
  ladder: readonly Rung[],
  overrideUntil: number | undefined,
  now: number,
): readonly Problem[] {
  const seen = new Set<string>();
  const doubled = ladder.flatMap((rung, at) => {
    const key = `${rung.do}@${rung.atPercent}`;
    const again = seen.has(key);
    seen.add(key);
    return again ? [{ pointer: `/ladder/${at}`, message: "is there twice: leave one out" }] : [];
  });
  const over =
    overrideUntil !== undefined && overrideUntil <= now
      ? [{ pointer: "/overrideUntil", message: "say a time in the future, or leave it out" }]
      : [];
  return [...doubled, ...over];
}
