import { floatAt, intAt, itemAt } from "../at.ts";
import type { Entry, Options } from "./entry.ts";
import { heldAt } from "./held-at.ts";
import type { PackItem } from "./market.ts";
import type { Room } from "./room.ts";
import { NO_SITE, type Table } from "./table.ts";

/** Candidates as rows of the table, best first, with what each is worth and the total that `place` gives it. */
export interface Rows {
  readonly rows: Int32Array;
  readonly values: Float64Array;
  /** Absent where they are the values. */
  readonly totals?: Float64Array | undefined;
}

/**
 * The entry of a workload from its candidates. Left out are those that never have room for it, and those that another outdoes in every
 * respect: better, and taking no more of anything. `sieved`: one offer is not known to be outdone by another of its domain any more.
 */
export function entryOf(
  item: PackItem,
  candidates: Rows,
  table: Table,
  room: Room,
  { sieved, budgets }: { readonly sieved: boolean; readonly budgets: readonly number[] },
): Entry {
  const bare: Entry = { item, replicas: item.replicas, options: NONE, apart: 1, budgets };
  const able = picked(candidates, (row) => isAble(bare, row, table, room));
  const entry: Entry = { ...bare, apart: apartOf(item, able, table) };
  if (isTooFew(entry) || able.rows.length === 0) return entry;
  // A sieve has looked at each domain already; only across domains there may be more to leave out.
  const kept = sieved && entry.apart === 1 ? able : undominated(able, entry, table, !sieved);
  return { ...entry, options: columnsOf(kept, item, table) };
}

/** Those that are kept, in their order. Most lists are kept whole, and then nothing is copied. */
function picked(candidates: Rows, keeps: (row: number) => boolean): Rows {
  const { rows } = candidates;
  for (let at = 0; at < rows.length; at++)
    if (!keeps(intAt(rows, at))) return pickedAfter(at, candidates, keeps);
  return candidates;
}

/** Those before a place, and what is kept of those behind it. */
function pickedAfter(place: number, { rows, values, totals }: Rows, keeps: (row: number) => boolean): Rows {
  const kept = { rows: rows.slice(), values: values.slice(), totals: totals?.slice() };
  let count = place;
  for (let at = place + 1; at < rows.length; at++) {
    if (!keeps(intAt(rows, at))) continue;
    kept.rows[count] = intAt(rows, at);
    kept.values[count] = floatAt(values, at);
    if (totals !== undefined && kept.totals !== undefined) kept.totals[count] = floatAt(totals, at);
    count += 1;
  }
  return {
    rows: kept.rows.subarray(0, count),
    values: kept.values.subarray(0, count),
    totals: kept.totals?.subarray(0, count),
  };
}

const NOWHERE = new Int32Array(0);
const NONE: Options = { offers: NOWHERE, values: new Float64Array(0), domains: NOWHERE };

/** The bounds that a workload's cost is taken from. Throws when it names a budget that is not there. */
export function budgetsOf({ id, budgets }: PackItem, { budgetAt }: Table): readonly number[] {
  if (budgets === undefined) return NO_BUDGETS;
  return budgets.map((budget) => {
    const row = budgetAt.get(budget);
    if (row === undefined)
      throw new Error(`${id} names the budget ${budget}, which is not among the budgets`);
    return row;
  });
}
const NO_BUDGETS: readonly number[] = [];

/** On how many domains its replicas have to be. Where that cannot be and the policy says to ignore it, on as many as there are. */
function apartOf({ question, replicas }: PackItem, { rows }: Rows, table: Table): number {
  const { spread } = question.policy;
  if (spread === undefined) return 1;
  if (spread.whenUnsatisfiable !== "ignore") return spread.minimum;
  const { of } = table.domains(spread.over);
  const domains = new Set<number>();
  for (const row of rows) domains.add(intAt(of, row));
  return Math.max(1, Math.min(spread.minimum, replicas, domains.size));
}

/** Whether too few replicas are asked for to be spread as the policy says. */
export const isTooFew = ({ replicas, apart }: Entry): boolean => apart > Math.max(1, replicas);

function isAble(entry: Entry, row: number, table: Table, room: Room): boolean {
  const { item, replicas } = entry;
  // Mostly there is room for all, and then it is nobody's matter how many would have been enough.
  if (room.has(entry, row, replicas)) return true;
  const kept = Math.min(replicas, heldHere(table, row, item));
  const shares = item.question.policy.spread !== undefined || siteAt(table, row, item) !== NO_SITE;
  const least = shares ? Math.min(1, replicas) : replicas;
  return kept >= least || room.has(entry, row, least - kept);
}

/**
 * Those worth considering. One is not when another of its domain draws from the same bounds, is better and takes no more; nor when on
 * as many domains as are asked for there is a better one that draws from none.
 */
function undominated(candidates: Rows, entry: Entry, table: Table, within: boolean): Rows {
  if (candidates.rows.length < 2) return candidates;
  const { item, replicas, apart } = entry;
  const pays = (item.budgets ?? []).length > 0;
  const spread = apart > 1 ? item.question.policy.spread : undefined;
  const domains = spread && table.domains(spread.over);
  const frontier = new Frontier(table, pays);
  const open = new Map<number, number>();
  const sites = new Set<number>();
  let cheapest = Infinity;
  return picked(candidates, (row) => {
    const cost = pays ? floatAt(table.microUsd, row) : 0;
    const domain = domains === undefined ? 0 : intAt(domains.of, row);
    const site = replicas > 1 ? siteAt(table, row, item) : NO_SITE;
    if (heldHere(table, row, item) === 0) {
      // Of a pool that holds a better part, the lesser hosts may take the rest; where tiers overflow, the open offer would.
      const shares = site > TIERS && sites.has(site);
      if (!shares && cheapest <= cost && (apart === 1 || isOutdone(open, cost, apart))) return false;
      if (within && frontier.outdoes(domain, row, site > TIERS)) return false;
    }
    if (site > TIERS) sites.add(site);
    if (table.draws[row] === 0) {
      cheapest = Math.min(cheapest, cost);
      if (apart > 1) open.set(domain, Math.min(open.get(domain) ?? Infinity, cost));
    }
    if (within) frontier.add(domain, row);
    return true;
  });
}

function isOutdone(open: ReadonlyMap<number, number>, cost: number, apart: number): boolean {
  if (open.size < apart) return false;
  let domains = 0;
  for (const least of open.values()) if (least <= cost) domains += 1;
  return domains >= apart;
}

/** Rows already kept, by domain and by the bounds they draw from. */
class Frontier {
  readonly #table: Table;
  readonly #pays: boolean;
  readonly #kept = new Map<number, number[]>();

  constructor(table: Table, pays: boolean) {
    this.#table = table;
    this.#pays = pays;
  }

  /** Whether one that is kept takes no more than a row, at the same place where that is asked. */
  outdoes(domain: number, row: number, here: boolean): boolean {
    for (const better of this.#kept.get(this.#cell(domain, row)) ?? [])
      if (
        takesNoMore(this.#table, better, row, this.#pays) &&
        (!here || isSamePlace(this.#table, better, row))
      )
        return true;
    return false;
  }

  add(domain: number, row: number): void {
    const cell = this.#cell(domain, row);
    const same = this.#kept.get(cell);
    if (same === undefined) this.#kept.set(cell, [row]);
    else same.push(row);
  }

  #cell(domain: number, row: number): number {
    return domain * this.#table.drawCount + intAt(this.#table.draws, row);
  }
}

/** Whether one row takes no more than another of the bounds that both draw from, and costs no more where that counts. */
export function takesNoMore(table: Table, better: number, worse: number, pays: boolean): boolean {
  if (pays && floatAt(table.microUsd, better) > floatAt(table.microUsd, worse)) return false;
  const first = intAt(table.starts, better);
  const other = intAt(table.starts, worse);
  const length = intAt(table.starts, better + 1) - first;
  for (let at = 0; at < length; at++)
    if (floatAt(table.amounts, first + at) > floatAt(table.amounts, other + at)) return false;
  return true;
}

function columnsOf({ rows, values, totals }: Rows, item: PackItem, table: Table): Options {
  const { policy, held } = item.question;
  const domains = policy.spread && table.domains(policy.spread.over);
  const sites = sitesOf(rows, item, table);
  const kept = held === undefined ? undefined : columnOf(rows, (row) => heldHere(table, row, item));
  const runs = kept?.some((replicas) => replicas > 0) === true;
  return {
    offers: rows,
    values,
    totals,
    kept: runs ? kept : undefined,
    sites,
    // What runs at a place is kept once, in whatever ways the place could be bought.
    places:
      runs || (sites !== undefined && policy.tiers.length === 0)
        ? columnOf(rows, (row) => intAt(table.places, row))
        : undefined,
    domains: domains === undefined ? NOWHERE : columnOf(rows, (row) => intAt(domains.of, row)),
  };
}

/** A number for each row. `Int32Array.from` would take several times as long. */
function columnOf(rows: Int32Array, of: (row: number, at: number) => number): Int32Array {
  const column = new Int32Array(rows.length);
  for (let at = 0; at < rows.length; at++) column[at] = of(intAt(rows, at), at);
  return column;
}

/** The numbers of sites that options share, or one below 0 that no other has; undefined where none shares any, as in most lists. */
function sitesOf(rows: Int32Array, item: PackItem, table: Table): Int32Array | undefined {
  if (item.replicas < 2 || item.question.policy.spread !== undefined) return undefined;
  if (!rows.some((row) => siteAt(table, row, item) !== NO_SITE)) return undefined;
  return columnOf(rows, (row, at) => {
    const site = siteAt(table, row, item);
    return site === NO_SITE ? -1 - at : site;
  });
}

const isSamePlace = ({ places }: Table, a: number, b: number): boolean => places[a] === places[b];

/** Options over which a workload's replicas may be split have one number; one replica cannot be. */
function siteAt(table: Table, row: number, { question, replicas }: PackItem): number {
  // What is spread may be anywhere as long as it is on enough domains.
  if (replicas < 2 || question.policy.spread !== undefined) return NO_SITE;
  // Tiers overflow into each other, part by part.
  return question.policy.tiers.length > 0 ? TIERS : intAt(table.sites, row);
}

/** The one site of all options where tiers overflow. */
const TIERS = 0;

function heldHere(table: Table, row: number, item: PackItem): number {
  return item.question.held === undefined ? 0 : heldAt(itemAt(table.offers, row), item);
}
