import { floatAt, itemAt } from "../at.ts";
import { type Entry, evenShare, type Part, valueOf } from "./entry.ts";
import type { PackedState } from "./packed-state.ts";
import { occupy, settle } from "./settle.ts";
import { type Tariff, UnitTariff } from "./tariff.ts";

/** Options tried for one workload without a place, bounds freed for each, and others who are asked to step aside. */
const MAX_OPTIONS = 12;
const MAX_BOUNDS = 4;
const MAX_RIVALS = 400;
/** What is missing of a bound is worth this much to whoever looks where else to go: more than a workload's whole total. */
const MISSING_WORTH = 4;
/** Leaving somebody out costs more than any move. */
const EVICTED = 1_000_000;

/** Somebody who stepped aside, and where they were. */
interface Moved {
  readonly rival: number;
  readonly before: readonly Part[];
}

/**
 * Find a place for a workload that has none: at one of its options, others step aside, those first who lose least for what they free,
 * until there is room. Nobody is left without a place but those of lower priority. Without success everything is as before.
 */
export function makeRoom(state: PackedState, at: number, entry: Entry): boolean {
  const count = Math.min(entry.options.offers.length, MAX_OPTIONS);
  // A spread workload lacks room in one domain: then a share of it there is enough.
  const wanted = entry.apart > 1 ? evenShare(entry) : entry.replicas;
  for (let option = 0; option < count; option++) {
    const moved: Moved[] = [];
    for (let round = 0; round < MAX_BOUNDS; round++) {
      const bound = state.blockedBy(entry, option, wanted);
      if (bound === undefined || !freeUp(state, entry, option, wanted, bound, moved)) break;
    }
    const parts = moved.length === 0 ? undefined : settle(entry, state.room, undefined);
    if (parts !== undefined) {
      state.put(at, parts);
      return true;
    }
    for (const { rival } of moved) state.remove(rival);
    for (const { rival, before } of moved) state.put(rival, before);
  }
  return false;
}

/** Let others step aside until one bound has what is needed; false when they cannot. Adds who moved, in their order. */
function freeUp(
  state: PackedState,
  entry: Entry,
  option: number,
  wanted: number,
  bound: number,
  moved: Moved[],
): boolean {
  const need = state.needOf(entry, option, bound, wanted);
  const missing = need - floatAt(state.room.free, bound);
  const units = new Float64Array(state.room.free.length);
  units[bound] = MISSING_WORTH / Math.max(1, missing);
  const tariff = new UnitTariff(state.table, units);
  const gone = new Set(moved.map(({ rival }) => rival));
  const prices = state
    .users(bound)
    .slice(0, MAX_RIVALS)
    .filter((rival) => !gone.has(rival))
    .map((rival) => ({ rival, price: priceOf(state, entry, rival, bound, missing, tariff) }))
    .filter(({ price }) => price < Infinity)
    .sort((a, b) => a.price - b.price || a.rival - b.rival);
  for (const { rival, price } of prices) {
    if (floatAt(state.room.free, bound) >= need) return true;
    const other = itemAt(state.entries, rival);
    const before = state.remove(rival);
    if (before === undefined) continue;
    moved.push({ rival, before });
    const parts = settle(other, state.room, tariff);
    if (parts !== undefined) state.put(rival, parts);
    else if (price < EVICTED / missing) {
      // Meanwhile others took where it would have gone.
      state.put(rival, before);
      moved.pop();
    }
  }
  return floatAt(state.room.free, bound) >= need;
}

/** What one unit costs that somebody frees of a bound by going elsewhere, or by going at all; Infinity for one who does neither. */
function priceOf(
  state: PackedState,
  entry: Entry,
  rival: number,
  bound: number,
  missing: number,
  tariff: Tariff,
): number {
  const { room } = state;
  const other = itemAt(state.entries, rival);
  const before = state.partsAt(rival);
  const free = floatAt(room.free, bound);
  occupy(other, before, room, -1);
  const whole = floatAt(room.free, bound) - free;
  const parts = settle(other, room, tariff);
  let freed = 0;
  if (parts !== undefined) {
    occupy(other, parts, room, 1);
    freed = floatAt(room.free, bound) - free;
    occupy(other, parts, room, -1);
  }
  occupy(other, before, room, 1);
  // What is freed beyond what is missing helps nobody.
  if (parts !== undefined && freed > 0)
    return Math.max(0, valueOf(other, before) - valueOf(other, parts)) / Math.min(freed, missing);
  return other.item.priority < entry.item.priority && whole > 0
    ? EVICTED / Math.min(whole, missing)
    : Infinity;
}
