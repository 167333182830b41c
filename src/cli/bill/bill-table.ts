import { sum } from "../../domain/money.ts";
import { dollars } from "../figures.ts";
import type { BillSum, Tally } from "./bill-sum.ts";
import { NOT_TAKEN } from "./focus-charge.ts";
import type { Sent } from "./send-bill.ts";

/** What an import would put in force, as a table: what counts, what stands apart, and what is not taken, with why. */
export function billTable({ taken, passed, lines }: BillSum, { kept, refused }: Sent) {
  const number = (rows: number) => rows.toLocaleString("en");
  const usage = taken.get("usage");
  const apart = [...taken].filter(([category]) => category !== "usage");
  const units = new Set(lines.map(({ unit }) => unit)).size;
  const days = new Set(lines.map(({ day }) => day)).size;
  const of = (count: number, one: string) => `${number(count)} ${one}${count === 1 ? "" : "s"}`;
  return {
    head: ["", "ROWS", "USD", ""],
    rows: [
      [
        "usage",
        number(usage?.rows ?? 0),
        dollars(usage?.usd ?? "0"),
        `${of(units, "unit")}, ${of(days, "day")}, as ${of(lines.length, "line")}`,
      ],
      ...apart.map(([category, { rows, usd }]) => [category, number(rows), dollars(usd), "shown apart"]),
      ...[...passed].map(([why, tally]) => [
        "not taken",
        number(tally.rows),
        passedUsd(tally),
        NOT_TAKEN[why],
      ]),
      ...refused.map(({ count, usd, message, example }) => [
        "refused",
        number(count),
        dollars(usd),
        `${of(count, "line")} of ${number(kept + count)}: ${message} (${example})`,
      ]),
    ],
  };
}

// Rows that are passed by before their cost is read come to nothing that could be shown.
const passedUsd = ({ usd }: Tally): string => (usd === "0" ? "" : dollars(usd));

/** The same for programs: amounts are decimals, USD. */
export function billSummary({ taken, passed, rows }: BillSum, sent: Sent) {
  const usd = (tallies: readonly Tally[]) => sum(tallies.map((tally) => tally.usd));
  return {
    rows,
    lines: sent.kept,
    usageUsd: usd([taken.get("usage") ?? { rows: 0, usd: "0" }]),
    apart: Object.fromEntries([...taken].filter(([category]) => category !== "usage")),
    notTaken: [...passed].map(([reason, tally]) => ({ reason, message: NOT_TAKEN[reason], ...tally })),
    refused: sent.refused,
  };
}
