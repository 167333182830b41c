import type { Scale } from "../domain/spec.ts";
import type { Allotment } from "./allot.ts";

type Parts = Extract<Allotment, { ok: true }>["parts"];

/**
 * Least and most replicas of each part. One part has the whole range. Of several, those whose place sets no bound share what may come
 * on top; the others have a fixed number, for nothing counts their room while they grow.
 */
export function replicaRanges(
  parts: Parts,
  { min, max }: Pick<Scale, "min" | "max">,
): readonly { readonly min: number; readonly max: number }[] {
  if (parts.length === 1) return [{ min, max }];
  const open = parts.filter(({ ranked }) => ranked.offer.capacityReplicas === undefined);
  const extra = max - min;
  return parts.map((part) => {
    const turn = open.indexOf(part);
    const more = turn === -1 ? 0 : Math.floor(extra / open.length) + (turn < extra % open.length ? 1 : 0);
    return { min: part.replicas, max: Math.max(1, part.replicas + more) };
  });
}
