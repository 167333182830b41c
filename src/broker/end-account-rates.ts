import type { Ports } from "./ports.ts";
import { ratesInForce } from "./stated-rates.ts";

/** Projects that one pass looks after, and rates of one project that end after each other: what is left is the next pass's. */
const MOST_PROJECTS = 50;
const MOST_ENDS = 20;

/**
 * What an account pays until a time (a discount, a commitment, a price it states) counts no more from that time on: the meter is told, at
 * the very moment it ended, however late this runs. Run twice, or by two processes, it is told once. Returns how many ends it noted.
 */
export async function endAccountRates(ports: Pick<Ports, "store" | "books" | "now">): Promise<number> {
  const { store, books, now } = ports;
  let ended = 0;
  for (let turn = 0; turn < MOST_ENDS; turn += 1) {
    const due = await store.ratesEnded(now(), MOST_PROJECTS);
    if (due.length === 0) return ended;
    for (const project of due) {
      const { endsAt = now(), rates } = project;
      const left = ratesInForce(rates, endsAt, books.current().hash);
      if (await store.endRates(project, left, endsAt)) ended += 1;
    }
  }
  return ended;
}
