import type { HistoryStore } from "../../../src/store/history-store.ts";
import type { ReceiptStore } from "../../../src/store/receipt-store.ts";

/** Simulations keep no receipts, and end before anything is old: both are held against real databases instead. */
export function receipts(): ReceiptStore & HistoryStore {
  return {
    keepReceipt: async () => {},
    receipt: async () => undefined,
    blobs: async () => new Map(),
    pruneReceipts: async () => 0,
    forget: async () => ({ removed: 0, isThrough: true }),
  };
}
