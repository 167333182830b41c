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
  const found = new Map<Options, Map<string, Numbered>>();
  const groups: Numbered[] = [];
  const groupOf = intsOf(entries, (entry) => {
    const { options, budgets } = entry;
    const known = found.get(options);
    const same = known ?? new Map<string, Numbered>();
    if (known === undefined) found.set(options, same);
    const key = budgets.join();
    let group = same.get(key);
    if (group === undefined) {
      group = { entry, number: groups.length, count: 0 };
      same.set(key, group);
      groups.push(group);
    }
    group.count += 1;
    return group.number;
  });
  const byOptions = Array.from(found, ([options, same]) => ({ options, groups: [...same.values()] }));
  return { groups, groupOf, byOptions };
}

interface Numbered {
  readonly entry: Entry;
  readonly number: number;
  count: number;
}
