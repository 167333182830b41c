import { floatAt, intAt, itemAt } from "../at.ts";
import type { PackItem } from "./market.ts";

/** Ways to run one replica or more of a workload, best first; equal ones by the offer's id. Workloads that are alike share them. */
export interface Options {
  /** Rows of the table. */
  readonly offers: Int32Array;
  /** What all replicas there would be worth: the total of `place`, less `STEP_DOWN` for every step that no rule asks for. */
  readonly values: Float64Array;
  /** The totals of `place` themselves; absent where they are the values. */
  readonly totals?: Float64Array | undefined;
  /** Replicas that run there now, which need no new room. Absent where there are none. */
  readonly kept?: Int32Array | undefined;
  /** Only over options with one number may a workload be split: hosts of a pool, or all where tiers overflow. Absent where none share one. */
  readonly sites?: Int32Array | undefined;
  /** Options of one place share a number: a workload is bought there in one way only. Absent where nothing can be split. */
  readonly places?: Int32Array | undefined;
  /** What a spread policy counts, as numbers. Empty without one. */
  readonly domains: Int32Array;
}

/** A workload as the solver sees it. */
export interface Entry {
  readonly item: PackItem;
  readonly replicas: number;
  readonly options: Options;
  /** On how many domains the replicas must be, 1 for no matter. */
  readonly apart: number;
  /** Bounds that each replica's cost is taken from. */
  readonly budgets: readonly number[];
}

/** Replicas at one option, by its place in the entry's list. */
export interface Part {
  readonly option: number;
  readonly replicas: number;
}

/** What it costs to pass over a tier, to leave a place that no rule asks to leave, or to be spread unevenly: more than any total makes up for. */
export const STEP_DOWN = 2;

/** What some parts are worth, of which there is at least one: each option's value by its share of the replicas. A workload at zero has one part of none. */
export function valueOf(entry: Entry, parts: readonly Part[]): number {
  const { values } = entry.options;
  const first = floatAt(values, itemAt(parts, 0).option);
  if (parts.length === 1 && entry.apart === 1) return first;
  // Adding up would lose the last digit, and with it that two ways are equally good.
  if (entry.apart === 1 && parts.every(({ option }) => values[option] === first)) return first;
  let sum = 0;
  for (const { option, replicas } of parts) sum += floatAt(values, option) * replicas;
  if (entry.apart > 1) sum -= STEP_DOWN * unevenReplicas(entry, parts);
  // Parts that are worth the same are, in whatever order they are added up.
  return Math.round((sum / entry.replicas) * PRECISION) / PRECISION;
}

const PRECISION = 1e12;

/** The least that a workload can be worth anywhere. */
export function leastValue({ options: { values } }: Entry): number {
  return floatAt(values, values.length - 1);
}

/** Whether a place of some parts is that of an option, bought in another way. */
export function isTaken({ options }: Entry, parts: readonly Part[], option: number): boolean {
  const { places } = options;
  if (places === undefined) return false;
  for (const part of parts) if (part.option !== option && places[part.option] === places[option]) return true;
  return false;
}

/** The most replicas of one domain when they are spread evenly. */
export const evenShare = ({ replicas, apart }: Entry): number => Math.ceil(replicas / apart);

function unevenReplicas(entry: Entry, parts: readonly Part[]): number {
  const share = evenShare(entry);
  let uneven = 0;
  // Mostly there are two or three parts, which are compared sooner than they are indexed.
  for (let at = 0; at < parts.length; at++) {
    const { replicas } = itemAt(parts, at);
    const before = replicasBefore(entry, parts, at);
    uneven += Math.max(0, before + replicas - share) - Math.max(0, before - share);
  }
  return uneven;
}

/** Replicas of the parts before one that are in its domain. */
function replicasBefore({ options: { domains } }: Entry, parts: readonly Part[], at: number): number {
  const domain = intAt(domains, itemAt(parts, at).option);
  let sum = 0;
  for (let before = 0; before < at; before++) {
    const { option, replicas } = itemAt(parts, before);
    if (intAt(domains, option) === domain) sum += replicas;
  }
  return sum;
}

/** Replicas of each domain. */
export function countByDomain({ options }: Entry, parts: readonly Part[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { option, replicas } of parts) {
    const domain = intAt(options.domains, option);
    counts.set(domain, (counts.get(domain) ?? 0) + replicas);
  }
  return counts;
}

/** How many of some replicas at an option need room of their own. */
export function newcomers({ options }: Entry, option: number, replicas: number): number {
  return options.kept === undefined ? replicas : Math.max(0, replicas - intAt(options.kept, option));
}

/** Workloads in the order in which they are decided: by priority, the highest first, then by id. */
export function byPriorityThenId(items: readonly PackItem[]): readonly PackItem[] {
  // Priorities are few. Within one of them the items mostly come by their ids already, and that is seen in one pass over them.
  const levels = [...Map.groupBy(items, ({ priority }) => priority)].sort(([a], [b]) => b - a);
  return levels.flatMap(([, same]) => same.sort((a, b) => (a.id < b.id ? -1 : Number(a.id > b.id))));
}
