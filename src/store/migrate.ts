import { sql } from "drizzle-orm";
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { Fault } from "../domain/fault.ts";
import type { Database, Statement } from "./database.ts";

/** One migration: the file's name, and its statements in order. */
export interface Migration {
  readonly name: string;
  readonly statements: readonly string[];
}

/** Brings a database up to date, one batch a migration. Several processes may start at once; a database from a newer Berth is refused. */
export async function migrate(db: Database, wanted: readonly Migration[], now: number): Promise<void> {
  await db.run(
    sql`create table if not exists migrations (name text primary key, applied_at integer not null)`,
  );
  const before = await applied(db);
  const known = new Set(wanted.map(({ name }) => name));
  const unknown = [...before].find((name) => !known.has(name));
  if (unknown !== undefined)
    throw new Fault(
      "unavailable",
      `The database was made by a newer Berth (it has ${unknown}): run that version, or restore an older copy.`,
    );
  for (const migration of wanted) if (!before.has(migration.name)) await apply(db, migration, now);
}

/** The statements of a migration file as drizzle-kit writes it. */
export function statementsOf(file: string): readonly string[] {
  return file
    .split("--> statement-breakpoint")
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
}

// The name goes first: whoever comes second fails on it, and has nothing left to do.
async function apply(db: Database, { name, statements }: Migration, now: number): Promise<void> {
  const first: Statement = db.insert(migrations).values({ name, appliedAt: now });
  try {
    await db.batch([first, ...statements.map((statement): Statement => db.run(sql.raw(statement)))]);
  } catch (error) {
    if (!(await applied(db)).has(name)) throw error;
  }
}

// Not in db/schema.ts: it must be there before the first migration.
const migrations = sqliteTable("migrations", {
  name: text("name").primaryKey(),
  appliedAt: integer("applied_at").notNull(),
});

async function applied(db: Database): Promise<ReadonlySet<string>> {
  const rows = await db.select({ name: migrations.name }).from(migrations);
  return new Set(rows.map((row) => row.name));
}
