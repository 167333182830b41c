import type { Budget, BudgetRefusal, BudgetStep, Reservation } from "../domain/budget.ts";
import type { BillStore } from "./bill-store.ts";
import type { LedgerRow, Meter, MeterFact, ReadLedgerRow, UnitTerms } from "../domain/ledger.ts";

export type { BilledCursor, BilledQuery } from "./bill-store.ts";

/** The prices that something was priced at, by their hashes: the book, and that of the rates that the account states. */
export interface PricedAt {
  readonly book: string;
  readonly stated?: string | undefined;
}

/** What a commit says about money, beside the plan. */
export interface CommitMoney {
  /** What each unit of the plan costs by the second. Where other prices are in force by the commit than it was priced at, those count. */
  readonly terms: readonly {
    readonly unit: string;
    readonly terms: UnitTerms;
    readonly pricedAt?: PricedAt | undefined;
  }[];
  /** What the plan may cost a month: time-based lines at `scale.max`, and the floor. USD, decimals. */
  readonly ceilingUsd: string;
  readonly floorUsd: string;
  /** An emergency: reserved all the same, but refused by no budget. */
  readonly passesBudgets: boolean;
}

/** What a plan that is not committed yet would reserve. */
export interface WantedMoney {
  readonly workload: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `CommitMoney.ceilingUsd`. */
  readonly ceilingUsd: string;
  readonly now: number;
}

interface Scope {
  readonly project: string;
  readonly environment: string;
}

/**
 * Facts that the meter has not taken in yet, oldest first, and how far the metering of their units has come; that of all units of their
 * projects where these have rates of their own.
 */
export interface MeterWork {
  readonly facts: readonly MeterFact[];
  readonly meters: readonly Meter[];
}

/** What a pass makes of some work. */
export interface MeterResult {
  readonly meters: readonly Meter[];
  /** Units whose metering is over. */
  readonly ended: readonly Pick<Meter, "project" | "environment" | "workload" | "unit">[];
  readonly put: readonly LedgerRow[];
  readonly drop: readonly LedgerRow[];
}

export interface LedgerQuery {
  /** Undefined reads every project: only for the instance's administrator. */
  readonly project: string | undefined;
  readonly environment?: string | undefined;
  readonly workload?: string | undefined;
  /** Rows that touch [from, to), ms. */
  readonly from: number;
  readonly to: number;
  readonly after?: number | undefined;
  readonly limit: number;
}

/** The part of the store that keeps money. */
export interface MoneyStore extends BillStore {
  /** Work for one metering pass: at most `limit` facts, of this project only where one is given. Nothing to do is no facts. */
  meterWork(limit: number, project?: string): Promise<MeterWork>;
  /** Writes what a pass made of the work, all of it or, when another pass took any of its facts in, none: then false. */
  meterDone(work: MeterWork, result: MeterResult): Promise<boolean>;
  /** When the oldest fact that is not taken in yet happened; undefined when there is none. */
  meterBehind(project?: string): Promise<number | undefined>;
  /** One page of the ledger in an order of its own, and the cursor of the next page where there may be one. */
  ledger(
    query: LedgerQuery,
  ): Promise<{ readonly rows: readonly ReadLedgerRow[]; readonly next: number | undefined }>;

  /** `ifVersion`: undefined writes always, 0 only when absent, n only over version n. Undefined on a mismatch. */
  putBudget(
    budget: Omit<Budget, "version" | "createdAt" | "updatedAt">,
    now: number,
    ifVersion?: number,
  ): Promise<Budget | undefined>;
  budget(project: string, name: string): Promise<Budget | undefined>;
  budgets(project: string): Promise<readonly Budget[]>;
  deleteBudget(project: string, name: string): Promise<boolean>;
  /** Projects that have a budget. */
  budgetProjects(limit: number): Promise<readonly string[]>;
  /** Rungs reached in a month. */
  budgetSteps(project: string, month: string): Promise<readonly BudgetStep[]>;
  /** Notes that a rung was reached; false when it was noted already. */
  announceStep(step: BudgetStep): Promise<boolean>;
  /** Notes what came of it; false when that was noted already. */
  finishStep(step: BudgetStep, actedAt: number, outcome: string): Promise<boolean>;

  /** The budgets that would refuse this plan if it were committed now, the tightest first. */
  budgetRefusals(scope: Scope, wanted: WantedMoney): Promise<readonly BudgetRefusal[]>;
  /** What plans hold, one row for each workload: the largest of its rows. */
  reservations(project: string): Promise<readonly Reservation[]>;
}
