import type { Decimal } from "../../domain/money.ts";
import type { Draw } from "../../domain/offer.ts";
import type { DecisionInputs } from "../decision.ts";

/** One workload of several that are decided together. */
export interface Asking {
  readonly workload: string;
  /** What it would be decided from if it were alone. */
  readonly inputs: DecisionInputs;
  /** Rooms that its offers share with other workloads, by the offer's id. */
  readonly draws: ReadonlyMap<string, readonly Draw[]>;
  /** USD a month that a plan on an offer would hold of the budgets beyond what the workload holds already, by the offer's id. */
  readonly raises: ReadonlyMap<string, Decimal>;
  /** Names of the budgets it counts towards, of those that have a cap. */
  readonly budgets: readonly string[];
}

/** What plans may still add to what a budget holds. */
export interface BudgetLeft {
  readonly name: string;
  readonly usdPerMonth: Decimal;
}

/** Replicas on one offer. */
export interface Part {
  readonly offer: string;
  readonly replicas: number;
}

export const priorityOf = ({ inputs }: Asking): number => inputs.workload?.priority ?? 0;
