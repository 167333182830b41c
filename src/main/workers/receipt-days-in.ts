import { Fault } from "../../domain/fault.ts";
import { parseReceiptDays, type ReceiptVariables } from "../receipt-days.ts";

/** How long receipts are kept here, days. Throws `unavailable` with the variable's name when it says none. */
export function receiptDaysIn(env: ReceiptVariables): number {
  const { days, problems } = parseReceiptDays(env);
  if (problems.length > 0) throw new Fault("unavailable", problems.join(" "));
  return days;
}
