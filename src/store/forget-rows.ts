import { sql } from "drizzle-orm";
import {
  approvals,
  attempts,
  budgetSteps,
  changes,
  events,
  exceptions,
  policies,
  priceBooks,
  runs,
  tokens,
} from "../../db/schema.ts";
import type { Forgetting } from "./forgetting.ts";

/** A plan that was decided by a policy just before the next version came may be stored a little later, ms. */
const DECIDED_BEFORE_MS = 86_400_000;

/** Old events. The newest of each name stays: numbers go on from it, and who follows is told what is missing. */
export const OLD_EVENTS: Forgetting = {
  table: events,
  at: sql`at`,
  isInOrder: true,
  mayGo: (
    rows,
    before,
  ) => sql`events.rowid in ${rows} and events.at <= ${before} and exists (select 1 from events newer
    where newer.project = events.project and newer.environment = events.environment
    and newer.workload = events.workload and newer.seq > events.seq)`,
};

/** Runs that are over and of which nothing is kept at any provider, with their tries. */
export const OLD_RUNS: Forgetting = {
  table: runs,
  at: sql`created_at`,
  mayGo: (rows, before) => sql`runs.rowid in ${rows} and runs.done and runs.ended_at <= ${before}`,
  also: (db, going) => [
    db.delete(attempts).where(sql`(project, environment, workload, run) in
      (select project, environment, workload, id from runs where ${going})`),
  ],
};

/** Changes of several workloads that were only shown, and those of whose plans none is left. */
export const OLD_CHANGES: Forgetting = {
  table: changes,
  at: sql`created_at`,
  mayGo: (rows, before) => sql`changes.rowid in ${rows} and changes.created_at <= ${before}
    and (changes.state = 'proposed' or not exists (select 1 from plans where plans.project = changes.project
      and plans.id in (select value ->> '$.plan' from json_each(changes.body, '$.members'))))`,
};

/**
 * Versions of policies that have long been replaced and under which no plan was made that is still kept. The newest version of a name
 * stays, also one that says it was removed: numbers go on from it.
 */
export const OLD_POLICIES: Forgetting = {
  table: policies,
  at: sql`created_at`,
  mayGo: (rows, before) => {
    const end = sql`(select min(next.created_at) from policies next
      where next.owner = policies.owner and next.name = policies.name and next.version > policies.version)`;
    const reached = sql`select id from projects where policies.owner in ('instance', projects.id)`;
    return sql`policies.rowid in ${rows} and ${end} <= ${before} and not exists (select 1 from plans
      where plans.project in (${reached}) and plans.committed
      and plans.created_at between policies.created_at and ${end} + ${DECIDED_BEFORE_MS})`;
  },
};

/**
 * Price books that have long been followed by another. Not the one in force nor the one it was made over, none of rates that an account
 * states now, none that the meter has yet to go by, and none that a receipt names.
 */
export const OLD_BOOKS: Forgetting = {
  table: priceBooks,
  at: sql`created_at`,
  mayGo: (
    rows,
    before,
  ) => sql`price_books.hash in (select hash from price_books some where some.rowid in ${rows})
    and exists (select 1 from price_books next where next.rowid > price_books.rowid
      and next.created_at > price_books.created_at and next.created_at <= ${before})
    and price_books.hash not in (select book from catalog union select base_hash from catalog)
    and price_books.hash not in (select stated_book from account_rates where stated_book is not null)
    and not exists (select 1 from meter_facts where price_books.hash in (event ->> '$.book', event ->> '$.stated'))
    and not exists (select 1 from receipt_blobs where blob = price_books.hash)`,
};

/** Tokens that have long ended or been revoked. */
export const OLD_TOKENS: Forgetting = {
  table: tokens,
  at: sql`created_at`,
  mayGo: (rows, before) =>
    sql`tokens.rowid in ${rows} and (tokens.expires_at <= ${before} or tokens.revoked_at <= ${before})`,
};

/** Exceptions that have long ended, with the words of those who agreed to them. */
export const OLD_EXCEPTIONS: Forgetting = {
  table: exceptions,
  at: sql`created_at`,
  mayGo: (rows, before) => sql`exceptions.rowid in ${rows} and exceptions.ended_at <= ${before}`,
  also: (db, going) => [
    db
      .delete(approvals)
      .where(sql`(project, subject) in (select project, id from exceptions where ${going})`),
  ],
};

/** Rungs that budgets reached in months that are over. */
export const OLD_STEPS: Forgetting = {
  table: budgetSteps,
  at: sql`announced_at`,
  mayGo: (rows, before) => sql`budget_steps.rowid in ${rows}
    and budget_steps.month < strftime('%Y-%m', ${before} / 1000, 'unixepoch')`,
};
