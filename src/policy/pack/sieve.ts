import { floatAt, intAt } from "../at.ts";
import { Cuts } from "./cuts.ts";
import { takesNoMore, type Rows } from "./options.ts";
import { type Domains, NO_SITE, type Table } from "./table.ts";

/** What a sieve is set to. */
export interface SieveSetting {
  /** Whether cost counts, since a budget pays. */
  readonly pays: boolean;
  /** Domains that are told apart; one for all where there are none. */
  readonly domains: Domains | undefined;
  /** On how many of them it has to be. */
  readonly apart: number;
  /** Whether replicas may be split over hosts: of a pool that holds a better part, the lesser hosts may take the rest. */
  readonly splits: boolean;
  readonly replicas: number;
  /** Whether values differ from totals. */
  readonly hasTiers: boolean;
}

/** The most that are laid out at a time: one word of a set. */
const BATCH = 32;

/**
 * Lets through what may be worth considering, of offers that come the cheapest first. What it keeps back is outdone for certain by
 * another of its domain: one that draws from nothing, or one that draws from the same bounds. One is used again and again, and asked
 * millions of times; hence the columns.
 */
export class Sieve {
  /** Where the next ones are laid out: a number that is handed over by itself would be put in a box, and millions are. */
  readonly offeredRows = new Int32Array(BATCH);
  readonly offeredValues = new Float64Array(BATCH);
  readonly offeredTotals = new Float64Array(BATCH);
  readonly #table: Table;
  #setting: SieveSetting = {
    pays: false,
    domains: undefined,
    splits: false,
    replicas: 1,
    apart: 1,
    hasTiers: false,
  };
  #count = 0;
  readonly #rows: Int32Array;
  readonly #values: Float64Array;
  readonly #totals: Float64Array;
  readonly #cuts = new Cuts();
  #highest = -Infinity;
  /** Of each domain, the best so far that draws from nothing. */
  #openValue = new Float64Array(0);
  #openCost = new Float64Array(0);
  /** For rows that draw from the same bounds, in one domain: place of the best of them, from 1. */
  #best = new Int32Array(0);

  constructor(table: Table, size: number) {
    this.#table = table;
    this.#rows = new Int32Array(size);
    this.#values = new Float64Array(size);
    this.#totals = new Float64Array(size);
  }

  set(setting: SieveSetting): void {
    this.#setting = setting;
    const count = setting.domains?.count ?? 1;
    if (this.#openValue.length < count) {
      this.#openValue = new Float64Array(count);
      this.#openCost = new Float64Array(count);
    }
    this.#openValue.fill(-Infinity);
    this.#openCost.fill(Infinity);
    const cells = count * this.#table.drawCount;
    if (this.#best.length < cells) this.#best = new Int32Array(cells);
    this.#count = 0;
    this.#highest = -Infinity;
  }

  /** Look at the first few of those that are offered. */
  take(count: number): void {
    for (let at = 0; at < count; at++) this.#add(at);
  }

  #add(offered: number): void {
    const row = intAt(this.offeredRows, offered);
    const value = floatAt(this.offeredValues, offered);
    const { draws, drawCount, microUsd, sites } = this.#table;
    const { domains, pays, splits } = this.#setting;
    const domain = domains === undefined ? 0 : intAt(domains.of, row);
    const cost = pays ? floatAt(microUsd, row) : 0;
    const shares = splits && sites[row] !== NO_SITE;
    if (!shares && value < floatAt(this.#openValue, domain) && floatAt(this.#openCost, domain) <= cost)
      return;
    const draw = intAt(draws, row);
    const cell = domain * drawCount + draw;
    const best = intAt(this.#best, cell) - 1;
    const isBest = best < 0 || value > floatAt(this.#values, best);
    if (
      !isBest &&
      !shares &&
      value < floatAt(this.#values, best) &&
      takesNoMore(this.#table, intAt(this.#rows, best), row, pays)
    )
      return;
    const at = this.#count++;
    this.#rows[at] = row;
    this.#values[at] = value;
    this.#totals[at] = floatAt(this.offeredTotals, offered);
    if (value > this.#highest) this.#highest = value;
    if (isBest) this.#best[cell] = at + 1;
    if (draw === 0 && value > floatAt(this.#openValue, domain)) {
      this.#openValue[domain] = value;
      this.#openCost[domain] = cost;
    }
  }

  /** What is worth less than this, and costs no less than what came before, would not be let through. */
  least(): number {
    const { domains, splits } = this.#setting;
    return domains === undefined && !splits ? floatAt(this.#openValue, 0) : -Infinity;
  }

  /** Whether nothing that is worth this at most, and costs no less than what came before, would be let through and matter. */
  isFullFor(most: number): boolean {
    const { apart, splits, domains } = this.#setting;
    if (domains === undefined) {
      const value = floatAt(this.#openValue, 0);
      return value > most && (!splits || this.#mixedWith(most) < value);
    }
    let open = 0;
    let least = Infinity;
    for (let at = 0; at < domains.count; at++) {
      const value = floatAt(this.#openValue, at);
      if (value <= most) continue;
      open += 1;
      if (value < least) least = value;
    }
    return open >= apart && (!splits || this.#mixedWith(most) < least);
  }

  /** What was let through, best first; equal ones by row. */
  rows(): Rows {
    const { draws, drawCount, microUsd, sites } = this.#table;
    const { domains, pays, splits, hasTiers } = this.#setting;
    const count = this.#count;
    this.#count = 0;
    for (let at = 0; at < count; at++) {
      const row = intAt(this.#rows, at);
      const value = floatAt(this.#values, at);
      const domain = domains === undefined ? 0 : intAt(domains.of, row);
      this.#best[domain * drawCount + intAt(draws, row)] = 0;
      const open = floatAt(this.#openValue, domain);
      const isCheaper = pays && floatAt(microUsd, row) < floatAt(this.#openCost, domain);
      const shares = splits && sites[row] !== NO_SITE && this.#mixedWith(value) > open;
      if (value >= open || isCheaper || shares) this.#keep(row, value, floatAt(this.#totals, at));
    }
    return {
      rows: this.#cuts.ints(this.#rows, this.#count),
      values: this.#cuts.floats(this.#values, this.#count),
      totals: hasTiers ? this.#cuts.floats(this.#totals, this.#count) : undefined,
    };
  }

  /** Put one among those kept so far, which are in order. The cheapest come first and are mostly the best, so little is moved. */
  #keep(row: number, value: number, total: number): void {
    let at = this.#count++;
    for (; at > 0; at--) {
      const before = floatAt(this.#values, at - 1);
      if (before > value || (before === value && intAt(this.#rows, at - 1) < row)) break;
      this.#rows[at] = intAt(this.#rows, at - 1);
      this.#values[at] = before;
      this.#totals[at] = floatAt(this.#totals, at - 1);
    }
    this.#rows[at] = row;
    this.#values[at] = value;
    this.#totals[at] = total;
  }

  /** The most that a split over hosts can be worth with one replica at this value. */
  #mixedWith(value: number): number {
    const { replicas } = this.#setting;
    return (value + this.#highest * (replicas - 1)) / replicas;
  }
}
