import { floatAt, intAt } from "../at.ts";
import type { Options } from "./entry.ts";
import type { Alike, Group } from "./groups.ts";
import type { Table } from "./table.ts";

/** Bounds that are too small for everybody who might draw from them: 1 for each, by row. */
export function scarceBounds(
  all: readonly Alike[],
  { capacity, starts, bounds, amounts, microUsd }: Table,
): Uint8Array {
  const asked = new Float64Array(capacity.length);
  const most = new Float64Array(capacity.length);
  const touched = new Int32Array(capacity.length);
  for (const { options, groups } of all) {
    const { offers } = options;
    let count = 0;
    for (let option = 0; option < offers.length; option++) {
      const offer = intAt(offers, option);
      const end = intAt(starts, offer + 1);
      for (let at = intAt(starts, offer); at < end; at++) {
        const bound = intAt(bounds, at);
        // Most are known to be scarce soon.
        if (floatAt(asked, bound) > floatAt(capacity, bound)) continue;
        const amount = floatAt(amounts, at);
        const before = floatAt(most, bound);
        if (before === 0) touched[count++] = bound;
        if (amount > before) most[bound] = amount;
      }
    }
    const dearest = dearestOf(options, groups, microUsd);
    let replicas = 0;
    for (const { entry, count: members } of groups) {
      const here = members * entry.replicas;
      replicas += here;
      for (const budget of entry.budgets) asked[budget] = floatAt(asked, budget) + dearest * here;
    }
    for (let at = 0; at < count; at++) {
      const bound = intAt(touched, at);
      asked[bound] = floatAt(asked, bound) + floatAt(most, bound) * replicas;
      most[bound] = 0;
    }
  }
  return Uint8Array.from(capacity, (whole, bound) => Number(floatAt(asked, bound) > whole));
}

/** What a replica costs at the dearest of some options, in millionths of a USD; 0 where no budget pays. */
function dearestOf({ offers }: Options, groups: readonly Group[], microUsd: Float64Array): number {
  if (groups.every(({ entry }) => entry.budgets.length === 0)) return 0;
  let dearest = 0;
  for (let option = 0; option < offers.length; option++) {
    const usd = floatAt(microUsd, intAt(offers, option));
    if (usd > dearest) dearest = usd;
  }
  return dearest;
}
