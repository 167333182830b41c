import type { ReceiptStore } from "../../../src/store/receipt-store.ts";

/** Simulations keep no receipts: they are held against real databases instead. */
export function receipts(): ReceiptStore {
  return {
    keepReceipt: async () => {},
    receipt: async () => undefined,
    blobs: async () => new Map(),
    pruneReceipts: async () => 0,
  };
}
