import type { Budget, BudgetStep, LadderStep, Rung } from "../domain/budget.ts";
import { compare, multiply } from "../domain/money.ts";

/** What a ladder is judged by. */
export interface LadderInput {
  readonly budget: Budget;
  /** `2026-11`, UTC. */
  readonly month: string;
  /** Spent this month; undefined while it is not known, and then nothing is announced and nothing done. */
  readonly spendUsd: string | undefined;
  /** Rungs of this budget that were reached this month. */
  readonly steps: readonly BudgetStep[];
  readonly now: number;
}

/** What is to be done next: say that a rung was reached, or carry out one whose grace has ended. */
export interface LadderMove {
  readonly do: "announce" | "act";
  readonly step: BudgetStep;
}

/**
 * What a budget's ladder does now, the mildest rung first. A rung is announced once a month and carried out once, never before its
 * grace has ended; nothing it did is undone here. Pure.
 */
export function climb({ budget, month, spendUsd, steps, now }: LadderInput): readonly LadderMove[] {
  if (spendUsd === undefined) return [];
  const reached = budget.ladder
    .filter((rung) => isReached(budget, rung, spendUsd) && (rung.do === "warn" || !isOverridden(budget, now)))
    .toSorted((a, b) => RANK[a.do] - RANK[b.do] || a.atPercent - b.atPercent);
  return reached.flatMap((rung): readonly LadderMove[] => {
    const said = steps.find((step) => step.do === rung.do && step.atPercent === rung.atPercent);
    if (said === undefined) return [{ do: "announce", step: stepOf(budget, rung, month, spendUsd, now) }];
    return said.actedAt === undefined && said.actsAt <= now ? [{ do: "act", step: said }] : [];
  });
}

/** Whether a budget lets no plan through that raises what it costs: its rung says so, its grace is over, and nobody overrides it. */
export function blocksNew(budget: Budget, steps: readonly BudgetStep[], now: number): boolean {
  if (isOverridden(budget, now)) return false;
  return steps.some((step) => step.budget === budget.name && step.do === "block-new" && step.actsAt <= now);
}

/** Whether a person has put a budget aside for now. */
export function isOverridden({ overrideUntil }: Budget, now: number): boolean {
  return overrideUntil !== undefined && overrideUntil > now;
}

/** The amount at which a rung is reached, USD. */
export function thresholdUsd({ usdPerMonth }: Budget, { atPercent }: Pick<Rung, "atPercent">): string {
  return multiply(multiply(usdPerMonth, atPercent), "0.01");
}

const RANK: Readonly<Record<LadderStep, number>> = {
  warn: 0,
  "block-new": 1,
  "scale-down": 2,
  move: 3,
  stop: 4,
};
const MS_PER_MINUTE = 60_000;

const isReached = (budget: Budget, rung: Rung, spendUsd: string): boolean =>
  compare(spendUsd, thresholdUsd(budget, rung)) >= 0;

function stepOf(budget: Budget, rung: Rung, month: string, spendUsd: string, now: number): BudgetStep {
  const { atPercent, graceMinutes } = rung;
  return {
    project: budget.project,
    budget: budget.name,
    month,
    do: rung.do,
    atPercent,
    announcedAt: now,
    actsAt: now + graceMinutes * MS_PER_MINUTE,
    spendUsd,
  };
}
