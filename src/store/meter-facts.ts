import { and, eq, inArray, sql, type SQL } from "drizzle-orm";
import { accountRates, catalog, meterFacts, meters, units } from "../../db/schema.ts";
import type { AccountRates } from "../domain/account-rates.ts";
import type { Database, Statement } from "./database.ts";
import { entriesOf } from "./entries.ts";
import { insertFrom } from "./insert-from.ts";
import { all, ofWorkload } from "./keys.ts";
import type { CommitMoney } from "./money.ts";
import { jsonLists } from "./row-size.ts";
import { STANDING } from "./units.ts";

interface Scope {
  readonly project: string;
  readonly environment: string;
}

/**
 * Notes what the units of some commits cost, where the meter does not know it so already, and only where `when` holds. Prices that came
 * into force after they were priced are noted behind it: who commits late is charged as if the commit had come before them.
 */
export function noteTerms(
  db: Database,
  scope: Scope,
  commits: readonly {
    readonly workload: { readonly name: string };
    readonly money?: CommitMoney | undefined;
    readonly now: number;
  }[],
  when: SQL = sql`true`,
): readonly Statement[] {
  const entries = commits.flatMap(({ workload, money, now }) =>
    (money?.terms ?? []).map(({ unit, ...one }) => ({ id: unit, workload: workload.name, at: now, ...one })),
  );
  return jsonLists(entries).flatMap((list) => [
    noteListed(
      db,
      scope,
      list,
      withAgreed(
        sql`json_object('kind', 'terms', 'terms', entry.value -> '$.terms')`,
        agreedOf(scope.project),
      ),
      sql`not ${isKnown(scope)} and ${when}`,
    ),
    noteListed(
      db,
      scope,
      list,
      ratesEvent(bookInForce(PRICED.book), statedInForce(scope.project), agreedOf(scope.project)),
      sql`${isPricedOtherwise(scope)} and ${when}`,
    ),
  ]);
}

function noteListed(db: Database, scope: Scope, list: string, event: SQL, where: SQL): Statement {
  return insertFrom(
    db,
    meterFacts,
    {
      project: sql`${scope.project}`,
      environment: sql`${scope.environment}`,
      workload: sql`entry.value ->> '$.workload'`,
      unit: sql`entry.id`,
      at: sql`entry.value ->> '$.at'`,
      event,
    },
    sql`${entriesOf(list)} where ${where}`,
  );
}

// What waits to be taken in may be other terms than those the meter has.
function isKnown(scope: Scope): SQL {
  const mine = ofWorkload(meters, scope, sql`entry.value ->> '$.workload'`);
  return sql`(exists (select 1 from ${meters} where ${and(mine, sql`${meters.unit} = entry.id`)}
      and ${meters.body} -> '$.terms' = entry.value -> '$.terms')
    and entry.id not in (select ${meterFacts.unit} from ${meterFacts}
      where ${meterFacts.project} = ${scope.project} and ${meterFacts.event} ->> '$.kind' = 'terms'))`;
}

const PRICED = {
  book: sql`entry.value ->> '$.pricedAt.book'`,
  stated: sql`entry.value ->> '$.pricedAt.stated'`,
} as const;

// Of stated rates that have ended and still stand here the meter is told by whoever ends them, at every unit that stands by then.
function isPricedOtherwise({ project }: Scope): SQL {
  return sql`(${PRICED.book} is not null
    and (${bookInForce(PRICED.book)} is not ${PRICED.book} or ${statedInForce(project)} is not ${PRICED.stated})
    and not exists (select 1 from ${accountRates}
      where ${accountRates.project} = ${project} and ${accountRates.statedUntil} <= entry.value ->> '$.at'))`;
}

/**
 * Notes that units were first sent, rescaled, or are gone. To stand before the update that writes it: what is there still tells what
 * is new. `list` holds the steps of `Progress.units`, `where` which rows they may touch.
 */
export function noteSteps(db: Database, list: string, where: SQL, now: number): Statement {
  const step = sql`entry.value`;
  const gone = sql`${step} ->> '$.state' = 'gone'`;
  const sent = sql`(${step} ->> '$.appliedAt' is not null and (${units.appliedAt} is null
    or ${units.observation} is null or ${units.appliedReplicas} is not (${step} -> '$.appliedReplicas')))`;
  return insertFrom(
    db,
    meterFacts,
    {
      ...OF_UNIT,
      at: sql`case when ${gone} then ${now} else ${step} ->> '$.appliedAt' end`,
      event: sql`case when ${gone} then json_object('kind', 'gone')
        else json_object('kind', 'applied', 'replicas', ${step} -> '$.appliedReplicas.min') end`,
    },
    sql`${units}, ${entriesOf(list)} where ${all(where, sql`${units.id} = entry.id`, sql`(${gone} or ${sent})`)}`,
  );
}

/** Notes that units began to start, to run or to stand still. To stand before the update that writes their observations. */
export function notePhases(db: Database, from: SQL, where: SQL, now: number): Statement {
  const next = sql`entry.value -> '$.body' ->> '$.phase'`;
  const changes = sql`${billedAs(sql`${units.observation} ->> '$.phase'`)} is not ${billedAs(next)}`;
  return insertFrom(
    db,
    meterFacts,
    {
      ...OF_UNIT,
      // The provider's word on when, but nothing happens after it was seen.
      at: sql`min(${now}, coalesce(entry.value ->> '$.at', ${now}))`,
      event: sql`json_object('kind', 'phase', 'phase', ${billedAs(next)})`,
    },
    sql`${units}, ${from} where ${all(where, changes)}`,
  );
}

/** Notes that units are not there any more, by a complete look: what is not there is not billed. */
export function noteAbsence(db: Database, from: SQL, where: SQL, now: number): Statement {
  return insertFrom(
    db,
    meterFacts,
    { ...OF_UNIT, at: sql`${now}`, event: sql`json_object('kind', 'phase', 'phase', 'off')` },
    sql`${units}, ${from} where ${where}`,
  );
}

/** Notes at every standing unit that other prices are in force from now on; for the batch that puts a book in force. */
export function noteRates(db: Database, book: string, now: number, when: SQL) {
  const event = ratesEvent(sql`${book}`, statedInForce(units.project), agreedOf(units.project));
  return noteBooks(db, event, now, when);
}

/** What an account pays from some time on, beside the book in force (`base` while none is). */
export interface AccountPays {
  readonly base: string;
  readonly stated: string | undefined;
  /** Rates that are about to be written as the next version; those that are written already when absent. */
  readonly next?: Pick<AccountRates, "discounts" | "commitments"> | undefined;
}

/** The same at the units of one project whose own rates are others from `at` on. To stand before the write of them. */
export function noteAccountRates(
  db: Database,
  project: string,
  { base, stated, next }: AccountPays,
  at: number,
  when: SQL,
) {
  const agreed = next === undefined ? agreedOf(project) : agreedNext(project, next);
  const event = ratesEvent(bookInForce(sql`${base}`), sql`${stated ?? null}`, agreed);
  return noteBooks(db, event, at, all(eq(units.project, project), when));
}

function noteBooks(db: Database, event: SQL, at: number, when: SQL) {
  return insertFrom(
    db,
    meterFacts,
    { ...OF_UNIT, at: sql`${at}`, event },
    sql`${units} where ${all(inArray(units.state, STANDING), when)}`,
  );
}

// A merge patch leaves a book that is not there out.
function ratesEvent(book: SQL, stated: SQL, agreed: SQL): SQL {
  const event = sql`json_patch(json_object('kind', 'rates', 'book', ${book}), json_object('stated', ${stated}))`;
  return withAgreed(event, agreed);
}

// Without rates of its own, an account has agreed on nothing.
const withAgreed = (event: SQL, agreed: SQL): SQL =>
  sql`iif(${agreed} is null, ${event}, json_set(${event}, '$.agreed', json(${agreed})))`;

/** The discounts and commitments of a project as they are written; null where it has set no rates. */
const agreedOf = (project: string | typeof units.project): SQL =>
  sql`(select json_object('version', ${accountRates.version}, 'discounts', ${accountRates.body} -> '$.discounts',
    'commitments', ${accountRates.body} -> '$.commitments') from ${accountRates} where ${eq(accountRates.project, project)})`;

function agreedNext(project: string, next: NonNullable<AccountPays["next"]>): SQL {
  const version = sql`coalesce((select ${accountRates.version} from ${accountRates} where ${eq(accountRates.project, project)}), 0) + 1`;
  return sql`json_object('version', ${version}, 'discounts', json(${JSON.stringify(next.discounts)}),
    'commitments', json(${JSON.stringify(next.commitments)}))`;
}

const bookInForce = (base: SQL): SQL => sql`coalesce((select ${catalog.book} from ${catalog}), ${base})`;

function statedInForce(project: string | typeof units.project): SQL {
  return sql`(select ${accountRates.statedBook} from ${accountRates} where ${eq(accountRates.project, project)})`;
}

const OF_UNIT = {
  project: sql`${units.project}`,
  environment: sql`${units.environment}`,
  workload: sql`${units.workload}`,
  unit: sql`${units.id}`,
} as const;

// How the time in a phase is billed. A container that failed is started again and again, and billed each time.
function billedAs(phase: SQL): SQL {
  return sql`case when ${phase} is null then null when ${phase} in ('creating', 'starting') then 'start'
    when ${phase} = 'stopped' then 'off' else 'run' end`;
}
