import type { RefreshReport } from "../domain/refresh-report.ts";
import { iso } from "./instants.ts";

/** Refreshes as they are answered: times as ISO, and how many rows stayed as they were for a doubt. */
export function refreshView(refreshed: {
  readonly book: string;
  readonly collected: string;
  readonly attemptedAt?: number | undefined;
  readonly reports: readonly RefreshReport[];
}) {
  const { book, collected, attemptedAt, reports } = refreshed;
  return {
    book,
    collected,
    ...(attemptedAt === undefined ? {} : { attemptedAt: iso(attemptedAt) }),
    reports: reports.map(({ at, checked, ...report }) => ({
      ...report,
      at: iso(at),
      kept: report.vanished.length + report.quarantined.filter((one) => one.bookUsd !== undefined).length,
      ...(checked === undefined ? {} : { checkedAt: iso(checked.at) }),
    })),
  };
}
