import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { CHARGE_CATEGORIES } from "../../src/domain/bill.ts";

/** Bills in force: which import of a target's month counts. */
export const bills = sqliteTable(
  "bills",
  {
    project: text("project").notNull(),
    /** The target's name, as in the ledger: both outlive the target. */
    target: text("target").notNull(),
    month: text("month").notNull(),
    import: text("import").notNull(),
    fromAt: integer("from_at").notNull(),
    toAt: integer("to_at").notNull(),
    rows: integer("rows").notNull(),
    /** The earliest day of a line, which is before `from_at` where something older was corrected; null: there is no line. */
    oldestAt: integer("oldest_at"),
    importedAt: integer("imported_at").notNull(),
    importedBy: text("imported_by").notNull(),
  },
  (row) => [primaryKey({ columns: [row.project, row.target, row.month] })],
);

/** Lines of bills, page by page as they came. Only those of an import that `bills` names count. */
export const billedCosts = sqliteTable(
  "billed_costs",
  {
    project: text("project").notNull(),
    target: text("target").notNull(),
    month: text("month").notNull(),
    import: text("import").notNull(),
    page: integer("page").notNull(),
    line: integer("line").notNull(),
    day: integer("day").notNull(),
    environment: text("environment").notNull(),
    workload: text("workload").notNull(),
    unit: text("unit").notNull(),
    provider: text("provider").notNull(),
    region: text("region").notNull(),
    meter: text("meter").notNull(),
    category: text("category", { enum: CHARGE_CATEGORIES }).notNull(),
    effectiveUsd: text("effective_usd").notNull(),
    billedUsd: text("billed_usd").notNull(),
    listUsd: text("list_usd").notNull(),
    labels: text("labels", { mode: "json" }).$type<Readonly<Record<string, string>>>().notNull(),
    stagedAt: integer("staged_at").notNull(),
  },
  (row) => [primaryKey({ columns: [row.project, row.target, row.month, row.import, row.page, row.line] })],
);
