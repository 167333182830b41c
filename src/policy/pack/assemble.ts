import { placeLabel, samePlace } from "../../domain/place.ts";
import type { Offer } from "../../domain/offer.ts";
import { floatAt, intAt, itemAt } from "../at.ts";
import { type Entry, type Part, valueOf } from "./entry.ts";
import { MAX_EXACT, packExactly, type Solved } from "./exact.ts";
import { packMany } from "./many.ts";
import type { Packed, Packing, Unplaced } from "./market.ts";
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
  for (const [at, entry] of entries.entries()) {
    const here = parts[at];
    if (here === undefined) continue;
    occupy(entry, here, room, 1);
    total += valueOf(entry, here);
  }
  const placements: Packed[] = [];
  const unplaced: Unplaced[] = [];
  let at = 0;
  for (const one of judged) {
    if ("because" in one) {
      unplaced.push(one);
      continue;
    }
    const here = parts[at++];
    if (here !== undefined) placements.push(packed(one, here, table));
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

function packed(entry: Entry, parts: readonly Part[], table: Table): Packed {
  const { totals, values, offers } = entry.options;
  const found = parts.map(({ option, replicas }) => ({
    offer: itemAt(table.offers, intAt(offers, option)),
    replicas,
    total: floatAt(totals ?? values, option),
  }));
  const { incumbent, incumbents = incumbent === undefined ? [] : [incumbent] } = entry.item.question;
  const stays =
    incumbents.length > 0 &&
    found.every(({ offer }) => incumbents.some(({ place }) => samePlace(place, offer.place)));
  return { id: entry.item.id, parts: found, stays, because: because(entry, parts, table, stays) };
}

function because(entry: Entry, parts: readonly Part[], table: Table, stays: boolean): string {
  const { offers } = entry.options;
  const best = itemAt(table.offers, intAt(offers, 0));
  const here = itemAt(table.offers, intAt(offers, itemAt(parts, 0).option));
  if (stays) return `${nameOf(here)} is where it runs`;
  if (here === best) return `${nameOf(best)} ranks best`;
  return `${nameOf(best)} ranks best, and its room is worth more to others; ${nameOf(here)} is the best of what is left`;
}

const nameOf = ({ place, billing }: Offer): string =>
  billing === "spot" ? `${placeLabel(place)} Spot` : placeLabel(place);
