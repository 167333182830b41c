import { RECEIPT_DAYS } from "../broker/receipts.ts";

/** What `BERTH_RECEIPT_DAYS` is read from. */
export interface ReceiptVariables {
  readonly BERTH_RECEIPT_DAYS?: string | undefined;
}

const MOST_DAYS = 3_650;

/** How long receipts are kept, days (0: none is), and a sentence where the variable does not say. */
export function parseReceiptDays(env: ReceiptVariables): {
  readonly days: number;
  readonly problems: readonly string[];
} {
  const text = env.BERTH_RECEIPT_DAYS;
  if (text === undefined || text === "") return { days: RECEIPT_DAYS, problems: [] };
  if (/^\d{1,4}$/.test(text) && Number(text) <= MOST_DAYS) return { days: Number(text), problems: [] };
  const range = `say whole days from 1 to ${MOST_DAYS}, or 0 to keep none.`;
  return { days: RECEIPT_DAYS, problems: [`BERTH_RECEIPT_DAYS is ${JSON.stringify(text)}; ${range}`] };
}
