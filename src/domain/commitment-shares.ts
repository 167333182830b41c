import { Big } from "big.js";
import type { Commitment } from "./account-rates.ts";
import { isInForce } from "./account-rates.ts";
import { type Decimal, sum } from "./money.ts";
import type { Provider } from "./place.ts";

/** What a unit could have commitments pay. */
export interface Claim {
  /** Names it among all. */
  readonly key: string;
  /** Since when its workload stands: who was there first is paid for first. */
  readonly since: number;
  readonly usdPerHour: Decimal;
}

/**
 * Who gets how much of what is committed, USD an hour by key: in the order of `since`, among equals of their keys, each as much as it
 * uses while there is some left. Together never more than the pool, nobody less than nothing, whatever the order of the claims. Pure.
 */
export function shares(pool: Decimal, claims: readonly Claim[]): ReadonlyMap<string, Decimal> {
  let left = new Big(pool);
  const shared = new Map<string, Decimal>();
  for (const { key, usdPerHour } of claims.toSorted(bySeniority)) {
    const share = left.lt(usdPerHour) ? left : new Big(usdPerHour);
    shared.set(key, share.toFixed());
    left = left.minus(share);
  }
  return shared;
}

/** What is committed at a provider at `now`, USD an hour. */
export function committedAt(commitments: readonly Commitment[], provider: Provider, now: number): Decimal {
  const standing = commitments.filter((one) => one.provider === provider && isInForce(one, now));
  return sum(standing.map(({ usdPerHour }) => usdPerHour));
}

function bySeniority(a: Claim, b: Claim): number {
  return a.since - b.since || (a.key < b.key ? -1 : 1);
}
