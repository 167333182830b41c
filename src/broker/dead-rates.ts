import { canonicalJson } from "../domain/canonical-json.ts";
import type { AccountRates, Discount } from "../domain/account-rates.ts";
import type { Problem } from "../domain/fault.ts";

type Agreed = Pick<AccountRates, "discounts" | "commitments">;

/**
 * Discounts and commitments that can never count: two of the same scope at once, and an end that is past. What was set before and has
 * ended since may be sent again, for the whole of the rates is sent at once.
 */
export function deadRates(sent: Agreed, before: Agreed | undefined, now: number): readonly Problem[] {
  return [
    ...twice(sent.discounts, now),
    ...ended("discounts", sent.discounts, before?.discounts ?? [], now),
    ...ended("commitments", sent.commitments, before?.commitments ?? [], now),
  ];
}

function twice(discounts: readonly Discount[], now: number): readonly Problem[] {
  const first = new Map<string, number>();
  return discounts.flatMap(({ provider, meter, region, until = Infinity }, index) => {
    if (until <= now) return [];
    const scope = JSON.stringify([provider, meter, region]);
    const other = first.get(scope);
    if (other === undefined) first.set(scope, index);
    const message = `is of the same provider, meter and region as /discounts/${other}, and only one counts: keep one of the two`;
    return other === undefined ? [] : [{ pointer: `/discounts/${index}`, message }];
  });
}

function ended<Rate extends { readonly until?: number | undefined }>(
  field: keyof Agreed,
  sent: readonly Rate[],
  before: readonly Rate[],
  now: number,
): readonly Problem[] {
  const known = new Set(before.map((rate) => canonicalJson(rate)));
  return sent.flatMap((rate, index) => {
    const { until = Infinity } = rate;
    if (until > now || known.has(canonicalJson(rate))) return [];
    const message = `is past (now is ${new Date(now).toISOString()}), so it would never count: give a later end, or leave this one out`;
    return [{ pointer: `/${field}/${index}/until`, message }];
  });
}
