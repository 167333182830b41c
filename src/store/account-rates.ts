import { asc, eq, lte, sql, type SQL } from "drizzle-orm";
import { accountRates, priceBooks } from "../../db/schema.ts";
import type { AccountRates } from "../domain/account-rates.ts";
import { bookRows } from "./book-rows.ts";
import type { Database } from "./database.ts";
import { all } from "./keys.ts";
import { noteAccountRates } from "./meter-facts.ts";
import type { PriceStore, StatedInForce, StoredRates } from "./prices.ts";
import { fitting } from "./row-size.ts";

/** What projects pay instead of list prices, and which of the rates they state count now. */
export function accountRatesRows(
  db: Database,
): Pick<PriceStore, "accountRates" | "putAccountRates" | "ratesEnded" | "endRates"> {
  return {
    async accountRates(project) {
      const rows = await db.select().from(accountRates).where(eq(accountRates.project, project));
      return rows.map(ratesOf)[0];
    },
    async putAccountRates(project, rates, stated, now, ifVersion) {
      const write = writeOf(db, { project, rates, stated, now, ifVersion });
      const [, written] = await db.batch([
        noteAccountRates(
          db,
          project,
          { ...booksOf(stated), next: rates },
          now,
          all(isOver(project, ifVersion), differs(project, rates, stated)),
        ),
        write,
        ...statedRows(db, stated, now),
      ]);
      return written.map(ratesOf)[0];
    },
    async ratesEnded(now, limit) {
      const rows = await db
        .select()
        .from(accountRates)
        .where(lte(accountRates.statedUntil, now))
        .orderBy(asc(accountRates.statedUntil))
        .limit(limit);
      return rows.map(ratesOf);
    },
    async endRates({ project, version, endsAt }, stated, at) {
      const unchanged = all(
        eq(accountRates.project, project),
        eq(accountRates.version, version),
        sql`${accountRates.statedUntil} is ${endsAt ?? null}`,
      );
      const [, ended] = await db.batch([
        noteAccountRates(
          db,
          project,
          booksOf(stated),
          at,
          sql`exists (select 1 from ${accountRates} where ${unchanged})`,
        ),
        db
          .update(accountRates)
          .set(inForceOf(stated))
          .where(unchanged)
          .returning({ version: accountRates.version }),
        ...statedRows(db, stated, at),
      ]);
      return ended.length === 1;
    },
  };
}

interface Write {
  readonly project: string;
  readonly rates: AccountRates;
  readonly stated: StatedInForce;
  readonly now: number;
  readonly ifVersion: number | undefined;
}

function writeOf(db: Database, { project, rates, stated, now, ifVersion }: Write) {
  const body = fitting("The account's rates", rates);
  const next = { body, updatedAt: now, ...inForceOf(stated) };
  const insert = db.insert(accountRates).values({ project, version: 1, ...next });
  const change = { ...next, version: sql`${accountRates.version} + 1` };
  if (ifVersion === undefined)
    return insert.onConflictDoUpdate({ target: accountRates.project, set: change }).returning();
  if (ifVersion === 0) return insert.onConflictDoNothing().returning();
  const over = all(eq(accountRates.project, project), eq(accountRates.version, ifVersion));
  return db.update(accountRates).set(change).where(over).returning();
}

// Before the write, what the write itself will ask.
function isOver(project: string, ifVersion: number | undefined): SQL {
  const there = sql`select 1 from ${accountRates} where ${eq(accountRates.project, project)}`;
  if (ifVersion === undefined) return sql`true`;
  if (ifVersion === 0) return sql`not exists (${there})`;
  return sql`exists (${there} and ${eq(accountRates.version, ifVersion)})`;
}

// Whoever has never set any pays as one who has agreed on nothing.
function differs(project: string, { discounts, commitments }: AccountRates, { book }: StatedInForce): SQL {
  const before = (column: SQL) =>
    sql`(select ${column} from ${accountRates} where ${eq(accountRates.project, project)})`;
  const list = (name: "discounts" | "commitments", next: readonly unknown[]) =>
    sql`coalesce(${before(sql`${accountRates.body} -> ${sql.raw(`'$.${name}'`)}`)}, '[]') is not json(${JSON.stringify(next)})`;
  return sql`(${before(sql`${accountRates.statedBook}`)} is not ${book?.hash ?? null}
    or ${list("discounts", discounts)} or ${list("commitments", commitments)})`;
}

const booksOf = ({ base, book }: StatedInForce) => ({ base, stated: book?.hash });

const inForceOf = ({ book, until }: StatedInForce) => ({
  statedBook: book?.hash ?? null,
  statedUntil: until ?? null,
});

const statedRows = (db: Database, { book }: StatedInForce, now: number) =>
  (book === undefined ? [] : bookRows(book, now)).map((row) =>
    db.insert(priceBooks).values(row).onConflictDoNothing(),
  );

const ratesOf = (row: typeof accountRates.$inferSelect): StoredRates => ({
  project: row.project,
  rates: row.body,
  version: row.version,
  updatedAt: row.updatedAt,
  ...(row.statedUntil === null ? {} : { endsAt: row.statedUntil }),
});
