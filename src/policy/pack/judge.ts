import type { Offer } from "../../domain/offer.ts";
import { place } from "../place.ts";
import { askedOffer } from "./asked.ts";
import { candidatesOf } from "./candidates.ts";
import type { Entry } from "./entry.ts";
import { heldAt } from "./held-at.ts";
import type { Market, PackItem, Unplaced } from "./market.ts";
import { entryOf, isTooFew, type Row } from "./options.ts";
import { nothingFits, nothingStands, tooFew } from "./reasons.ts";
import { Room } from "./room.ts";
import type { Table } from "./table.ts";

/** What `place` finds for each workload of a pack, as entries of the solver; or why a workload can go nowhere, whoever else there is. */
export class Judge {
  readonly #market: Market;
  readonly #table: Table;
  readonly #room: Room;
  readonly #marketRows: ReadonlyMap<string, number>;

  constructor(market: Market, table: Table) {
    this.#market = market;
    this.#table = table;
    this.#room = new Room(table);
    this.#marketRows = new Map(market.offers.map(({ offer }, row) => [offer.id, row]));
  }

  judge(item: PackItem): Entry | Unplaced {
    const placement = place({ ...item.question, offers: this.#offersFor(item) });
    if (placement.ranked.length === 0) return { id: item.id, because: nothingStands(placement.rejected) };
    const rowOf = this.#rowsOf(item);
    const rows: readonly Row[] = candidatesOf(placement, item).map(({ offer, value, total }) => ({
      row: rowOf.get(offer.id) ?? 0,
      value,
      total,
    }));
    return this.#entryOf(item, rows);
  }

  #entryOf(item: PackItem, rows: readonly Row[]): Entry | Unplaced {
    const entry = entryOf(item, rows, this.#table, this.#room);
    if (isTooFew(entry)) return { id: item.id, because: tooFew(entry) };
    if (entry.options.offers.length > 0) return entry;
    const standing = rows.map(({ row }) => row);
    return { id: item.id, because: nothingFits(entry, standing, rows.length, this.#room, this.#table) };
  }

  #offersFor(item: PackItem): readonly Offer[] {
    const at = this.#table.ownAt.get(item);
    if (item.offers === undefined || at === undefined)
      return this.#market.offers.map(({ offer }, row) => askedOffer(offer, item, this.#room.open(row)));
    return item.offers.map(({ offer }, index) => {
      const open = this.#room.open(at + index);
      return open === undefined ? offer : { ...offer, capacityReplicas: open + heldAt(offer, item) };
    });
  }

  #rowsOf(item: PackItem): ReadonlyMap<string, number> {
    const at = this.#table.ownAt.get(item);
    if (item.offers === undefined || at === undefined) return this.#marketRows;
    return new Map(item.offers.map(({ offer }, index) => [offer.id, at + index]));
  }
}
