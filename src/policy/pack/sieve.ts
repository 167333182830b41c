import { type Row, takesNoMore } from "./options.ts";
import { type Domains, NO_SITE, type Table } from "./table.ts";

/** What a sieve is set to: whether cost counts, and the domains that are told apart; one domain for all where there are none. */
export interface SieveSetting {
  readonly pays: boolean;
  readonly domains: Domains | undefined;
  /** Whether replicas may be split over hosts: of a pool that holds a better part, the lesser hosts may take the rest. */
  readonly splits: boolean;
}

/**
 * Lets through what may be worth considering, of offers that come the cheapest first. What it keeps back is outdone for certain by
 * another of its domain: one that draws from nothing, or one that draws from the same bounds. Used again and again, for it is asked millions of times.
 */
export class Sieve {
  readonly #table: Table;
  #setting: SieveSetting = { pays: false, domains: undefined, splits: false };
  #kept: Row[] = [];
  /** Of each domain, the best so far that draws from nothing. */
  #openValue = new Float64Array(0);
  #openCost = new Float64Array(0);
  /** For rows that draw from the same bounds, in one domain: place of the best in `kept`, from 1. */
  #best = new Int32Array(0);

  constructor(table: Table) {
    this.#table = table;
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
    this.#kept = [];
  }

  add(row: number, value: number, total: number): void {
    const { draws, drawCount, microUsd } = this.#table;
    const { domains, pays } = this.#setting;
    const domain = domains === undefined ? 0 : (domains.of[row] ?? 0);
    const cost = pays ? (microUsd[row] ?? 0) : 0;
    const shares = this.#setting.splits && this.#table.sites[row] !== NO_SITE;
    const openIsBetter = value < (this.#openValue[domain] ?? 0) && (this.#openCost[domain] ?? 0) <= cost;
    if (openIsBetter && !shares) return;
    const draw = draws[row] ?? 0;
    const cell = domain * drawCount + draw;
    const best = this.#kept[(this.#best[cell] ?? 0) - 1];
    if (best !== undefined && best.value > value && !shares && takesNoMore(this.#table, best.row, row, pays))
      return;
    const place = this.#kept.push({ row, value, total });
    if (best === undefined || value > best.value) this.#best[cell] = place;
    if (draw === 0 && value > (this.#openValue[domain] ?? 0)) {
      this.#openValue[domain] = value;
      this.#openCost[domain] = cost;
    }
  }

  /** What was let through, best first; equal ones by row. */
  rows(): readonly Row[] {
    const { draws, drawCount, microUsd, sites } = this.#table;
    const { domains, pays, splits } = this.#setting;
    const left: Row[] = [];
    for (const one of this.#kept) {
      const domain = domains === undefined ? 0 : (domains.of[one.row] ?? 0);
      this.#best[domain * drawCount + (draws[one.row] ?? 0)] = 0;
      const cost = pays ? (microUsd[one.row] ?? 0) : 0;
      const shares = splits && sites[one.row] !== NO_SITE;
      if (shares || one.value >= (this.#openValue[domain] ?? 0) || cost < (this.#openCost[domain] ?? 0))
        left.push(one);
    }
    return left.sort((a, b) => b.value - a.value || a.row - b.row);
  }
}
