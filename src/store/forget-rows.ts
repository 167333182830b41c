import { sql, type SQL } from "drizzle-orm";
import {
  approvals,
  attempts,
  budgetSteps,
  events,
  exceptions,
  policies,
  priceBooks,
  runs,
  tokens,
} from "../../db/schema.ts";
import type { Database } from "./database.ts";

/** A plan that was decided by a policy just before the next version came may be stored a little later, ms. */
const DECIDED_BEFORE_MS = 86_400_000;
/** What a removal gives back for each row: something to count. */
const ONE = { one: sql<number>`1` };

/** Old events. The newest of each name stays: numbers go on from it, and who follows is told what is missing. */
export function forgetEvents(db: Database, rows: SQL, before: number) {
  const old = sql`rowid in ${rows} and at <= ${before} and exists (select 1 from events newer
    where newer.project = events.project and newer.environment = events.environment
    and newer.workload = events.workload and newer.seq > events.seq)`;
  return [db.delete(events).where(old).returning(ONE)] as const;
}

/** Runs that are over and of which nothing is kept at any provider, with their tries. */
export function forgetRuns(db: Database, rows: SQL, before: number) {
  const over = sql`rowid in ${rows} and done and coalesce(ended_at, created_at) <= ${before}`;
  return [
    db.delete(attempts).where(sql`(project, environment, workload, run) in
      (select project, environment, workload, id from runs where ${over})`),
    db.delete(runs).where(over).returning(ONE),
  ] as const;
}

/**
 * Versions of policies that have long been replaced and under which no plan was made that is still kept. The newest version of a name
 * stays, also one that says it was removed: numbers go on from it.
 */
export function forgetPolicies(db: Database, rows: SQL, before: number) {
  const end = sql`(select min(next.created_at) from policies next
    where next.owner = policies.owner and next.name = policies.name and next.version > policies.version)`;
  const reached = sql`select id from projects where policies.owner in ('instance', projects.id)`;
  const replaced = sql`rowid in ${rows} and ${end} <= ${before} and not exists (select 1 from plans
    where plans.project in (${reached}) and committed
    and plans.created_at between policies.created_at and ${end} + ${DECIDED_BEFORE_MS})`;
  return [db.delete(policies).where(replaced).returning(ONE)] as const;
}

/**
 * Price books that have long been followed by another. Not the one in force nor the one it was made over, none of rates that an account
 * states now, none that the meter has yet to go by, and none that a receipt names.
 */
export function forgetBooks(db: Database, rows: SQL, before: number) {
  const unused = sql`hash in (select hash from price_books where rowid in ${rows})
    and exists (select 1 from price_books next where next.created_at > price_books.created_at and next.created_at <= ${before})
    and hash not in (select book from catalog union select base_hash from catalog)
    and hash not in (select stated_book from account_rates where stated_book is not null)
    and not exists (select 1 from meter_facts where price_books.hash in (event ->> '$.book', event ->> '$.stated'))
    and not exists (select 1 from receipt_blobs where blob = price_books.hash)`;
  return [db.delete(priceBooks).where(unused).returning(ONE)] as const;
}

/** Tokens that have long ended or been revoked. */
export function forgetTokens(db: Database, rows: SQL, before: number) {
  const ended = sql`rowid in ${rows} and (expires_at <= ${before} or revoked_at <= ${before})`;
  return [db.delete(tokens).where(ended).returning(ONE)] as const;
}

/** Exceptions that have long ended, with the words of those who agreed to them. */
export function forgetExceptions(db: Database, rows: SQL, before: number) {
  const ended = sql`rowid in ${rows} and ended_at <= ${before}`;
  return [
    db
      .delete(approvals)
      .where(sql`(project, subject) in (select project, id from exceptions where ${ended})`),
    db.delete(exceptions).where(ended).returning(ONE),
  ] as const;
}

/** Rungs that budgets reached in months that are over. */
export function forgetSteps(db: Database, rows: SQL, before: number) {
  const over = sql`rowid in ${rows} and month < strftime('%Y-%m', ${before} / 1000, 'unixepoch')`;
  return [db.delete(budgetSteps).where(over).returning(ONE)] as const;
}
