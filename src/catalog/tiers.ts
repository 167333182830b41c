import type { Rate } from "./book.ts";
import { BigDecimal } from "./decimal.ts";

/** Units that are charged at one rate. */
export interface TierPart {
  readonly amount: BigDecimal;
  readonly rate: Rate;
  readonly note?: string | undefined;
}

/**
 * An amount spread over the tiers of its price, or `undefined` when it reaches past the last tier that is known. A first
 * tier that costs nothing is an allowance of the whole account: without `free` it is taken to be used up by others.
 */
export function inTiers(
  amount: BigDecimal,
  tiers: readonly Rate[],
  free: boolean,
): readonly TierPart[] | undefined {
  const [first] = tiers;
  if (first === undefined) return undefined;
  const allowance = hasAllowance(tiers);
  let at = startOf(tiers, free);
  const parts: TierPart[] = [];
  let left = amount;
  for (const [index, rate] of tiers.entries()) {
    const end = endOf(tiers, index);
    if (end !== undefined && at.gte(end)) continue;
    const room = end === undefined ? left : new BigDecimal(end).minus(at);
    const taken = left.lt(room) ? left : room;
    if (taken.gt(0))
      parts.push({ amount: taken, rate, note: allowance && index === 0 ? ALLOWANCE : undefined });
    left = left.minus(taken);
    at = at.plus(taken);
  }
  return left.gt(0) ? undefined : parts;
}

/** The most that `inTiers` can spread over these tiers; `undefined` where they have no end, or there are none. */
export function knownAmount(tiers: readonly Rate[], free: boolean): BigDecimal | undefined {
  const end = endOf(tiers, tiers.length - 1);
  return end === undefined ? undefined : new BigDecimal(end).minus(startOf(tiers, free));
}

/**
 * The tiers of a price that begin where an allowance ends: AWS counts its first 10 TB of traffic "beyond the global free tier"
 * (AWS Price List, AWSDataTransfer, descriptions of DataTransfer-Out-Bytes).
 */
export function beyond(tiers: readonly Rate[], allowance: string): readonly Rate[] {
  const raised = (bound: string | undefined): string | undefined =>
    bound === undefined || new BigDecimal(bound).eq(0)
      ? bound
      : new BigDecimal(bound).plus(allowance).toFixed();
  return tiers.map((rate) => ({ ...rate, from: raised(rate.from), to: raised(rate.to) }));
}

/** The tiers that are charged where the allowance of the account is taken to be used up by others. */
export function charged(tiers: readonly Rate[]): readonly Rate[] {
  return hasAllowance(tiers) ? tiers.slice(1) : tiers;
}

const ALLOWANCE = "free allowance of the whole account";

function hasAllowance([first, ...more]: readonly Rate[]): boolean {
  return first !== undefined && more.length > 0 && new BigDecimal(first.usd).eq(0);
}

/** Where counting begins: at the first tier, or after an allowance that others have used up. */
const startOf = (tiers: readonly Rate[], free: boolean): BigDecimal =>
  new BigDecimal((hasAllowance(tiers) && !free ? endOf(tiers, 0) : tiers[0]?.from) ?? 0);

/** Where a tier ends: where it says, or else where the next one begins. */
const endOf = (tiers: readonly Rate[], index: number): string | undefined =>
  tiers[index]?.to ?? tiers[index + 1]?.from;
