import type { RejectedOffer } from "../domain/plan.ts";

/** Refused offers by their reasons: offers with exactly the same reasons, but for what they say of one place, share a group. Biggest first, then as they came. */
export function groupRejected<One extends RejectedOffer>(
  rejected: readonly One[],
): readonly (readonly One[])[] {
  const groups = new Map<string, One[]>();
  for (const one of rejected) {
    const key = JSON.stringify(one.reasons.map(({ rule, message, alike = message }) => [rule, alike]));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()].sort((a, b) => b.length - a.length);
}
