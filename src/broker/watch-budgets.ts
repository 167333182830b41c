import { type Budget, type BudgetStep, type LadderStep, selects } from "../domain/budget.ts";
import { formatUsd } from "../domain/money.ts";
import { picoText } from "../domain/spend.ts";
import { climb } from "../policy/budget-ladder.ts";
import { AUTOMATION } from "../policy/rules/facts.ts";
import type { Workload } from "../store/store.ts";
import { actOn } from "./budget-acts.ts";
import { confirmedRows, monthRows, spentOf } from "./budget-spend.ts";
import { iso } from "./instants.ts";
import { monthOf } from "./months.ts";
import type { Caller, Ports } from "./ports.ts";

/** Projects of one watch, and workloads that one rung speaks to or acts on. */
const MAX_PROJECTS = 1_000;
const MAX_WORKLOADS = 1_000;
const WORKLOADS_A_PAGE = 100;
/** How long one rung acts before it leaves the rest to the next look, and a lease that is longer, ms. */
const ACT_MS = 30_000;
const LEASE_MS = 120_000;

/**
 * Looks at every budget once: announces rungs that were reached and carries out those whose grace has ended. With nothing reached it
 * writes nothing. What was spent counts as unknown while the meter is behind, and what nobody has looked at does not count at all:
 * missing is unknown, never zero and never over. Returns how many moves it made.
 */
export async function watchBudgets(ports: Ports, owner: string): Promise<number> {
  let moves = 0;
  for (const project of await ports.store.budgetProjects(MAX_PROJECTS))
    try {
      moves += await watchProject(ports, project, owner);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      ports.log("error", `the budgets of project ${project} could not be looked at: ${why}`);
    }
  return moves;
}

async function watchProject(ports: Ports, id: string, owner: string): Promise<number> {
  const now = ports.now();
  const month = monthOf(now);
  const { rows, known } = await monthRows(ports.store, id, month, now);
  if (!known) {
    ports.log(
      "warn",
      `the meter of project ${id} is behind, so its budgets do nothing until it has caught up`,
    );
    return 0;
  }
  const seen = confirmedRows(rows, now);
  const steps = await ports.store.budgetSteps(id, month.name);
  const budgets = await ports.store.budgets(id);
  const moves = budgets.flatMap((budget) => {
    const spendUsd = picoText(spentOf(budget, seen, month, now));
    const mine = steps.filter((step) => step.budget === budget.name);
    return climb({ budget, month: month.name, spendUsd, steps: mine, now }).map((move) => ({
      budget,
      ...move,
    }));
  });
  if (moves.length === 0) return 0;
  if (!(await ports.store.takeLease(`budgets:${id}`, owner, now, LEASE_MS))) return 0;
  const project = await ports.store.project(id);
  if (project === undefined) return 0;
  const caller = { project, environment: "", actor: AUTOMATION };
  for (const { budget, step, do: what } of moves)
    if (what === "announce") await announce(ports, caller, budget, step);
    else await act(ports, caller, budget, step);
  return moves.length;
}

async function announce(ports: Ports, caller: Caller, budget: Budget, step: BudgetStep): Promise<void> {
  // Told before it is noted: a process that dies in between tells the rest the next time, and nobody twice.
  await tell(ports, caller, budget, step);
  if (!(await ports.store.announceStep(step))) return;
  if (step.actsAt <= ports.now()) await act(ports, caller, budget, step);
}

async function act(ports: Ports, caller: Caller, budget: Budget, step: BudgetStep): Promise<void> {
  if (step.do === "warn" || step.do === "block-new") {
    const outcome =
      step.do === "warn" ? "announced" : "plans that would raise what a workload may cost are held";
    await ports.store.finishStep(step, ports.now(), outcome);
    return;
  }
  const acted: string[] = [];
  const workloads = await chosen(ports, caller, budget);
  const endAt = ports.now() + ACT_MS;
  let open = 0;
  for (const { scope, workload } of workloads) {
    if (ports.now() >= endAt) break;
    const one = await actOn(ports, { ...caller, environment: scope.environment }, workload, step);
    acted.push(one.sentence);
    if (!one.settled) open += 1;
    if (one.settled)
      await ports.store.appendEventOnce(
        scope,
        workload.name,
        eventOf(ports, "budget.acted", one.sentence, budget, step),
      );
  }
  // What could not be done now is tried again at the next look; the step is over when nothing is left.
  if (open === 0 && acted.length === workloads.length)
    await ports.store.finishStep(step, ports.now(), outcomeOf(acted));
}

/** Longest list of sentences that a step keeps. */
const MAX_SENTENCES = 20;

function outcomeOf(sentences: readonly string[]): string {
  if (sentences.length === 0) return "no workload is selected";
  const more = sentences.length - MAX_SENTENCES;
  return `${sentences.slice(0, MAX_SENTENCES).join("; ")}${more > 0 ? `; and ${more} more` : ""}`;
}

const DOES: Readonly<Record<LadderStep, string>> = {
  warn: "nothing is done yet",
  "block-new": "plans that would raise what a workload may cost are held",
  "scale-down": "its workloads are scaled to one replica",
  move: "its workloads move to cheaper places where policy allows one",
  stop: "its workloads are scaled to zero",
};

function announcement(budget: Budget, step: BudgetStep): string {
  const when = step.actsAt > step.announcedAt ? ` at ${iso(step.actsAt)}` : "";
  return `Budget ${budget.name}: ${formatUsd(step.spendUsd)} of ${formatUsd(budget.usdPerMonth)} are spent in ${step.month}, ${step.atPercent} % or more; ${DOES[step.do]}${when}. Raise it or override it to keep that from happening.`;
}

/** Tells every workload that counts towards a budget, once. */
async function tell(ports: Ports, caller: Caller, budget: Budget, step: BudgetStep): Promise<void> {
  const message = announcement(budget, step);
  ports.log("warn", message, { budget: budget.name, project: caller.project.name });
  for (const { scope, workload } of await chosen(ports, caller, budget))
    await ports.store.appendEventOnce(
      scope,
      workload.name,
      eventOf(ports, "budget.announced", message, budget, step),
    );
}

const stepData = ({ budget, month, do: what, atPercent, actsAt, spendUsd }: BudgetStep) => ({
  budget,
  month,
  do: what,
  atPercent,
  actsAt: iso(actsAt),
  spendUsd,
});
const eventOf = (ports: Ports, type: string, message: string, { version }: Budget, step: BudgetStep) => ({
  at: ports.now(),
  type,
  actor: AUTOMATION,
  message,
  data: { ...stepData(step), key: `${step.budget}:${version}:${step.month}:${step.do}:${step.atPercent}` },
});

/** Live workloads that count towards a budget. */
async function chosen(ports: Ports, { project }: Caller, { select }: Budget) {
  const found: {
    readonly scope: { readonly project: string; readonly environment: string };
    readonly workload: Workload;
  }[] = [];
  for (const { name: environment } of await ports.store.environments(project.id)) {
    if (!selects({ environments: select.environments }, { environment, labels: {} })) continue;
    const scope = { project: project.id, environment };
    let after: string | undefined;
    while (found.length < MAX_WORKLOADS) {
      const page = await ports.store.workloads(scope, {
        labels: select.workloads,
        after,
        limit: WORKLOADS_A_PAGE,
      });
      found.push(...page.map((workload) => ({ scope, workload })));
      after = page.at(-1)?.name;
      if (page.length < WORKLOADS_A_PAGE) break;
    }
  }
  return found.slice(0, MAX_WORKLOADS);
}
