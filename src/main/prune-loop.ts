import type { Ports } from "../broker/ports.ts";
import { prune, PRUNE_ON_MS } from "../broker/prune.ts";

/** How often a process asks whether it is time to prune; the pass itself happens once an hour, or as soon after one that left much over, ms. */
const LOOK_MS = PRUNE_ON_MS;

/** Removes what is past its time, now and then, until the signal. */
export async function keepPruned(
  ports: Pick<Ports, "store" | "now" | "random" | "sleep" | "log" | "keepDays">,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await ports.sleep(LOOK_MS, signal);
    if (signal.aborted) return;
    try {
      await prune(ports);
    } catch (error) {
      // The store is away: what is past its time stays until it is back.
      ports.log("warn", `nothing was pruned: ${String(error)}`);
    }
  }
}
