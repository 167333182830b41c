import { itemAt } from "./at.ts";
import type { Scale } from "../domain/spec.ts";
import type { Allotment } from "./allot.ts";

type Parts = Extract<Allotment, { ok: true }>["parts"];

/**
 * Least and most replicas of each part. One part has the whole range. Of several, the clouds among them share what may come on top, one
 * at a time, as far as each has room; hosts have a fixed number, for nothing counts their room while they grow.
 */
export function replicaRanges(
  parts: Parts,
  { min, max }: Pick<Scale, "min" | "max">,
): readonly { readonly min: number; readonly max: number }[] {
  if (parts.length === 1) return [{ min, max }];
  const most = parts.map(({ replicas }) => replicas);
  const grows = ({ offer }: Parts[number]["ranked"], has: number): boolean =>
    offer.place.provider !== "agents" && has < (offer.capacityReplicas ?? Infinity);
  let left = max - min;
  for (let given = 1; left > 0 && given > 0;) {
    given = 0;
    for (const [index, { ranked }] of parts.entries()) {
      const has = itemAt(most, index);
      if (left === 0 || !grows(ranked, has)) continue;
      most[index] = has + 1;
      left -= 1;
      given += 1;
    }
  }
  return parts.map(({ replicas }, index) => ({ min: replicas, max: Math.max(1, itemAt(most, index)) }));
}
