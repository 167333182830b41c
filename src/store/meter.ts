import { asc, eq, sql, type SQL } from "drizzle-orm";
import { accountRates, ledger, meterFacts, meters } from "../../db/schema.ts";
import type { LedgerRow, Meter } from "../domain/ledger.ts";
import type { Database, Statement } from "./database.ts";
import { insertFrom } from "./insert-from.ts";
import { all } from "./keys.ts";
import type { MeterResult, MeterWork, MoneyStore } from "./money.ts";
import { jsonLists } from "./row-size.ts";

/** The meter's queue, and its writing of the ledger. */
export function metering(db: Database): Pick<MoneyStore, "meterWork" | "meterDone" | "meterBehind"> {
  return {
    meterWork: (limit, project) => work(db, limit, project),
    meterDone: (of, result) => done(db, of, result),
    async meterBehind(project) {
      const rows = await db
        .select({ at: meterFacts.at })
        .from(meterFacts)
        .where(within(project))
        .orderBy(asc(meterFacts.seq))
        .limit(1);
      return rows[0]?.at;
    },
  };
}

const within = (project: string | undefined) =>
  project === undefined ? undefined : eq(meterFacts.project, project);

/** Units of one pass beyond those that something happened to: with more of them under rates of their own, the last keep their shares. */
const MOST_OTHERS = 5_000;

// One batch is one moment: the facts of a unit and how far it has been metered belong together. Where an account has rates of its own, what
// one unit takes of a commitment is not there for others, so all of its units belong to it.
async function work(db: Database, limit: number, project: string | undefined): Promise<MeterWork> {
  const first = db.select().from(meterFacts).where(within(project)).orderBy(asc(meterFacts.seq)).limit(limit);
  const taken = sql`(select * from ${meterFacts} ${
    project === undefined ? sql`` : sql`where project = ${project}`
  } order by seq limit ${limit})`;
  const mine = sql`(${meters.project}, ${meters.environment}, ${meters.workload}, ${meters.unit}) in
    (select project, environment, workload, unit from ${taken})`;
  const sharing = sql`(${meters.project} in (select project from ${taken})
    and ${meters.project} in (select ${accountRates.project} from ${accountRates}))`;
  const [facts, known, others] = await db.batch([
    first,
    db.select().from(meters).where(mine),
    db
      .select()
      .from(meters)
      .where(sql`${sharing} and not ${mine}`)
      .limit(MOST_OTHERS),
  ]);
  return { facts, meters: [...known, ...others].map(({ body }) => body) };
}

// Whoever takes facts in takes them away: as long as all are there, nobody else has.
async function done(db: Database, { facts }: MeterWork, result: MeterResult): Promise<boolean> {
  const list = JSON.stringify(facts.map(({ seq }) => seq));
  const taken = sql`${meterFacts.seq} in (select value from json_each(${list}))`;
  const untaken = sql`(select count(*) from ${meterFacts} where ${taken}) = ${facts.length}`;
  const statements: readonly Statement[] = [
    ...dropRows(db, result.drop, untaken),
    ...putRows(db, result.put, untaken),
    ...putMeters(db, result.meters, untaken),
    ...dropMeters(db, result.ended, untaken),
  ];
  const last = db.delete(meterFacts).where(all(taken, untaken)).returning({ seq: meterFacts.seq });
  const [first = last, ...rest] = statements;
  const answers: readonly unknown[] = await db.batch([first, ...rest, ...(first === last ? [] : [last])]);
  const gone = answers.at(-1);
  return Array.isArray(gone) && gone.length === facts.length;
}

function putRows(db: Database, rows: readonly LedgerRow[], when: SQL): readonly Statement[] {
  const entries = rows.map(({ from: fromAt, to: toAt, ...row }) => ({ ...row, fromAt, toAt }));
  return jsonLists(entries).map((list) =>
    insertFrom(db, ledger, LEDGER_COLUMNS, sql`json_each(${list}) entry where ${when}`).onConflictDoUpdate({
      target: [
        ledger.project,
        ledger.environment,
        ledger.workload,
        ledger.unit,
        ledger.line,
        ledger.part,
        ledger.fromAt,
      ],
      set: { toAt: sql`excluded.to_at` },
    }),
  );
}

const field = (name: string): SQL => sql`entry.value ->> ${sql.raw(`'$.${name}'`)}`;

const LEDGER_COLUMNS = {
  project: field("project"),
  environment: field("environment"),
  workload: field("workload"),
  unit: field("unit"),
  line: field("line"),
  part: field("part"),
  fromAt: field("fromAt"),
  toAt: field("toAt"),
  target: field("target"),
  provider: field("provider"),
  region: field("region"),
  meter: field("meter"),
  perSecond: field("perSecond"),
  measure: field("measure"),
  listUsd: field("listUsd"),
  effectiveUsd: field("effectiveUsd"),
  contractedUsd: field("contractedUsd"),
  rateId: field("rateId"),
  basis: field("basis"),
  replicas: field("replicas"),
  labels: sql`entry.value -> '$.labels'`,
} as const;

function dropRows(db: Database, rows: readonly LedgerRow[], when: SQL): readonly Statement[] {
  const entries = rows.map((row) => ({ ...row, id: row.unit }));
  return jsonLists(entries).map((list) =>
    db.delete(ledger).where(
      all(
        sql`(${ledger.project}, ${ledger.environment}, ${ledger.workload}, ${ledger.unit}, ${ledger.line}, ${ledger.part}, ${ledger.fromAt}) in
          (select ${field("project")}, ${field("environment")}, ${field("workload")}, ${field("unit")}, ${field("line")}, ${field("part")}, ${field("from")} from json_each(${list}) entry)`,
        when,
      ),
    ),
  );
}

function putMeters(db: Database, rows: readonly Meter[], when: SQL): readonly Statement[] {
  return jsonLists(rows).map((list) =>
    insertFrom(
      db,
      meters,
      {
        project: field("project"),
        environment: field("environment"),
        workload: field("workload"),
        unit: field("unit"),
        body: sql`entry.value`,
      },
      sql`json_each(${list}) entry where ${when}`,
    ).onConflictDoUpdate({
      target: [meters.project, meters.environment, meters.workload, meters.unit],
      set: { body: sql`excluded.body` },
    }),
  );
}

function dropMeters(db: Database, rows: MeterResult["ended"], when: SQL): readonly Statement[] {
  return jsonLists(rows).map((list) =>
    db
      .delete(meters)
      .where(
        all(
          sql`(${meters.project}, ${meters.environment}, ${meters.workload}, ${meters.unit}) in (select ${field("project")}, ${field("environment")}, ${field("workload")}, ${field("unit")} from json_each(${list}) entry)`,
          when,
        ),
      ),
  );
}
