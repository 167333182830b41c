import type { Entry, Options } from "./entry.ts";
import { heldAt } from "./held-at.ts";
import type { PackItem } from "./market.ts";
import type { Room } from "./room.ts";
import { NO_SITE, type Table } from "./table.ts";

/** A candidate as a row of the table. */
export interface Row {
  readonly row: number;
  readonly value: number;
  readonly total: number;
}

/**
 * The entry of a workload from its candidates, best first. Left out are those that never have room for it, and those that another
 * outdoes in every respect: better, and taking no more of anything.
 */
export function entryOf(item: PackItem, rows: readonly Row[], table: Table, room: Room): Entry {
  const budgets = (item.budgets ?? []).map((id) => budgetRow(table, item, id));
  const fits = { item, replicas: item.replicas, options: NONE, apart: 1, budgets };
  const able = rows.filter(({ row }) => isAble(fits, row, table, room));
  const bare: Entry = { ...fits, apart: apartOf(item, able, table) };
  if (isTooFew(bare)) return bare;
  const kept = undominated(able, bare, table);
  return { ...bare, options: columnsOf(kept, item, table) };
}

const NONE: Options = { offers: new Int32Array(0), values: new Float64Array(0) };

function budgetRow({ budgetAt }: Table, { id }: PackItem, budget: string): number {
  const row = budgetAt.get(budget);
  if (row === undefined) throw new Error(`${id} names the budget ${budget}, which is not among the budgets`);
  return row;
}

/** On how many domains its replicas have to be. Where that cannot be and the policy says to ignore it, on as many as there are. */
function apartOf({ question, replicas }: PackItem, rows: readonly Row[], table: Table): number {
  const { spread } = question.policy;
  if (spread === undefined) return 1;
  if (spread.whenUnsatisfiable !== "ignore") return spread.minimum;
  const { of } = table.domains(spread.over);
  const domains = new Set(rows.map(({ row }) => of[row]));
  return Math.max(1, Math.min(spread.minimum, replicas, domains.size));
}

/** Whether too few replicas are asked for to be spread as the policy says. */
export const isTooFew = ({ replicas, apart }: Entry): boolean => apart > Math.max(1, replicas);

function isAble(entry: Entry, row: number, table: Table, room: Room): boolean {
  const { item, replicas } = entry;
  const { spread } = item.question.policy;
  const kept = Math.min(replicas, heldHere(table, row, item));
  const least =
    spread !== undefined || siteAt(table, row, item) !== NO_SITE ? Math.min(1, replicas) : replicas;
  return kept + room.fits(entry, row, replicas - kept) >= least;
}

/**
 * Those worth considering. One is not when another of its domain draws from the same bounds, is better and takes no more; nor when on
 * as many domains as are asked for there is a better one that draws from none.
 */
function undominated(rows: readonly Row[], entry: Entry, table: Table): readonly Row[] {
  const { item, replicas, apart } = entry;
  const pays = entry.budgets.length > 0;
  const spread = apart > 1 ? item.question.policy.spread : undefined;
  const domains = spread && table.domains(spread.over);
  const kept: Row[] = [];
  const frontier = new Map<number, Row[]>();
  const open = new Map<number, number>();
  const sites = new Set<number>();
  for (const one of rows) {
    const { row } = one;
    const cost = pays ? (table.microUsd[row] ?? 0) : 0;
    const domain = domains?.of[row] ?? 0;
    const key = domain * table.drawCount + (table.draws[row] ?? 0);
    const site = replicas > 1 ? siteAt(table, row, item) : NO_SITE;
    if (heldHere(table, row, item) === 0) {
      // Of a pool that holds a better part, the lesser hosts may take the rest; where tiers overflow, the open offer would.
      const shares = site > TIERS && sites.has(site);
      if (!shares && isOutdone(open, cost, apart)) continue;
      const outdone = frontier
        .get(key)
        ?.some(
          (better) =>
            takesNoMore(table, better.row, row, pays) &&
            (site <= TIERS || isSamePlace(table, better.row, row)),
        );
      if (outdone === true) continue;
    }
    kept.push(one);
    if (site > TIERS) sites.add(site);
    if (table.draws[row] === 0) open.set(domain, Math.min(open.get(domain) ?? Infinity, cost));
    const same = frontier.get(key);
    if (same === undefined) frontier.set(key, [one]);
    else same.push(one);
  }
  return kept;
}

function isOutdone(open: ReadonlyMap<number, number>, cost: number, apart: number): boolean {
  if (open.size < apart) return false;
  let domains = 0;
  for (const least of open.values()) if (least <= cost) domains += 1;
  return domains >= apart;
}

/** Whether one row takes no more than another of the bounds that both draw from, and costs no more where that counts. */
export function takesNoMore(table: Table, better: number, worse: number, pays: boolean): boolean {
  if (pays && (table.microUsd[better] ?? 0) > (table.microUsd[worse] ?? 0)) return false;
  const [first = 0, other = 0] = [table.starts[better], table.starts[worse]];
  const length = (table.starts[better + 1] ?? 0) - first;
  for (let at = 0; at < length; at++)
    if ((table.amounts[first + at] ?? 0) > (table.amounts[other + at] ?? 0)) return false;
  return true;
}

function columnsOf(rows: readonly Row[], item: PackItem, table: Table): Options {
  const offers = Int32Array.from(rows, ({ row }) => row);
  const kept = offers.map((row) => heldHere(table, row, item));
  const sites = offers.map((row, at) => {
    const site = siteAt(table, row, item);
    return site === NO_SITE ? -1 - at : site;
  });
  const { spread } = item.question.policy;
  const domains = spread && table.domains(spread.over);
  const shared = sites.some((site) => site >= 0);
  return {
    offers,
    values: Float64Array.from(rows, ({ value }) => value),
    totals: rows.some(({ value, total }) => value !== total)
      ? Float64Array.from(rows, ({ total }) => total)
      : undefined,
    kept: kept.some((replicas) => replicas > 0) ? kept : undefined,
    sites: shared ? sites : undefined,
    places: sites.some((site) => site > TIERS) ? offers.map((row) => table.places[row] ?? 0) : undefined,
    domains: domains && offers.map((row) => domains.of[row] ?? 0),
  };
}

const isSamePlace = ({ places }: Table, a: number, b: number): boolean => places[a] === places[b];

/** Options over which a workload's replicas may be split have one number; one replica cannot be. */
export function siteAt(table: Table, row: number, { question, replicas }: PackItem): number {
  if (replicas < 2) return NO_SITE;
  // Tiers overflow into each other, part by part.
  return question.policy.tiers.length > 0 ? TIERS : (table.sites[row] ?? NO_SITE);
}

/** The one site of all options where tiers overflow. */
const TIERS = 0;

function heldHere(table: Table, row: number, item: PackItem): number {
  const offer = item.question.held === undefined ? undefined : table.offers[row];
  return offer === undefined ? 0 : heldAt(offer, item);
}
