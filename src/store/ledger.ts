import { and, asc, eq, getTableColumns, gt, isNull, lt, or, sql } from "drizzle-orm";
import { agents, ledger, targets, units } from "../../db/schema.ts";
import type { ReadLedgerRow } from "../domain/ledger.ts";
import { PROVIDERS, type Provider } from "../domain/place.ts";
import type { Database } from "./database.ts";
import type { LedgerQuery, MoneyStore } from "./money.ts";

/** Reads of the ledger. */
export function ledgerReads(db: Database): Pick<MoneyStore, "ledger"> {
  return {
    async ledger(query) {
      const rows = await select(db, query);
      const next = rows.length < query.limit ? undefined : rows.at(-1)?.rowid;
      return { rows: rows.map(rowOf), next };
    },
  };
}

async function select(db: Database, query: LedgerQuery) {
  const { project, environment, workload, from, to, after = 0, limit } = query;
  const rowid = sql<number>`${ledger}.rowid`;
  // A look confirms what it covers: the unit's own row, its host, or its whole target.
  const confirmed = sql<number | null>`case when ${ledger.toAt} is null then
    max(coalesce(${units.observedAt}, 0), coalesce(${targets.sweptAt}, 0), coalesce(${agents.sweptAt}, 0)) end`;
  const ofUnit = and(
    isNull(ledger.toAt),
    eq(units.project, ledger.project),
    eq(units.environment, ledger.environment),
    eq(units.workload, ledger.workload),
    eq(units.id, ledger.unit),
  );
  return db
    .select({ ...getTableColumns(ledger), rowid, confirmedAt: confirmed })
    .from(ledger)
    .leftJoin(units, ofUnit)
    .leftJoin(targets, eq(targets.id, units.target))
    .leftJoin(agents, eq(agents.id, units.host))
    .where(
      and(
        project === undefined ? undefined : eq(ledger.project, project),
        environment === undefined ? undefined : eq(ledger.environment, environment),
        workload === undefined ? undefined : eq(ledger.workload, workload),
        lt(ledger.fromAt, to),
        or(isNull(ledger.toAt), gt(ledger.toAt, from)),
        gt(rowid, after),
      ),
    )
    .orderBy(asc(rowid))
    .limit(limit);
}

function rowOf(row: Awaited<ReturnType<typeof select>>[number]): ReadLedgerRow {
  const { rowid: _rowid, fromAt, toAt, target, rateId, contractedUsd, provider, confirmedAt, ...rest } = row;
  return {
    ...rest,
    provider: providerOf(provider),
    target: target ?? undefined,
    contractedUsd: contractedUsd ?? undefined,
    rateId: rateId ?? undefined,
    from: fromAt,
    to: toAt ?? undefined,
    confirmedAt: confirmedAt ?? undefined,
  };
}

/** A provider by the word a row has for it. Throws where no such provider is known. */
export function providerOf(word: string): Provider {
  const known = PROVIDERS.find((provider) => provider === word);
  if (known === undefined) throw new Error(`the ledger names a provider ${word}, which Berth does not know`);
  return known;
}
