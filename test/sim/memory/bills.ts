import type { BillStore } from "../../../src/store/bill-store.ts";

/** Simulations have no bills. */
export function bills(): BillStore {
  const none = async () => {
    throw new Error("a simulated database keeps no bills");
  };
  return {
    unitsBilled: none,
    stageBillPage: none,
    putBill: none,
    deleteBill: none,
    bills: async () => [],
    billedCosts: none,
  };
}
