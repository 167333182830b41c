import type { Ports } from "../broker/ports.ts";
import { pruneReceipts } from "../broker/prune-receipts.ts";

/** How often a process asks whether receipts may be pruned; the pass itself happens once an hour, ms. */
const LOOK_MS = 600_000;

/** Removes receipts that are past their time, now and then, until the signal. */
export async function keepReceiptsPruned(
  ports: Pick<Ports, "store" | "now" | "random" | "sleep" | "log">,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await ports.sleep(LOOK_MS, signal);
    if (signal.aborted) return;
    try {
      await pruneReceipts(ports);
    } catch (error) {
      // The store is away: what is past its time stays until it is back.
      ports.log("warn", `receipts were not pruned: ${String(error)}`);
    }
  }
}
