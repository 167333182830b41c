import { newId } from "../domain/id.ts";
import { HISTORY_PARTS, type HistoryPart } from "../store/store.ts";
import { KEEP_DAYS, type KeepDays } from "./keep-days.ts";
import type { Ports } from "./ports.ts";

/** Passes of the whole installation are at least this far apart, whichever process makes them, ms. */
export const PRUNE_EVERY_MS = 3_600_000;
/** Where much is left over, the next one comes so soon, ms. */
export const PRUNE_ON_MS = 60_000;
const DAY_MS = 86_400_000;
/** Batches of one part in one pass, unless the runtime bounds what one call of it may ask of the database. */
const MAX_BATCHES = 20;

/** What is kept how long once it has lost its use, and how many rows one batch looks at. Receipts have a time of their own. */
const KEPT: Readonly<Record<HistoryPart, { readonly as: keyof KeepDays; readonly rows: number }>> = {
  events: { as: "events", rows: 500 },
  exceptions: { as: "events", rows: 100 },
  tokens: { as: "events", rows: 200 },
  // Each asks a lot of the other tables, so few at a time.
  plans: { as: "history", rows: 50 },
  units: { as: "history", rows: 500 },
  changes: { as: "history", rows: 50 },
  runs: { as: "history", rows: 100 },
  policies: { as: "history", rows: 50 },
  "price-books": { as: "history", rows: 20 },
  "budget-steps": { as: "history", rows: 200 },
};
const RECEIPTS = 100;

/** How many rows of each kind a pass removed. */
export type Pruned = Readonly<Partial<Record<HistoryPart | "receipts", number>>>;

/**
 * One pass that removes what is past its time and needed by nothing, one process at a time and once an hour at most, sooner only after one
 * that left much over; one that is not due writes nothing. A part that fails is said in the log and keeps no other from its turn.
 */
export async function prune(
  ports: Pick<Ports, "store" | "now" | "random" | "log" | "keepDays">,
  batchesEach = MAX_BATCHES,
): Promise<Pruned> {
  const { store, keepDays = { events: KEEP_DAYS, history: KEEP_DAYS } } = ports;
  const now = ports.now();
  // Nobody renews this lease: it is what keeps the next pass away for its hour.
  const owner = newId("prune", ports.random);
  if (!(await store.takeLease("prune", owner, now, PRUNE_EVERY_MS))) return {};
  const pruned: Partial<Record<HistoryPart | "receipts", number>> = {};
  let isMuchLeft = false;
  const inBatches = async (part: HistoryPart | "receipts", rows: number, one: () => Promise<Batch>) => {
    try {
      const { removed, isThrough } = await batches(one, batchesEach);
      pruned[part] = removed;
      // Not for a few among many that stay: those are looked at in turn.
      if (!isThrough && removed >= rows) isMuchLeft = true;
    } catch (error) {
      ports.log("warn", `${part} were not pruned, and the next pass tries again: ${String(error)}`);
    }
  };
  await inBatches("receipts", RECEIPTS, async () => {
    const removed = await store.pruneReceipts(now, RECEIPTS);
    return { removed, isThrough: removed < RECEIPTS };
  });
  for (const part of HISTORY_PARTS) {
    const { as, rows } = KEPT[part];
    const days = keepDays[as];
    if (days !== undefined) await inBatches(part, rows, () => store.forget(part, now - days * DAY_MS, rows));
  }
  const removed = Object.entries(pruned).filter(([, count]) => count > 0);
  if (removed.length > 0)
    ports.log("info", `past their time: ${removed.map(([part, count]) => `${count} ${part}`).join(", ")}`);
  if (isMuchLeft) await store.takeLease("prune", owner, now, PRUNE_ON_MS);
  return pruned;
}

interface Batch {
  readonly removed: number;
  readonly isThrough: boolean;
}

async function batches(one: () => Promise<Batch>, most: number): Promise<Batch> {
  let removed = 0;
  for (let batch = 0; batch < most; batch += 1) {
    const done = await one();
    removed += done.removed;
    if (done.isThrough) return { removed, isThrough: true };
  }
  return { removed, isThrough: false };
}
