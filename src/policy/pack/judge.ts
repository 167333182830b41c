import type { Offer } from "../../domain/offer.ts";
import { mappedAt } from "../at.ts";
import { place } from "../place.ts";
import { askedOffer } from "./asked.ts";
import { candidatesOf } from "./candidates.ts";
import { Columns, isColumnar } from "./columns.ts";
import type { Entry } from "./entry.ts";
import { heldAt } from "./held-at.ts";
import type { Market, PackItem, Unplaced } from "./market.ts";
import { entryOf, isTooFew, type Rows } from "./options.ts";
import { allRefused, nothingFits, nothingStands, tooFew } from "./reasons.ts";
import { Room } from "./room.ts";
import type { Table } from "./table.ts";

/** What `place` finds for each workload of a pack, as entries of the solver; or why a workload can go nowhere, whoever else there is. */
export class Judge {
  readonly #market: Market;
  readonly #table: Table;
  readonly #room: Room;
  readonly #rowOf: ReadonlyMap<string, number>;
  readonly #identities = new Map<unknown, number>();
  readonly #alike = new Map<string, Judged>();
  #columns: Columns | undefined;

  readonly #splitsAnywhere: boolean;

  /** `splitsAnywhere`: whether also hosts that are worse than what has no bound may take part of a workload; few workloads only can afford it. */
  constructor(market: Market, table: Table, splitsAnywhere: boolean) {
    this.#splitsAnywhere = splitsAnywhere;
    this.#market = market;
    this.#table = table;
    this.#room = new Room(table);
    this.#rowOf = new Map(market.offers.map(({ offer }, row) => [offer.id, row]));
  }

  judge(item: PackItem): Entry | Unplaced {
    if (!isColumnar(item)) return this.#named(item, this.#oneByOne(item));
    const key = this.#keyOf(item);
    const known = this.#alike.get(key);
    if (known !== undefined) return this.#named(item, known);
    const judged = this.#byColumns(item);
    this.#alike.set(key, judged);
    return this.#named(item, judged);
  }

  #named(item: PackItem, judged: Judged): Entry | Unplaced {
    if (typeof judged === "string") return { id: item.id, because: judged };
    const { replicas, options, apart, budgets } = judged;
    return { item, replicas, options, apart, budgets };
  }

  /** Workloads with the same are placed alike. */
  #keyOf({ question, replicas, budgets = [] }: PackItem): string {
    const { needs, policy, gateway, pin, avoid, workload, users } = question;
    const identities = [needs, policy, gateway, pin, avoid, workload, users].map((part) =>
      this.#identityOf(part),
    );
    return `${identities.join()}|${replicas}|${budgets.join()}`;
  }

  #identityOf(part: unknown): number {
    const known = this.#identities.get(part);
    if (known !== undefined) return known;
    this.#identities.set(part, this.#identities.size);
    return this.#identities.size - 1;
  }

  #byColumns(item: PackItem): Judged {
    this.#columns ??= new Columns(this.#table, this.#market.offers.length, this.#room);
    const rows = this.#columns.scan(item, this.#splitsAnywhere);
    if (rows.rows.length > 0) return this.#entryOf(item, rows, !this.#splitsAnywhere);
    return allRefused(this.#columns.objections(item), this.#market.offers.length);
  }

  #oneByOne(item: PackItem): Judged {
    const placement = place({ ...item.question, offers: this.#offersFor(item) });
    if (placement.ranked.length === 0) return nothingStands(placement.rejected);
    const rowOf = this.#rowsOf(item);
    const candidates = candidatesOf(placement, item);
    const rows: Rows = {
      rows: candidates.map(({ offer }) => mappedAt(rowOf, offer.id)),
      values: candidates.map(({ value }) => value),
      totals: candidates.map(({ total }) => total),
    };
    return this.#entryOf(item, rows, false);
  }

  #entryOf(item: PackItem, rows: Rows, sieved: boolean): Judged {
    const entry = entryOf(item, rows, this.#table, this.#room, { sieved });
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
    if (own === undefined) return this.#rowOf;
    return new Map(own.offers.map(({ offer }, index) => [offer.id, own.at + index]));
  }
}

/** An entry but for whose it is, or the sentence why there is none. */
type Judged = Entry | string;
