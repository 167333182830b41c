import { billView } from "./bills.ts";
import { selects } from "../domain/budget.ts";
import { Fault } from "../domain/fault.ts";
import { isoDay } from "../domain/iso-day.ts";
import type { ReadLedgerRow } from "../domain/ledger.ts";
import { picoText, startOfDay } from "../domain/spend.ts";
import { explainChange, totalChange, type CostChange } from "./cost-change.ts";
import { focusCsv, groupsCsv } from "./cost-text.ts";
import { readBilled } from "./billed-rows.ts";
import { type BilledSpend, driftView } from "./cost-bills.ts";
import { chargesOf } from "./cost-charges.ts";
import { groupCosts, spendView, totalOf, type CostDimension, type CostRange } from "./cost-groups.ts";
import { forecast, HOW_FORECAST, type Forecast } from "./forecast.ts";
import { iso } from "./instants.ts";
import { readLedger } from "./ledger-rows.ts";
import { DAY_MS, monthOf } from "./months.ts";
import type { Caller, Ports } from "./ports.ts";

/** Longest period of one question: two years, so that one year can be held against another. */
const MAX_DAYS = 732;

export interface CostQuery {
  readonly environment?: string | undefined;
  readonly workload?: string | undefined;
  /** ISO days, UTC: the first that counts, and the first that counts no more. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}
type CostPorts = Pick<Ports, "store" | "now">;

/** The ledger's rows and the bills behind a question, and the period they are about. */
async function costRows(ports: CostPorts, caller: Caller, query: CostQuery, everyProject = false) {
  const range = rangeOf(query, ports.now());
  const { environment, workload } = query;
  const project = everyProject ? undefined : caller.project.id;
  const rows = await readLedger(ports.store, {
    project,
    environment,
    workload,
    from: range.from,
    to: range.to,
  });
  const { from, to } = range;
  const billed = await readBilled(ports.store, project, { environment, workload, from, to });
  return { rows, range, billed };
}

/** What was spent, by group, beside what was billed: one page in order of key. By project, an administrator of the instance sees all of them. */
export async function listCosts(
  ports: CostPorts,
  caller: Caller,
  query: CostQuery & {
    readonly groupBy: CostDimension;
    readonly after?: string | undefined;
    readonly limit: number;
  },
) {
  const { groupBy, after, limit } = query;
  const everyProject = groupBy === "project" && caller.ofInstance === true;
  const { rows, range, billed } = await costRows(ports, caller, query, everyProject);
  const groups = await named(ports, groupBy, groupCosts(rows, range, groupBy, billed));
  const from = after === undefined ? 0 : groups.findIndex(({ key }) => key > after);
  const page = from < 0 ? [] : groups.slice(from, from + limit);
  return {
    ...periodView(range),
    groupBy,
    total: spendView(totalOf(groups)),
    groups: page.map(({ key, ...spend }) => ({ key, ...spendView(spend) })),
    ...(billed.bills.length === 0 ? {} : { bills: billed.bills.map(billView) }),
    next: from >= 0 && from + limit < groups.length ? page.at(-1)?.key : undefined,
    behindSince: iso(await ports.store.meterBehind(everyProject ? undefined : caller.project.id)),
  };
}

/** What this month will have cost at its end, workload by workload, with the budgets each counts towards. */
export async function forecastCosts(ports: CostPorts, caller: Caller, query: Pick<CostQuery, "environment">) {
  const now = ports.now();
  const month = monthOf(now);
  const project = caller.project.id;
  const { environment } = query;
  const days = { environment, from: month.from, to: month.to };
  const [rows, billed, reservations, budgets] = await Promise.all([
    readLedger(ports.store, { project, ...days }),
    readBilled(ports.store, project, days),
    ports.store.reservations(project),
    ports.store.budgets(project),
  ]);
  const held = reservations.filter((one) => environment === undefined || one.environment === environment);
  const keys = new Set([...rows, ...held, ...billed.rows].map(keyOf));
  const groups = groupCosts(rows, { ...month, until: now }, "workload", billed);
  const bills = new Map(groups.map(({ key, bill }) => [key, bill]));
  const workloads = [...keys].toSorted().map((key) => {
    const mine = rows.filter((row) => keyOf(row) === key);
    const holds = held.filter((one) => keyOf(one) === key);
    const labels = holds[0]?.labels ?? mine.at(-1)?.labels ?? {};
    const of = { environment: key.split("/")[0] ?? "", labels };
    const counted = budgets.filter(({ select }) => selects(select, of)).map(({ name }) => name);
    const amounts = { ...forecastView(forecast(mine, holds, month, now)), ...billOf(bills.get(key)) };
    return { key, ...amounts, budgets: counted };
  });
  return {
    month: month.name,
    now: iso(now),
    how: HOW_FORECAST,
    total: { ...forecastView(forecast(rows, held, month, now)), ...billOf(totalOf(groups).bill) },
    workloads,
    behindSince: iso(await ports.store.meterBehind(project)),
  };
}

export interface ChangeQuery extends CostQuery {
  /** The period to compare with; the one of the same length just before, when left out. */
  readonly beforeFrom?: string | undefined;
  readonly beforeTo?: string | undefined;
}

/** Why costs changed from one period to another: parts that add up to the difference exactly, in all and by workload. */
export async function explainCosts(
  ports: CostPorts,
  caller: Caller,
  query: ChangeQuery & { readonly limit: number },
) {
  const now = ports.now();
  // A month that has hardly begun is held against as many days, not against a whole one.
  const after = rangeOf({ ...query, to: query.to ?? isoDay(startOfDay(now) + DAY_MS) }, now);
  const before = beforeOf(query, after, now);
  const { environment, workload } = query;
  const rowsOf = (range: CostRange): Promise<readonly ReadLedgerRow[]> =>
    readLedger(ports.store, {
      project: caller.project.id,
      environment,
      workload,
      from: range.from,
      to: range.to,
    });
  const rows = { before: await rowsOf(before), after: await rowsOf(after) };
  const changes = explainChange(rows, { before, after });
  return {
    before: periodView(before),
    after: periodView(after),
    total: changeView(totalChange(changes)),
    workloads: changes.slice(0, query.limit).map((change) => ({
      workload: `${change.environment}/${change.workload}`,
      ...changeView(change),
    })),
    omitted: Math.max(0, changes.length - query.limit),
  };
}

const keyOf = ({ environment, workload }: { readonly environment: string; readonly workload: string }) =>
  `${environment}/${workload}`;

// The ledger knows projects by their ids, which nobody reads.
async function named<G extends { readonly key: string }>(
  ports: CostPorts,
  groupBy: CostDimension,
  groups: readonly G[],
): Promise<readonly G[]> {
  if (groupBy !== "project") return groups;
  const projects = await Promise.all(groups.map(({ key }) => ports.store.project(key)));
  return groups
    .map((group, at) => ({ ...group, key: projects[at]?.name ?? group.key }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

/** The days asked for; this month so far when none are named. Throws `invalid-query`. */
// Of which only one end is said, it is as long as the period it is held against; where neither is, it ends where that begins.
function beforeOf({ beforeFrom, beforeTo }: ChangeQuery, after: CostRange, now: number): CostRange {
  if (beforeFrom !== undefined && beforeTo !== undefined)
    return rangeOf({ from: beforeFrom, to: beforeTo }, now, "before");
  const length = after.to - after.from;
  if (beforeFrom !== undefined) {
    const from = dayOf(beforeFrom, "beforeFrom");
    return { from, to: from + length, until: now };
  }
  const to = beforeTo === undefined ? after.from : dayOf(beforeTo, "beforeTo");
  return { from: to - length, to, until: now };
}

function rangeOf({ from, to }: CostQuery, now: number, prefix = ""): CostRange {
  const month = monthOf(now);
  const begin = from === undefined ? month.from : dayOf(from, `${prefix}from`);
  const end = to === undefined ? month.to : dayOf(to, `${prefix}to`);
  const days = (end - begin) / DAY_MS;
  if (days > 0 && days <= MAX_DAYS) return { from: begin, to: end, until: now };
  const message = days > 0 ? `must be at most ${MAX_DAYS} days after from` : "must be after from";
  throw new Fault("invalid-query", `The period is wrong: to ${message}.`, {
    problems: [{ pointer: `?${prefix}to`, message }],
  });
}

function dayOf(text: string, name: string): number {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (!Number.isNaN(at) && new Date(at).toISOString().startsWith(text)) return at;
  throw new Fault("invalid-query", `${name} must be a day such as 2026-11-01.`, {
    problems: [{ pointer: `?${name}`, message: "must be a day such as 2026-11-01" }],
  });
}

const periodView = ({ from, to }: CostRange) => ({ from: isoDay(from), to: isoDay(to) });

const forecastView = ({ spent, expected, low, high }: Forecast) => ({
  spentUsd: picoText(spent),
  expectedUsd: picoText(expected),
  lowUsd: picoText(low),
  highUsd: picoText(high),
});

const billOf = (bill: BilledSpend | undefined) => (bill === undefined ? {} : driftView(bill));

function changeView({ before, after, parts }: CostChange) {
  return {
    beforeUsd: picoText(before),
    afterUsd: picoText(after),
    changeUsd: picoText(after - before),
    parts: {
      priceUsd: picoText(parts.price),
      usageUsd: picoText(parts.usage),
      replicasUsd: picoText(parts.replicas),
      movesUsd: picoText(parts.moves),
      newUsd: picoText(parts.new),
      removedUsd: picoText(parts.removed),
    },
  };
}

/** What was spent as a file: groups as CSV, or every charge of every day in the columns of FOCUS 1.2. */
export async function exportCosts(
  ports: CostPorts,
  caller: Caller,
  query: CostQuery & { readonly groupBy: CostDimension; readonly format: "csv" | "focus" },
): Promise<string> {
  const { groupBy, format } = query;
  const { rows, range, billed } = await costRows(ports, caller, query);
  if (format === "focus") return focusCsv(chargesOf(rows, billed, range), caller.project);
  return groupsCsv(groupBy, await named(ports, groupBy, groupCosts(rows, range, groupBy, billed)));
}
