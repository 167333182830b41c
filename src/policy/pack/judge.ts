import type { Offer } from "../../domain/offer.ts";
import { floatAt, mappedAt } from "../at.ts";
import { place } from "../place.ts";
import type { Policy } from "../policy.ts";
import { askedOffer } from "./asked.ts";
import { candidatesOf } from "./candidates.ts";
import { Columns } from "./columns.ts";
import { hasNoExpressions, runsNowhere } from "./columnar.ts";
import type { Entry } from "./entry.ts";
import { heldAt } from "./held-at.ts";
import type { Market, MarketOffer, PackItem, Unplaced } from "./market.ts";
import { budgetsOf, entryOf, isTooFew, type Rows } from "./options.ts";
import { allRefused, nothingFits, nothingStands, tooFew } from "./reasons.ts";
import { Room } from "./room.ts";
import type { Table } from "./table.ts";

/** What `place` finds for each workload of a pack, as entries of the solver; or why a workload can go nowhere, whoever else there is. */
export class Judge {
  readonly #market: Market;
  readonly #table: Table;
  readonly #room: Room;
  #rowOf: ReadonlyMap<string, number> | undefined;
  /** By class. */
  readonly #alike: Alike[] = [];
  readonly #plain = new Map<Policy, boolean>();
  #columns: Columns | undefined;

  readonly #splitsAnywhere: boolean;

  /** `splitsAnywhere`: whether also hosts that are worse than what has no bound may take part of a workload; few workloads only can afford it. */
  constructor(market: Market, table: Table, splitsAnywhere: boolean) {
    this.#splitsAnywhere = splitsAnywhere;
    this.#market = market;
    this.#table = table;
    this.#room = new Room(table);
  }

  judge(item: PackItem): Entry | Unplaced {
    if (!this.#isColumnar(item)) return named(item, this.#oneByOne(item));
    this.#columns ??= new Columns(this.#table, this.#market.offers.length, this.#room);
    const number = this.#columns.classOf(item);
    const alike = this.#alike[number] ?? this.#alikeTo(item, this.#columns);
    this.#alike[number] = alike;
    const { rows, judged, dearest } = alike;
    if (rows.rows.length === 0) return { id: item.id, because: this.#refusals(item, this.#columns) };
    const budgets = budgetsOf(item, this.#table);
    // Where a budget is too small even for this workload alone, fewer places are left to it than to others like it.
    if (isTight(budgets, dearest, this.#table))
      return named(item, this.#entryOf(item, rows, !this.#splitsAnywhere));
    if (typeof judged === "string") return { id: item.id, because: judged };
    const { replicas, options, apart } = judged;
    return { item, replicas, options, apart, budgets };
  }

  // Policies are few, and workloads under them many.
  #isColumnar(item: PackItem): boolean {
    const { policy } = item.question;
    const known = this.#plain.get(policy);
    const isPlain = known ?? hasNoExpressions(policy);
    if (known === undefined) this.#plain.set(policy, isPlain);
    return isPlain && runsNowhere(item);
  }

  /** What is found for all workloads of a class. */
  #alikeTo(item: PackItem, columns: Columns): Alike {
    const rows = columns.scan(item, this.#splitsAnywhere);
    let dearest = 0;
    for (const row of rows.rows) dearest = Math.max(dearest, floatAt(this.#table.microUsd, row));
    return {
      rows,
      judged: this.#entryOf(item, rows, !this.#splitsAnywhere, []),
      dearest: dearest * item.replicas,
    };
  }

  // With the numbers of the very workload, which others of its class may not have.
  #refusals(item: PackItem, columns: Columns): string {
    return allRefused(columns.objections(item), this.#market.offers.length);
  }

  #oneByOne(item: PackItem): Judged {
    const placement = place({ ...item.question, offers: this.#offersFor(item) });
    if (placement.ranked.length === 0) return nothingStands(placement.rejected);
    const rowOf = this.#rowsOf(item);
    const candidates = candidatesOf(placement, item);
    const differ = candidates.some(({ value, total }) => value !== total);
    const rows: Rows = {
      rows: Int32Array.from(candidates, ({ offer }) => mappedAt(rowOf, offer.id)),
      values: Float64Array.from(candidates, ({ value }) => value),
      totals: differ ? Float64Array.from(candidates, ({ total }) => total) : undefined,
    };
    return this.#entryOf(item, rows, false);
  }

  #entryOf(item: PackItem, rows: Rows, sieved: boolean, budgets = budgetsOf(item, this.#table)): Judged {
    const entry = entryOf(item, rows, this.#table, this.#room, { sieved, budgets });
    const { spread } = item.question.policy;
    if (spread !== undefined && isTooFew(entry)) return tooFew(entry, spread.over);
    if (entry.options.offers.length > 0) return entry;
    return nothingFits(entry, rows.rows, this.#room, this.#table);
  }

  #offersFor(item: PackItem): readonly Offer[] {
    const own = this.#table.ownAt.get(item);
    if (own === undefined)
      return this.#market.offers.map(({ offer }, row) => askedOffer(offer, item, this.#room.open(row)));
    return own.offers.map(({ offer }, index) => {
      const open = this.#room.open(own.at + index);
      return open === undefined ? offer : { ...offer, capacityReplicas: open + heldAt(offer, item) };
    });
  }

  #rowsOf(item: PackItem): ReadonlyMap<string, number> {
    const own = this.#table.ownAt.get(item);
    if (own !== undefined) return rowsFrom(own.offers, own.at);
    this.#rowOf ??= rowsFrom(this.#market.offers, 0);
    return this.#rowOf;
  }
}

/** The rows of some offers, by their ids, where they begin at one. */
function rowsFrom(offers: readonly MarketOffer[], at: number): ReadonlyMap<string, number> {
  return new Map(offers.map(({ offer }, index) => [offer.id, at + index]));
}

/** An entry, or the sentence why there is none. */
type Judged = Entry | string;

/** What workloads of a class have in common: where they could go, and the entry of one that no budget holds back. */
interface Alike {
  readonly rows: Rows;
  readonly judged: Judged;
  /** What all replicas cost at the dearest of the rows, in millionths of a USD. */
  readonly dearest: number;
}

function isTight(budgets: readonly number[], dearest: number, { capacity }: Table): boolean {
  for (const budget of budgets) if (floatAt(capacity, budget) < dearest) return true;
  return false;
}

function named({ id }: PackItem, judged: Judged): Entry | Unplaced {
  return typeof judged === "string" ? { id, because: judged } : judged;
}
