import { multiply } from "./money.ts";

/** What a budget may do by itself, from the mildest to the hardest. */
export const LADDER_STEPS = ["warn", "block-new", "scale-down", "move", "stop"] as const;
export type LadderStep = (typeof LADDER_STEPS)[number];

/** One rung: at this share of the budget do this, so many minutes after saying so. */
export interface Rung {
  readonly atPercent: number;
  readonly do: LadderStep;
  readonly graceMinutes: number;
}

/** Which workloads a budget speaks of; what is absent selects everything. */
export interface BudgetSelect {
  readonly environments?: readonly string[] | undefined;
  /** Labels that a workload must all have. */
  readonly workloads?: Readonly<Record<string, string>> | undefined;
}

/** USD for each calendar month (UTC) of part of a project, and what happens as it is used up. */
export interface Budget {
  readonly project: string;
  readonly name: string;
  readonly usdPerMonth: string;
  readonly select: BudgetSelect;
  readonly ladder: readonly Rung[];
  /** Until then it only warns: a person said so. */
  readonly overrideUntil?: number | undefined;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A rung that was reached in a month: announced, then carried out when its grace has ended. */
export interface BudgetStep {
  readonly project: string;
  readonly budget: string;
  /** `2026-11`, UTC. */
  readonly month: string;
  readonly do: LadderStep;
  readonly atPercent: number;
  readonly announcedAt: number;
  /** When its grace ends. */
  readonly actsAt: number;
  readonly spendUsd: string;
  /** When it was carried out. */
  readonly actedAt?: number | undefined;
  /** What came of it, a sentence. */
  readonly outcome?: string | undefined;
}

/** What the plans of one workload may cost a month at most (time-based lines at scale.max), as the commit reserved it. */
export interface Reservation {
  readonly environment: string;
  readonly workload: string;
  readonly plan: string;
  /** Time-based lines at `scale.max`, and the floor at `scale.min`; USD a month. */
  readonly ceilingUsd: string;
  readonly floorUsd: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Why a budget refuses a plan: USD a month. */
export interface BudgetRefusal {
  readonly budget: string;
  /** The most that may be reserved. */
  readonly capUsd: string;
  /** What other workloads hold. */
  readonly reservedUsd: string;
  /** What this plan would hold. */
  readonly wantedUsd: string;
  /** Of plans that are decided together: what all of them that count towards it would hold. */
  readonly togetherUsd?: string | undefined;
}

/** A refusal in words, and what would help. */
export function refusalText(
  workload: string,
  { budget, capUsd, reservedUsd, wantedUsd, togetherUsd }: BudgetRefusal,
): string {
  const wanted =
    togetherUsd === undefined
      ? `${workload} would hold ${wantedUsd} at scale.max`
      : `those of this change would hold ${togetherUsd} together at scale.max, ${workload} ${wantedUsd} of it`;
  return `Budget ${budget} allows ${capUsd} USD a month; other workloads hold ${reservedUsd}, and ${wanted}. Lower scale.max or the size, free something else, or raise the budget.`;
}

/** What holds where a budget names no ladder. */
export const DEFAULT_LADDER: readonly Rung[] = [
  { atPercent: 80, do: "warn", graceMinutes: 0 },
  { atPercent: 100, do: "block-new", graceMinutes: 0 },
];

/** Whether a workload of this environment and with these labels counts towards a budget. */
export function selects(
  { environments, workloads = {} }: BudgetSelect,
  of: { readonly environment: string; readonly labels: Readonly<Record<string, string>> },
): boolean {
  if (environments !== undefined && !environments.includes(of.environment)) return false;
  return Object.entries(workloads).every(([key, value]) => of.labels[key] === value);
}

/**
 * What plans may reserve at most: the share of the budget at which its ladder first has `block-new`. Undefined where it has none: such a
 * ladder acts on what was spent, and what plans could come to at most is no ground to refuse one.
 */
export function capUsd({ usdPerMonth, ladder }: Pick<Budget, "usdPerMonth" | "ladder">): string | undefined {
  const blocking = ladder.filter((rung) => rung.do === "block-new").map((rung) => rung.atPercent);
  if (blocking.length === 0) return undefined;
  return multiply(multiply(usdPerMonth, Math.min(...blocking)), "0.01");
}
