import { and, asc, desc, eq, sql, type SQL } from "drizzle-orm";
import { budgets, reservations, workloads } from "../../db/schema.ts";
import type { BudgetRefusal } from "../domain/budget.ts";
import type { Database, Statement } from "./database.ts";
import { MAX_LIST } from "./database.ts";
import { entriesOf } from "./entries.ts";
import { insertFrom } from "./insert-from.ts";
import { all, ofWorkload } from "./keys.ts";
import { microUp, usdOf } from "./micro-usd.ts";
import type { CommitMoney, MoneyStore } from "./money.ts";
import { jsonLists } from "./row-size.ts";

interface Scope {
  readonly project: string;
  readonly environment: string;
}
/** The part of a commit that speaks of money. */
interface MoneyCommit {
  readonly workload: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly plan: { readonly id: string; readonly parent?: string | undefined };
  readonly money?: CommitMoney | undefined;
  readonly now: number;
}

/** Reads of what plans hold of the budgets. */
export function reservationReads(db: Database): Pick<MoneyStore, "reservations" | "budgetRefusals"> {
  return {
    async budgetRefusals(scope, { workload: name, labels, ceilingUsd, now }) {
      const money = { terms: [], ceilingUsd, floorUsd: "0", passesBudgets: false };
      const wanted = { workload: { name, labels }, plan: { id: "" }, money, now };
      return (await refusalsOf(db, scope, [wanted])).get(name) ?? [];
    },
    async reservations(project) {
      const rows = await db
        .select({
          environment: reservations.environment,
          workload: reservations.workload,
          plan: reservations.plan,
          ceiling: reservations.ceilingMicroUsd,
          floor: reservations.floorMicroUsd,
          labels: reservations.labels,
        })
        .from(reservations)
        .innerJoin(workloads, holder)
        .where(and(eq(reservations.project, project), COUNTS))
        .orderBy(
          asc(reservations.environment),
          asc(reservations.workload),
          desc(reservations.ceilingMicroUsd),
          asc(reservations.plan),
        )
        .limit(MAX_LIST);
      const largest = rows.filter((row, at) => {
        const before = rows[at - 1];
        return before?.workload !== row.workload || before.environment !== row.environment;
      });
      return largest.map(({ ceiling, floor, ...row }) => ({
        ...row,
        ceilingUsd: usdOf(ceiling),
        floorUsd: usdOf(floor),
      }));
    },
  };
}

/**
 * What some commits reserve: their rows, then the tripwire over every budget that one of them counts towards. It raises when together
 * they would lift what is held above a cap. To stand before the workloads' rows change: those still tell what was held.
 */
export function reserve(db: Database, scope: Scope, commits: readonly MoneyCommit[]): readonly Statement[] {
  return jsonLists(commits.flatMap(entryOf)).flatMap((list) => [
    insertRows(db, scope, list),
    tripwire(db, scope, list),
    dropOvertaken(db, scope, list),
  ]);
}

/**
 * The budgets that refuse some commits of one batch as things stand, the tightest first, by the workloads that count towards them: what
 * `reserve` raises at.
 */
export async function refusalsOf(
  db: Database,
  scope: Scope,
  commits: readonly MoneyCommit[],
): Promise<ReadonlyMap<string, readonly BudgetRefusal[]>> {
  const refusals = new Map<string, BudgetRefusal[]>();
  const entries = commits.flatMap(entryOf);
  if (entries.every(({ passes }) => passes)) return refusals;
  const list = JSON.stringify(entries);
  const rows = await db
    .select({
      name: budgets.name,
      cap: budgets.capMicroUsd,
      others: sql<number>`(select coalesce(sum(held), 0) from (select max(reservations.ceiling_micro_usd) held ${HELD}
        and not ${listed(scope, list)} group by reservations.environment, reservations.workload))`,
      shares: sharesOf(scope, list),
    })
    .from(budgets)
    .where(standing(scope, Math.max(...entries.map(({ now }) => now))))
    .orderBy(asc(budgets.capMicroUsd), asc(budgets.name));
  for (const { name, cap, others, shares } of rows) {
    const of: readonly Share[] = JSON.parse(shares);
    const before = of.reduce((sum, share) => sum + share.before, 0);
    const after = of.reduce((sum, share) => sum + share.after, 0);
    if (cap === null || after <= before || others + after <= cap) continue;
    const told = { budget: name, capUsd: usdOf(cap), reservedUsd: usdOf(others) };
    const together = of.length > 1 ? { togetherUsd: usdOf(after) } : {};
    for (const share of blamed(of)) {
      const earlier = refusals.get(share.workload) ?? [];
      const refusal = { ...told, wantedUsd: usdOf(share.after), ...together };
      refusals.set(share.workload, [...earlier, refusal]);
    }
  }
  return refusals;
}

/** What the workload of one commit takes of a budget, before it and after, millionths of a dollar; flags are 0 or 1. */
interface Share {
  readonly workload: string;
  readonly passes: number;
  /** Whether what is committed counts towards the budget. What it replaces may have, with other labels. */
  readonly counts: number;
  readonly before: number;
  readonly after: number;
}

// Whoever asks for no more than before is not what stands in the way, unless nobody does.
function blamed(shares: readonly Share[]): readonly Share[] {
  const asking = shares.filter(({ passes, counts }) => passes === 0 && counts === 1);
  const raising = asking.filter(({ before, after }) => after > before);
  return raising.length > 0 ? raising : asking;
}

/** JSON of the shares of listed commits in a budget's row, as `tripwire` adds them up once their rows are there. */
function sharesOf(scope: Scope, list: string): SQL<string> {
  const workload = sql`entry.value ->> '$.workload'`;
  const largest = (rows: SQL) => sql`coalesce((select max(reservations.ceiling_micro_usd) ${rows}), 0)`;
  const before = largest(
    sql`${HELD} and reservations.environment = ${scope.environment} and reservations.workload = ${workload}`,
  );
  const parent = largest(sql`from reservations where ${ofWorkload(reservations, scope, workload)}
    and reservations.plan = entry.value ->> '$.parent' and ${matches(sql`reservations.environment`, sql`reservations.labels`)}`);
  const counts = matches(sql`${scope.environment}`, sql`entry.value -> '$.labels'`);
  const rows = sql`select ${workload} workload, entry.value ->> '$.passes' passes, (${counts}) counts, ${before} before,
    ${parent} parent, entry.value ->> '$.ceiling' ceiling from ${entriesOf(list)}`;
  return sql<string>`(select json_group_array(json_object('workload', workload, 'passes', passes, 'counts', counts,
    'before', before, 'after', max(parent, iif(counts, ceiling, 0)))) from (${rows}) where counts or before > 0 or parent > 0)`;
}

function entryOf({ workload, plan, money, now }: MoneyCommit) {
  if (money === undefined) return [];
  return [
    {
      id: plan.id,
      workload: workload.name,
      labels: workload.labels,
      parent: plan.parent ?? null,
      ceiling: microUp(money.ceilingUsd),
      floor: microUp(money.floorUsd),
      passes: money.passesBudgets,
      now,
    },
  ];
}

function insertRows(db: Database, scope: Scope, list: string): Statement {
  return insertFrom(
    db,
    reservations,
    {
      project: sql`${scope.project}`,
      environment: sql`${scope.environment}`,
      workload: sql`entry.value ->> '$.workload'`,
      plan: sql`entry.id`,
      parent: sql`entry.value ->> '$.parent'`,
      ceilingMicroUsd: sql`entry.value ->> '$.ceiling'`,
      floorMicroUsd: sql`entry.value ->> '$.floor'`,
      labels: sql`entry.value -> '$.labels'`,
      createdAt: sql`entry.value ->> '$.now'`,
    },
    entriesOf(list),
  );
}

// Only what raises the sum is refused: a cap that was lowered below what is held stops no plan that costs the same or less.
function tripwire(db: Database, scope: Scope, list: string): Statement {
  const entries = entriesOf(list);
  const asked = sql`exists (select 1 from ${entries} where entry.value ->> '$.passes' = 0
    and ${matches(sql`${scope.environment}`, sql`entry.value -> '$.labels'`)})`;
  const sumOf = (rows: SQL) => sql`coalesce((select sum(held) from (${rows})), 0)`;
  const group = sql`group by reservations.environment, reservations.workload`;
  const before = sql`select max(reservations.ceiling_micro_usd) held ${HELD} ${group}`;
  const others = sql`select max(reservations.ceiling_micro_usd) held ${HELD} and not ${listed(scope, list)} ${group}`;
  // Crossed, so that SQLite begins with the few entries and not with all that a project holds, once for each of them.
  const theirs = sql`select max(reservations.ceiling_micro_usd) held from ${entries} cross join reservations
    on ${ofWorkload(reservations, scope, sql`entry.value ->> '$.workload'`)}
    and reservations.plan in (entry.id, entry.value ->> '$.parent')
    where ${matches(sql`reservations.environment`, sql`reservations.labels`)} ${group}`;
  const after = sql`(${sumOf(others)} + ${sumOf(theirs)})`;
  const now = sql`(select max(entry.value ->> '$.now') from ${entries})`;
  return insertFrom(
    db,
    reservations,
    {
      project: sql`${scope.project}`,
      environment: sql`${scope.environment}`,
      workload: sql`budgets.name`,
      ceilingMicroUsd: sql`0`,
      floorMicroUsd: sql`0`,
      labels: sql`'{}'`,
      createdAt: sql`0`,
    },
    sql`budgets where ${all(standing(scope, now), asked)} and ${after} > budgets.cap_micro_usd and ${after} > ${sumOf(before)}`,
  );
}

// What the plan before reserved goes on counting until this one is ready, for it may come back; anything older is overtaken.
function dropOvertaken(db: Database, scope: Scope, list: string): Statement {
  const kept = sql`exists (select 1 from ${entriesOf(list)} where entry.value ->> '$.workload' = ${reservations.workload}
    and ${reservations.plan} in (entry.id, entry.value ->> '$.parent'))`;
  return db
    .delete(reservations)
    .where(all(listed(scope, list), eq(reservations.project, scope.project), sql`not ${kept}`));
}

const holder = sql`${workloads.project} = ${reservations.project} and ${workloads.environment} = ${reservations.environment}
  and ${workloads.name} = ${reservations.workload}`;

// A plan counts while it is in force; the one it would go back to counts beside it until it is ready.
const COUNTS = sql`(${reservations.plan} = ${workloads.plan} or (${workloads.state} <> 'ready' and exists (
  select 1 from reservations held where held.project = ${reservations.project} and held.environment = ${reservations.environment}
    and held.workload = ${reservations.workload} and held.plan = ${workloads.plan} and held.parent = ${reservations.plan})))`;

/** Rows of a budget that count, as the end of a select. */
const HELD = sql`from reservations join workloads on ${holder} where reservations.project = budgets.project and ${COUNTS}
  and ${matches(sql`reservations.environment`, sql`reservations.labels`)}`;

const listed = (scope: Scope, list: string): SQL =>
  sql`(reservations.environment = ${scope.environment} and reservations.workload in (select value ->> '$.workload' from json_each(${list})))`;

const standing = (scope: Scope, now: SQL | number): SQL =>
  sql`budgets.project = ${scope.project} and budgets.cap_micro_usd is not null
    and (budgets.override_until is null or budgets.override_until <= ${now})`;

function matches(environment: SQL, labels: SQL): SQL {
  return sql`(json_type(budgets.selects, '$.environments') is null
      or ${environment} in (select value from json_each(budgets.selects, '$.environments')))
    and not exists (select 1 from json_each(budgets.selects, '$.workloads') wanted where not exists (
      select 1 from json_each(${labels}) own where own.key = wanted.key and own.value = wanted.value))`;
}
