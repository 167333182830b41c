import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { BudgetSelect, LadderStep, Rung } from "../../src/domain/budget.ts";
import { BASES, type LedgerPart, type Meter, type MeterEvent } from "../../src/domain/ledger.ts";

/** What happened to units that changes what they cost, until the meter has taken it in: a queue that is empty at rest. */
export const meterFacts = sqliteTable(
  "meter_facts",
  {
    seq: integer("seq").primaryKey({ autoIncrement: true }),
    project: text("project").notNull(),
    environment: text("environment").notNull(),
    workload: text("workload").notNull(),
    unit: text("unit").notNull(),
    at: integer("at").notNull(),
    event: text("event", { mode: "json" }).$type<MeterEvent>().notNull(),
  },
  (row) => [index("meter_facts_project").on(row.project, row.seq)],
);

/** How far the metering of a unit has come. */
export const meters = sqliteTable(
  "meters",
  {
    project: text("project").notNull(),
    environment: text("environment").notNull(),
    workload: text("workload").notNull(),
    unit: text("unit").notNull(),
    body: text("body", { mode: "json" }).$type<Meter>().notNull(),
  },
  (row) => [primaryKey({ columns: [row.project, row.environment, row.workload, row.unit] })],
);

/** What was spent, on what, at which rate. `to_at` null: it goes on. Nothing of it goes with its workload. */
export const ledger = sqliteTable(
  "ledger",
  {
    project: text("project").notNull(),
    environment: text("environment").notNull(),
    workload: text("workload").notNull(),
    unit: text("unit").notNull(),
    line: integer("line").notNull(),
    part: text("part").$type<LedgerPart>().notNull(),
    fromAt: integer("from_at").notNull(),
    toAt: integer("to_at"),
    target: text("target"),
    provider: text("provider").notNull(),
    region: text("region").notNull(),
    meter: text("meter").notNull(),
    perSecond: text("per_second").notNull(),
    measure: text("measure").notNull(),
    listUsd: text("list_usd").notNull(),
    effectiveUsd: text("effective_usd").notNull(),
    contractedUsd: text("contracted_usd"),
    rateId: text("rate_id"),
    basis: text("basis", { enum: BASES }).notNull(),
    replicas: integer("replicas").notNull(),
    labels: text("labels", { mode: "json" }).$type<Readonly<Record<string, string>>>().notNull(),
  },
  (row) => [
    primaryKey({
      columns: [row.project, row.environment, row.workload, row.unit, row.line, row.part, row.fromAt],
    }),
    // What overlaps a month: rows that ended after its beginning, and those that go on.
    index("ledger_ends").on(row.project, row.toAt),
  ],
);

/** Budgets. Amounts that SQL adds up are whole millionths of a dollar; `cap` null: it blocks nothing. */
export const budgets = sqliteTable(
  "budgets",
  {
    project: text("project").notNull(),
    name: text("name").notNull(),
    usdPerMonth: text("usd_per_month").notNull(),
    capMicroUsd: integer("cap_micro_usd"),
    select: text("selects", { mode: "json" }).$type<BudgetSelect>().notNull(),
    ladder: text("ladder", { mode: "json" }).$type<readonly Rung[]>().notNull(),
    overrideUntil: integer("override_until"),
    version: integer("version").notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (row) => [primaryKey({ columns: [row.project, row.name] })],
);

/** Rungs of a budget's ladder that were reached in a month. */
export const budgetSteps = sqliteTable(
  "budget_steps",
  {
    project: text("project").notNull(),
    budget: text("budget").notNull(),
    month: text("month").notNull(),
    do: text("do").$type<LadderStep>().notNull(),
    atPercent: integer("at_percent").notNull(),
    announcedAt: integer("announced_at").notNull(),
    actsAt: integer("acts_at").notNull(),
    spendUsd: text("spend_usd").notNull(),
    actedAt: integer("acted_at"),
    outcome: text("outcome"),
  },
  (row) => [primaryKey({ columns: [row.project, row.budget, row.month, row.do, row.atPercent] })],
);

/** The most that plans may cost a month: a workload counts with the largest of its rows. */
export const reservations = sqliteTable(
  "reservations",
  {
    project: text("project").notNull(),
    environment: text("environment").notNull(),
    workload: text("workload").notNull(),
    /** Not null is a tripwire: a commit that would pass a budget writes a row without it. */
    plan: text("plan").notNull(),
    /** The plan it goes back to if it fails: until it is ready, that one's row counts, too. */
    parent: text("parent"),
    ceilingMicroUsd: integer("ceiling_micro_usd").notNull(),
    floorMicroUsd: integer("floor_micro_usd").notNull(),
    labels: text("labels", { mode: "json" }).$type<Readonly<Record<string, string>>>().notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (row) => [primaryKey({ columns: [row.project, row.environment, row.workload, row.plan] })],
);
