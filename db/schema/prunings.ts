import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { HistoryPart } from "../../src/store/history-store.ts";

/** How far the look at what is old has come in each part; no row means that it begins with the oldest. */
export const prunings = sqliteTable("prunings", {
  part: text("part").$type<HistoryPart>().primaryKey(),
  /** The rowid of the last row that was looked at. */
  after: integer("after").notNull(),
});
