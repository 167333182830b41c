import { Fault } from "../domain/fault.ts";
import type { Charge } from "./cost-charges.ts";
import { FOCUS_COLUMNS } from "./cost-focus.ts";
import { type CostGroup, spendView } from "./cost-groups.ts";
import type { Project } from "../store/instance.ts";

/** Lines of one file: more is asked for in shorter periods. */
const MAX_LINES = 50_000;

/** Groups as CSV (RFC 4180), one line each, amounts in USD; what bills say is empty where there is none. */
export function groupsCsv(groupBy: string, groups: readonly CostGroup[]): string {
  const rows = groups.map(({ key, ...spend }) => {
    const { bill, ...amounts } = spendView(spend);
    const all: Readonly<Record<string, string | undefined>> = { ...amounts, ...bill };
    return [key, ...AMOUNTS.map((name) => all[name] ?? "")];
  });
  return csv([[groupBy, ...AMOUNTS], ...rows]);
}

const AMOUNTS = [
  "usd",
  "listUsd",
  "meteredUsd",
  "estimatedUsd",
  "billedUsd",
  "comparedUsd",
  "driftUsd",
  "invoicedUsd",
  "purchaseUsd",
  "taxUsd",
  "creditUsd",
  "adjustmentUsd",
] as const;

/** Charges in the columns of FOCUS 1.2, an empty cell for null. Throws `invalid-query` when there are too many for one file. */
export function focusCsv(charges: Iterable<Charge>, project: Pick<Project, "id" | "name">): string {
  const lines: (readonly string[])[] = [];
  for (const charge of charges) {
    lines.push(FOCUS_COLUMNS.map(([, read]) => read(charge, project)));
    if (lines.length > MAX_LINES) throw tooMany();
  }
  return csv([FOCUS_COLUMNS.map(([name]) => name), ...lines]);
}

function csv(lines: readonly (readonly string[])[]): string {
  return lines.map((line) => `${line.map(cell).join(",")}\r\n`).join("");
}

// A label may hold anything a spreadsheet would take for a formula, so such a cell is told to be text; amounts are left alone.
function cell(text: string): string {
  const safe = /^[=+@\t\r]|^-(?!\d)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function tooMany(): Fault {
  return new Fault("invalid-query", `That is more than ${MAX_LINES} lines: ask for fewer days.`, {
    problems: [{ pointer: "?from", message: "ask for fewer days, or name environment or workload" }],
  });
}
