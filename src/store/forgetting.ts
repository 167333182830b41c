import type { SQL } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Database, Statement } from "./database.ts";

/** How a part of history is let go of. */
export interface Forgetting {
  readonly table: SQLiteTable;
  /** When a row was written. */
  readonly at: SQL;
  /** Nothing behind a row that is young is looked at, so that none goes while an older one of its name is kept for its age alone. */
  readonly isInOrder?: true;
  /** Which of some rows, given as a list of rowids, are over since before a time, ms, and needed by nothing. */
  readonly mayGo: (rows: SQL, before: number) => SQL;
  /** What goes with them, to be removed first; `going` is what `mayGo` said of them. */
  readonly also?: (db: Database, going: SQL, before: number) => readonly Statement[];
}
