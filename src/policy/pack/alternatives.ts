import { floatAt, intAt, itemAt } from "../at.ts";
import { countByDomain, type Entry, isTaken, newcomers, type Part, valueOf } from "./entry.ts";
import type { Room } from "./room.ts";
import type { Table } from "./table.ts";

/** One complete way to place a workload, and what it takes of which bounds. */
export interface Alternative {
  readonly parts: readonly Part[];
  readonly value: number;
  readonly bounds: Int32Array;
  readonly amounts: Float64Array;
  /** Replicas that do not run there now. */
  readonly anew: number;
}

/** The most ways to split one workload that are looked through for the optimum. */
const MAX_ALTERNATIVES = 3_000;
/** Comparing each way with each is for short lists. */
const MAX_COMPARED = 400;

/**
 * Every way to place a workload alone in a room, best first, without those that are no better than another and take no less.
 * Undefined when there are too many.
 */
export function alternativesOf(entry: Entry, room: Room, table: Table): readonly Alternative[] | undefined {
  const found: (readonly Part[])[] = [];
  for (const options of sitesOf(entry)) {
    const whole = splits(entry, options, room, MAX_ALTERNATIVES - found.length);
    if (whole === undefined) return undefined;
    found.push(...whole);
  }
  const all = found
    .map((parts) => alternative(entry, parts, table))
    .sort((a, b) => b.value - a.value || a.anew - b.anew);
  return all.length > MAX_COMPARED ? all : undominated(all);
}

/** Options that replicas may be split over: all of them where they are spread, else those of one site. */
function sitesOf({ options, apart }: Entry): readonly (readonly number[])[] {
  const all = [...options.offers.keys()];
  if (apart > 1) return [all];
  const { sites } = options;
  if (sites === undefined) return all.map((option) => [option]);
  const groups = new Map<number, number[]>();
  for (const option of all) {
    const site = intAt(sites, option);
    const group = groups.get(site);
    if (group === undefined) groups.set(site, [option]);
    else group.push(option);
  }
  return [...groups.values()];
}

function splits(
  entry: Entry,
  options: readonly number[],
  room: Room,
  most: number,
): readonly (readonly Part[])[] | undefined {
  const limits = options.map((option) => limitOf(entry, option, room));
  const found: (readonly Part[])[] = [];
  const parts: Part[] = [];
  const fill = (at: number, left: number): boolean => {
    if (left === 0) {
      if (entry.apart > 1 && countByDomain(entry, parts).size < entry.apart) return true;
      return found.push([...parts]) <= most;
    }
    const option = options[at];
    if (option === undefined) return true;
    const limit = isTaken(entry, parts, option) ? 0 : itemAt(limits, at);
    for (let replicas = Math.min(left, limit); replicas >= 0; replicas--) {
      if (replicas > 0) parts.push({ option, replicas });
      const goesOn = fill(at + 1, left - replicas);
      if (replicas > 0) parts.pop();
      if (!goesOn) return false;
    }
    return true;
  };
  if (entry.replicas === 0) return options.map((option) => [{ option, replicas: 0 }]);
  return fill(0, entry.replicas) ? found : undefined;
}

/** The most replicas of an entry that an option can have in a room, those it has there already counted in. */
export function limitOf(entry: Entry, option: number, room: Room): number {
  const kept = entry.replicas - newcomers(entry, option, entry.replicas);
  return kept + room.fits(entry, intAt(entry.options.offers, option), entry.replicas - kept);
}

function alternative(entry: Entry, parts: readonly Part[], table: Table): Alternative {
  const takes = new Map<number, number>();
  const add = (bound: number, amount: number): unknown => takes.set(bound, (takes.get(bound) ?? 0) + amount);
  let all = 0;
  for (const { option, replicas } of parts) {
    const offer = intAt(entry.options.offers, option);
    const anew = newcomers(entry, option, replicas);
    all += anew;
    if (anew === 0) continue;
    for (let at = intAt(table.starts, offer); at < intAt(table.starts, offer + 1); at++)
      add(intAt(table.bounds, at), floatAt(table.amounts, at) * anew);
    for (const budget of entry.budgets) add(budget, floatAt(table.microUsd, offer) * anew);
  }
  return {
    parts,
    value: valueOf(entry, parts),
    bounds: Int32Array.from(takes.keys()),
    amounts: Float64Array.from(takes.values()),
    anew: all,
  };
}

function undominated(all: readonly Alternative[]): readonly Alternative[] {
  const kept: Alternative[] = [];
  for (const one of all) if (!kept.some((other) => takesNoMore(other, one))) kept.push(one);
  return kept;
}

function takesNoMore(a: Alternative, b: Alternative): boolean {
  return a.bounds.every((bound, at) => {
    const there = b.bounds.indexOf(bound);
    return floatAt(a.amounts, at) <= (there < 0 ? 0 : floatAt(b.amounts, there));
  });
}
