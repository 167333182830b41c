import { intsOf } from "./column-of.ts";
import type { Entry, Options } from "./entry.ts";

/** Workloads that could go to the same places at the same worth and are paid from the same budgets, by one of them. */
export interface Group {
  readonly entry: Entry;
  readonly count: number;
}

/** Entries told apart by what the solver sees of them: the groups, and for each entry the place of its own among them. */
export interface Grouped {
  readonly groups: readonly Group[];
  readonly groupOf: Int32Array;
  /** The same groups, those of the same options together. */
  readonly byOptions: readonly Alike[];
}

/** Groups that differ in their budgets alone. */
export interface Alike {
  readonly options: Options;
  readonly groups: readonly Group[];
}

/** Group some entries, in the order in which each group first comes. Those that are alike share their options. */
export function grouped(entries: readonly Entry[]): Grouped {
  const found = new Map<Options, Numbered[]>();
  const groups: Numbered[] = [];
  const groupOf = intsOf(entries, (entry) => {
    const known = found.get(entry.options);
    const same = known ?? [];
    if (known === undefined) found.set(entry.options, same);
    let group = same.find((one) => areEqual(one.entry.budgets, entry.budgets));
    if (group === undefined) {
      group = { entry, number: groups.length, count: 0 };
      same.push(group);
      groups.push(group);
    }
    group.count += 1;
    return group.number;
  });
  return { groups, groupOf, byOptions: Array.from(found, ([options, same]) => ({ options, groups: same })) };
}

function areEqual(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((budget, at) => budget === b[at]);
}

interface Numbered {
  readonly entry: Entry;
  readonly number: number;
  count: number;
}
