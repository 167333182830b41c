import { intAt, itemAt } from "../at.ts";
import { ascend } from "./ascend.ts";
import { auction } from "./auction.ts";
import { type Entry, leastValue, newcomers, valueOf } from "./entry.ts";
import type { Solved } from "./exact.ts";
import { Full } from "./full.ts";
import { type Alike, type Group, grouped } from "./groups.ts";
import { improve } from "./improve.ts";
import { PackedState } from "./packed-state.ts";
import { Prices } from "./prices.ts";
import { respondAll } from "./respond.ts";
import type { Room } from "./room.ts";
import { scarceBounds } from "./scarce.ts";
import { settle } from "./settle.ts";
import type { Table } from "./table.ts";

/** Steps from the auction's prices, the first of which only proves their bound; more of them where few ask, and each is cheap. */
const MAX_ASCENT = 40;
const ASCENT_ASKS = 3_000;

/** A packing and the upper bound on the total of any that places as many. */
export interface ManyPacked extends Solved {
  readonly bound: number;
}

/**
 * A good packing of any number of workloads, and a bound that says how good: greedily in order; where somebody did not get the best, again
 * at prices near those of a Lagrangian relaxation, whichever is better, then by local search until it is within `near` of the bound, as a share.
 */
export function packMany(
  entries: readonly Entry[],
  table: Table,
  newRoom: () => Room,
  near: number,
): ManyPacked {
  // Whoever takes nothing that can run out is in nobody's way.
  const { groups, groupOf, byOptions } = grouped(entries);
  const scarce = scarceBounds(byOptions, table);
  const inContest = new Set(byOptions.flatMap((alike) => contendersOf(alike, scarce, table)));
  const contending = groups.map((group) => inContest.has(group));
  const contends = entries.map((_entry, at) => contending[intAt(groupOf, at)] === true);
  const rivals = entries.filter((_entry, at) => contends[at]);
  const rivalGroups = groups.filter((_group, number) => contending[number]);
  const room = newRoom();
  const free = entries.map((entry, at) => (contends[at] ? undefined : settle(entry, room, undefined)));
  const given = free.reduce(
    (sum, parts, at) => (parts === undefined ? sum : sum + valueOf(itemAt(entries, at), parts)),
    0,
  );
  const contest = settleRivals({ rivals, groups: rivalGroups, table, scarce, newRoom }, near, given);
  let next = 0;
  const parts = free.map((one, at) => (contends[at] ? contest.parts[next++] : one));
  return { parts, bound: contest.bound + given };
}

/** Of groups with the same options, those that could take something scarce. */
function contendersOf(
  { options: { offers }, groups }: Alike,
  scarce: Uint8Array,
  { starts, bounds }: Table,
): readonly Group[] {
  for (let option = 0; option < offers.length; option++) {
    const offer = intAt(offers, option);
    const end = intAt(starts, offer + 1);
    for (let at = intAt(starts, offer); at < end; at++) if (scarce[intAt(bounds, at)] === 1) return groups;
  }
  return groups.filter(({ entry }) => entry.budgets.some((budget) => scarce[budget] === 1));
}

/** Those who contend for the scarce bounds. */
interface Contest {
  readonly rivals: readonly Entry[];
  readonly groups: readonly Group[];
  readonly table: Table;
  readonly scarce: Uint8Array;
  readonly newRoom: () => Room;
}

/** `given`: what the others are worth already, which the share of `near` is of, too. */
function settleRivals(contest: Contest, near: number, given: number): ManyPacked {
  const { rivals, groups, table, scarce, newRoom } = contest;
  const first = inOrder(rivals, table, newRoom());
  const worth = 1 - groups.reduce((least, { entry }) => Math.min(least, leastValue(entry)), 0);
  const respond = (unitPrices: Float64Array, use: Float64Array): number =>
    respondAll(groups, table, worth, unitPrices, use);
  const nothing = new Float64Array(table.capacity.length);
  // What all would be worth if nothing ran out.
  const open = respond(nothing, nothing.slice()) - worth * rivals.length;
  const isNear = (state: PackedState, bound: number): boolean =>
    state.placed === rivals.length && bound - state.total <= near * Math.abs(bound + given);
  if (isNear(first, open)) return { parts: first.parts, bound: Math.max(open, first.total) };
  const prices = new Prices(table, scarce);
  const loss = open - first.total + worth * (rivals.length - first.placed);
  const count = scarce.reduce((sum, one) => sum + one, 0);
  const start = auction({ groups, prices, scarce: count, worth, loss });
  const priced = inOrder(rivals, table, newRoom(), prices);
  const state = isBetter(priced, first) ? priced : first;
  const { bound: relaxed } = ascend({
    capacity: table.capacity,
    respond,
    known: state.total + worth * state.placed,
    iterations: Math.max(1, Math.min(MAX_ASCENT, Math.floor(ASCENT_ASKS / groups.length))),
    near,
    start,
  });
  const boundOf = (): number => relaxed - worth * state.placed;
  improve(state, () => isNear(state, boundOf()));
  return { parts: state.parts, bound: Math.max(boundOf(), state.total) };
}

/** One after the other at prices that follow what is taken, or without any. */
function inOrder(entries: readonly Entry[], table: Table, room: Room, prices?: Prices): PackedState {
  const state = new PackedState(entries, room, table);
  const full = new Full(room);
  for (let at = 0; at < entries.length; at++) {
    const entry = itemAt(entries, at);
    const parts = settle(entry, room, prices, full.firstOf(entry));
    prices?.pass(1);
    if (parts === undefined) continue;
    state.put(at, parts);
    if (prices === undefined) continue;
    for (const { option, replicas } of parts)
      prices.take(entry, intAt(entry.options.offers, option), newcomers(entry, option, replicas));
  }
  return state;
}

/** More placed of the highest priority where they differ, then the higher total. */
function isBetter(a: PackedState, b: PackedState): boolean {
  const levels = new Map<number, number>();
  for (let at = 0; at < a.entries.length; at++) {
    const more = Number(a.parts[at] !== undefined) - Number(b.parts[at] !== undefined);
    if (more === 0) continue;
    const { item } = itemAt(a.entries, at);
    levels.set(item.priority, (levels.get(item.priority) ?? 0) + more);
  }
  const [differs] = [...levels].filter(([, more]) => more !== 0).sort(([x], [y]) => y - x);
  return differs === undefined ? a.total > b.total : differs[1] > 0;
}
