import type { Needs } from "../../src/domain/needs.ts";
import type { Offer } from "../../src/domain/offer.ts";
import type { RankedOffer } from "../../src/domain/plan.ts";
import { FIDELITY_LEVELS } from "../../src/policy/levels.ts";
import type { PackItem } from "../../src/policy/pack/market.ts";
import type { Policy } from "../../src/policy/policy.ts";
import { byTotalThenId, fieldOf, score } from "../../src/policy/scorers.ts";
import { spreadValue } from "../../src/policy/spread.ts";
import { tierChain, tierOf } from "../../src/policy/tiers.ts";
import type { State } from "./state.ts";

/** Where the replicas of one workload go: offer ids with their numbers. */
export type Placed = readonly { readonly offer: string; readonly replicas: number }[];

/**
 * What one would write: for each workload `offers.filter(fits).map(score).sort(byTotalThenId)[0]`, then take its room. `fits` is the rules
 * as plain conditions, the cheapest first, and makes no sentences; score and order are the product's own. A spread workload takes the best
 * of the first domains of the same list, evenly. Undefined when there is no place for it.
 */
export function placeIdiomatically(
  offers: readonly Offer[],
  item: PackItem,
  state: State,
): Placed | undefined {
  const { policy, needs, users } = item.question;
  const { spread } = policy;
  const least = spread === undefined ? item.replicas : 1;
  const fits = (offer: Offer): boolean =>
    isBigEnough(offer, needs) && isAllowed(offer, needs, policy) && state.hasRoom(offer, least, item);
  const standing = offers.filter(fits);
  const field = fieldOf(standing, users);
  const ranked = standing.map((offer) => score(offer, field, policy)).sort(byTierThen(policy));
  const chosen = spread === undefined ? ranked.slice(0, 1) : firstOfDomains(ranked, spread, item.replicas);
  const parts = chosen.map(({ offer }, at) => ({
    offer: offer.id,
    replicas: Math.floor(item.replicas / chosen.length) + Number(at < item.replicas % chosen.length),
  }));
  for (const [at, part] of parts.entries()) {
    const offer = chosen[at]?.offer;
    if (offer === undefined || !state.hasRoom(offer, part.replicas, item)) {
      for (const taken of parts.slice(0, at)) state.take(taken.offer, -taken.replicas, item);
      return undefined;
    }
    state.take(part.offer, part.replicas, item);
  }
  return parts.length === 0 ? undefined : parts;
}

function firstOfDomains(
  ranked: readonly RankedOffer[],
  { over, minimum }: NonNullable<Policy["spread"]>,
  replicas: number,
): readonly RankedOffer[] {
  const chosen = new Map<string, RankedOffer>();
  for (const one of ranked) {
    if (chosen.size >= Math.min(minimum, replicas)) break;
    const domain = spreadValue(one.offer, over);
    if (!chosen.has(domain)) chosen.set(domain, one);
  }
  return [...chosen.values()];
}

function byTierThen({ tiers }: Policy): (a: RankedOffer, b: RankedOffer) => number {
  if (tiers.length === 0) return byTotalThenId;
  const chain = tierChain(tiers);
  const tier = ({ offer }: RankedOffer): number => tierOf(offer, chain, () => false) ?? chain.length;
  return (a, b) => tier(a) - tier(b) || byTotalThenId(a, b);
}

/** Whether a shape has all that is asked. */
export function isBigEnough({ shape }: Offer, needs: Needs): boolean {
  return (
    shape.milliCpu >= needs.milliCpu &&
    shape.memoryMiB >= needs.memoryMiB &&
    shape.ephemeralStorageGiB >= needs.ephemeralStorageGiB
  );
}

/** Whether the rules let a workload onto an offer, whose price is of all its replicas. */
export function isAllowed(offer: Offer, needs: Needs, policy: Policy): boolean {
  const { place, billing, shape, price, jurisdictions, fidelity, path } = offer;
  if (price === undefined) return false;
  if (needs.arch !== "any" && shape.arch !== "any" && needs.arch !== shape.arch) return false;
  if (shape.arch !== "any" && policy.arch?.includes(shape.arch) === false) return false;
  if (billing === "spot" && policy.spot === "forbid") return false;
  if (policy.providers?.includes(place.provider) === false) return false;
  if (policy.targets?.some((name) => name === place.target) === false) return false;
  const isRegion = (name: string): boolean =>
    name === place.region || name === `${place.provider}/${place.region}`;
  if (policy.regions?.some(isRegion) === false) return false;
  const isOutside = (zones: readonly string[]): boolean =>
    !zones.some((zone) => jurisdictions.includes(zone));
  if (policy.jurisdictions?.some(isOutside) === true) return false;
  const { expected, ceiling } = policy.maxUsdPerMonth;
  if (expected !== undefined && Number(price.expectedUsd) > Number(expected)) return false;
  if (ceiling !== undefined && Number(price.ceilingUsd) > Number(ceiling)) return false;
  const worst = FIDELITY_LEVELS.indexOf(policy.minimumFidelity);
  if (fidelity.some(({ level }) => FIDELITY_LEVELS.indexOf(level) > worst)) return false;
  const isPrivate = needs.route?.access === "private" && place.provider !== "agents";
  return !(isPrivate && path.bypassable && (path.reach === "name" || path.reach === "ip"));
}
