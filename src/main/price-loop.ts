import type { Ports } from "../broker/ports.ts";
import { FIRST_REFRESH_MS, refreshIfDue } from "../broker/refresh-if-due.ts";

/** How often a process asks whether another one has put a newer price book in force, ms. */
const LOOK_MS = 60_000;
const MS_PER_HOUR = 3_600_000;

/** Keeps this process's prices those in force, and refreshes them every `hours` (0: never); ends with the signal. */
export async function keepPrices(
  ports: Pick<Ports, "store" | "books" | "now" | "random" | "log" | "sleep">,
  hours: number,
  signal: AbortSignal,
): Promise<void> {
  const notBefore = ports.now() + FIRST_REFRESH_MS;
  while (!signal.aborted) {
    await ports.sleep(LOOK_MS, signal);
    if (signal.aborted) return;
    try {
      await ports.books.catchUp();
      if (hours > 0) await refreshIfDue(ports, hours * MS_PER_HOUR, { notBefore });
    } catch (error) {
      // The store is away: the prices this process has stay, and it looks again.
      ports.log("warn", `prices in force are not known now: ${String(error)}`);
    }
  }
}
