import type { Json } from "./api.ts";

const MOST_RANKED = 12;
const MOST_REJECTED = 8;

/** A dry run's answer as a table: the ranked places with their price, then why others were refused. */
export function placementTable(answer: Json): string {
  const ranked = answer.at("ranked").list();
  const rows = ranked
    .slice(0, MOST_RANKED)
    .map((entry, index) => [
      String(index + 1),
      labelOf(entry.at("offer", "place")),
      entry.at("offer", "billing").text(),
      Number(entry.at("offer", "price", "expectedUsd").text()).toFixed(2),
      Number(entry.at("offer", "price", "ceilingUsd").text()).toFixed(2),
      Number(entry.at("total").text()).toFixed(3),
    ]);
  const table = columns([["", "PLACE", "BILLING", "$/MONTH", "AT MOST", "SCORE"], ...rows]);
  return `${table}\n\nrefused\n${refusals(answer.at("rejected").list())}`;
}

function refusals(rejected: readonly Json[]): string {
  const byReason = new Map<string, Json[]>();
  for (const entry of rejected) {
    const why = entry
      .at("reasons")
      .list()
      .map((reason) => reason.at("message").text())
      .join("; ");
    byReason.set(why, [...(byReason.get(why) ?? []), entry]);
  }
  const groups = [...byReason].map(([why, entries]) => {
    const [first] = entries;
    const place = first === undefined ? "" : labelOf(first.at("offer", "place"));
    return `  ${entries.length === 1 ? place : `${entries.length} places`}: ${why}`;
  });
  const more = groups.length > MOST_REJECTED ? [`  and ${groups.length - MOST_REJECTED} more reasons`] : [];
  return [...groups.slice(0, MOST_REJECTED), ...more].join("\n");
}

const labelOf = (place: Json): string =>
  [place.at("target").text() || place.at("provider").text(), place.at("region").text()]
    .filter((part) => part !== "")
    .join(" ");

function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
