import { KEEP_DAYS, type KeepDays } from "../broker/keep-days.ts";
import { RECEIPT_DAYS } from "../broker/receipts.ts";

/** What retention is read from. */
export interface RetentionVariables {
  readonly BERTH_RECEIPT_DAYS?: string | undefined;
  readonly BERTH_EVENT_DAYS?: string | undefined;
  readonly BERTH_HISTORY_DAYS?: string | undefined;
}

/** How long things are kept here. */
export interface Retention {
  /** Receipts, days; 0: none is. */
  readonly receiptDays: number;
  readonly keepDays: KeepDays;
}

const MOST_DAYS = 3_650;
/** Longer than anything under way takes, so that nothing of it is ever old. */
const LEAST_DAYS = 30;
const FOR_EVER = "forever";

/** How long receipts, events and history are kept, and a sentence for each variable that does not say. */
export function parseRetention(env: RetentionVariables): {
  readonly retention: Retention;
  readonly problems: readonly string[];
} {
  const receipts = parseReceiptDays(env.BERTH_RECEIPT_DAYS);
  const events = parseKeepDays("BERTH_EVENT_DAYS", env.BERTH_EVENT_DAYS);
  const history = parseKeepDays("BERTH_HISTORY_DAYS", env.BERTH_HISTORY_DAYS);
  return {
    retention: { receiptDays: receipts.days, keepDays: { events: events.days, history: history.days } },
    problems: [receipts, events, history].flatMap(({ problem }) => problem ?? []),
  };
}

function parseReceiptDays(text: string | undefined) {
  if (text === undefined || text === "") return { days: RECEIPT_DAYS };
  const days = wholeDays(text);
  if (days !== undefined) return { days };
  const range = `say whole days from 1 to ${MOST_DAYS}, or 0 to keep none.`;
  return { days: RECEIPT_DAYS, problem: `BERTH_RECEIPT_DAYS is ${JSON.stringify(text)}; ${range}` };
}

function parseKeepDays(name: string, text: string | undefined) {
  if (text === undefined || text === "") return { days: KEEP_DAYS };
  if (text === FOR_EVER) return { days: undefined };
  const days = wholeDays(text);
  if (days !== undefined && days >= LEAST_DAYS) return { days };
  const range = `say whole days from ${LEAST_DAYS} to ${MOST_DAYS}, or ${FOR_EVER}.`;
  return { days: KEEP_DAYS, problem: `${name} is ${JSON.stringify(text)}; ${range}` };
}

function wholeDays(text: string): number | undefined {
  return /^\d{1,4}$/.test(text) && Number(text) <= MOST_DAYS ? Number(text) : undefined;
}
