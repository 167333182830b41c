import { capUsd, selects } from "../../domain/budget.ts";
import { compare, type Decimal, subtract, sum } from "../../domain/money.ts";
import type { Offer } from "../../domain/offer.ts";
import type { BudgetLeft } from "../../policy/together/asking.ts";
import type { Prepared } from "../draft.ts";
import type { Caller, Ports } from "../ports.ts";
import { timeBasedCeiling } from "../unit-terms.ts";

/** What budgets with a cap leave to the workloads of a change, and which of these count towards each. */
export interface Purses {
  readonly left: readonly BudgetLeft[];
  readonly of: (prepared: Prepared) => Purse;
}

/** One workload's part in it. */
export interface Purse {
  readonly budgets: readonly string[];
  /** What a plan on an offer would hold beyond what the workload holds now, USD a month. */
  readonly raise: (offer: Offer) => Decimal;
}

/** Nothing is bounded: for an emergency, which passes budgets. */
export const NO_PURSES: Purses = { left: [], of: () => ({ budgets: [], raise: () => "0" }) };

/**
 * What the commit of a change may add to what each budget holds. A cap binds what is raised only, as the commit itself has it: a workload
 * that comes to hold no more than it does is in no budget's way.
 */
export async function pursesOf(
  ports: Pick<Ports, "store" | "now">,
  { project, environment }: Pick<Caller, "project" | "environment">,
): Promise<Purses> {
  const now = ports.now();
  const standing = (await ports.store.budgets(project.id)).flatMap((budget) => {
    const cap = capUsd(budget);
    return cap === undefined || (budget.overrideUntil ?? 0) > now ? [] : [{ budget, cap }];
  });
  if (standing.length === 0) return NO_PURSES;
  const held = await ports.store.reservations(project.id);
  const left = standing.map(({ budget, cap }) => {
    const counted = held.filter((one) => selects(budget.select, one));
    const rest = subtract(cap, sum(counted.map(({ ceilingUsd }) => ceilingUsd)));
    return { name: budget.name, usdPerMonth: rest.startsWith("-") ? "0" : rest };
  });
  const of = ({ spec: { name, labels } }: Prepared): Purse => {
    const mine = standing.filter(({ budget }) => selects(budget.select, { environment, labels }));
    const before = held.find((one) => one.environment === environment && one.workload === name);
    // What it holds under other labels is in another budget's sum.
    const counts = before !== undefined && mine.every(({ budget }) => selects(budget.select, before));
    const holds = counts ? before.ceilingUsd : "0";
    return {
      budgets: mine.map(({ budget }) => budget.name),
      raise: ({ price }) => {
        const ceiling = timeBasedCeiling(price) ?? "0";
        return compare(ceiling, holds) > 0 ? subtract(ceiling, holds) : "0";
      },
    };
  };
  return { left, of };
}

/** Raises of all offers a workload has, by their ids. */
export function raisesOf(purse: Purse, offers: readonly Offer[]): ReadonlyMap<string, Decimal> {
  return new Map(purse.budgets.length === 0 ? [] : offers.map((offer) => [offer.id, purse.raise(offer)]));
}
