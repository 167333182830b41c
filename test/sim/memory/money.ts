import type { BillStore } from "../../../src/store/bill-store.ts";
import type { MoneyStore } from "../../../src/store/money.ts";

/** Simulations meter nothing and have no budgets: both are held against real databases instead. */
export function money(): Omit<MoneyStore, keyof BillStore> {
  const none = async () => {
    throw new Error("a simulated database keeps no budgets");
  };
  return {
    meterWork: async () => ({ facts: [], meters: [] }),
    meterDone: async () => true,
    meterBehind: async () => undefined,
    ledger: async () => ({ rows: [], next: undefined }),
    putBudget: none,
    budget: async () => undefined,
    budgets: async () => [],
    deleteBudget: async () => false,
    budgetProjects: async () => [],
    budgetSteps: async () => [],
    announceStep: none,
    finishStep: none,
    budgetRefusals: () => Promise.resolve([]),
    reservations: async () => [],
  };
}
