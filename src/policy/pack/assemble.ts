import { placeLabel, samePlace } from "../../domain/place.ts";
import type { Offer } from "../../domain/offer.ts";
import { floatAt, intAt, itemAt } from "../at.ts";
import type { Incumbent } from "../question.ts";
import { type Entry, type Part, valueOf } from "./entry.ts";
import { MAX_EXACT, packExactly, type Solved } from "./exact.ts";
import { packMany } from "./many.ts";
import type { Packed, PackedPart, Packing, PackItem, Unplaced } from "./market.ts";
import { nothingFits } from "./reasons.ts";
import { Room } from "./room.ts";
import { occupy } from "./settle.ts";
import type { Table } from "./table.ts";

/** Solve the entries and say of every workload where it goes, or why nowhere. All are in their order. */
export function assemble(judged: readonly (Entry | Unplaced)[], table: Table, near: number): Packing {
  const entries = judged.filter((one) => "options" in one);
  const exact = judged.length > MAX_EXACT ? undefined : packExactly(entries, new Room(table), table);
  const { parts, bound: limit }: Solved = exact ?? packMany(entries, table, () => new Room(table), near);
  const room = new Room(table);
  let total = 0;
  for (let at = 0; at < entries.length; at++) {
    const entry = itemAt(entries, at);
    const here = parts[at];
    if (here === undefined) continue;
    occupy(entry, here, room, 1);
    total += valueOf(entry, here);
  }
  const names = new Names(table.offers);
  const placements: Packed[] = [];
  const unplaced: Unplaced[] = [];
  let at = 0;
  for (const one of judged) {
    if ("because" in one) {
      unplaced.push(one);
      continue;
    }
    const here = parts[at++];
    if (here !== undefined) placements.push(packed(one, here, table, names));
    else {
      const rows = one.options.offers;
      unplaced.push({ id: one.item.id, because: nothingFits(one, rows, room, table) });
    }
  }
  const bound = limit ?? total;
  const proven = limit === undefined || (bound - total <= EQUAL && placements.length === entries.length);
  return { placements, unplaced, total, bound, proven };
}

/** Totals that differ by less are equal. */
const EQUAL = 1e-9;

function packed(entry: Entry, parts: readonly Part[], table: Table, names: Names): Packed {
  const { totals, values, offers } = entry.options;
  const found = parts.map(({ option, replicas }): PackedPart => {
    const offer = itemAt(table.offers, intAt(offers, option));
    return { offer, replicas, total: floatAt(totals ?? values, option) };
  });
  const stays = areAt(found, entry.item);
  return { id: entry.item.id, parts: found, stays, because: because(entry, parts, names, stays) };
}

/** Whether all parts are where the workload runs now; mostly it runs nowhere. */
function areAt(parts: readonly PackedPart[], { question: { incumbent, incumbents } }: PackItem): boolean {
  const running = incumbents ?? (incumbent === undefined ? NOWHERE : [incumbent]);
  if (running.length === 0) return false;
  return parts.every(({ offer }) => running.some(({ place }) => samePlace(place, offer.place)));
}

const NOWHERE: readonly Incumbent[] = [];

function because(
  { options: { offers } }: Entry,
  parts: readonly Part[],
  names: Names,
  stays: boolean,
): string {
  const best = intAt(offers, 0);
  const here = intAt(offers, itemAt(parts, 0).option);
  if (stays) return `${names.of(here)} is where it runs`;
  if (here === best) return names.best(best);
  return `${names.of(best)} ranks best, and its room is worth more to others; ${names.of(here)} is the best of what is left`;
}

/** Names of offers for people, and what is said of most of them, each made once. */
class Names {
  readonly #offers: readonly Offer[];
  readonly #names: (string | undefined)[] = [];
  readonly #best: (string | undefined)[] = [];

  constructor(offers: readonly Offer[]) {
    this.#offers = offers;
    this.#names.length = offers.length;
    this.#best.length = offers.length;
  }

  /** Why a workload is where it ranks best. */
  best(row: number): string {
    const known = this.#best[row];
    if (known !== undefined) return known;
    const sentence = `${this.of(row)} ranks best`;
    this.#best[row] = sentence;
    return sentence;
  }

  of(row: number): string {
    const known = this.#names[row];
    if (known !== undefined) return known;
    const { place, billing } = itemAt(this.#offers, row);
    const name = billing === "spot" ? `${placeLabel(place)} Spot` : placeLabel(place);
    this.#names[row] = name;
    return name;
  }
}
