import { newId } from "../domain/id.ts";
import type { Ports } from "./ports.ts";

/** Passes of the whole installation are at least this far apart, whichever process makes them, ms. */
export const PRUNE_EVERY_MS = 3_600_000;
/** Receipts removed in one batch, and batches in one pass: what is left is the next pass's. */
const A_BATCH = 100;
const MAX_BATCHES = 20;

/** Remove receipts that are past their time, one process at a time and once an hour at most. Returns how many; a pass that is not due writes nothing. */
export async function pruneReceipts(ports: Pick<Ports, "store" | "now" | "random">): Promise<number> {
  // Nobody renews this lease: it is what keeps the next pass away for its hour.
  const owner = newId("prune", ports.random);
  if (!(await ports.store.takeLease("receipts", owner, ports.now(), PRUNE_EVERY_MS))) return 0;
  let pruned = 0;
  for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
    const removed = await ports.store.pruneReceipts(ports.now(), A_BATCH);
    pruned += removed;
    if (removed < A_BATCH) break;
  }
  return pruned;
}
