import type { Problem } from "../domain/fault.ts";
import { didYouMean } from "../domain/did-you-mean.ts";
import type { Offer, Shape } from "../domain/offer.ts";
import type { Tier, TierWhere } from "./soft-rules.ts";

/** What ends the overflow. */
export const NO_OVERFLOW = "none";

/** The tiers in the order in which they are tried: from the first, each followed by the one it overflows into. */
export function tierChain(tiers: readonly Tier[]): readonly Tier[] {
  const chain: Tier[] = [];
  for (let next = tiers[0]; next !== undefined && !chain.includes(next); next = overflowOf(tiers, next))
    chain.push(next);
  return chain;
}

function overflowOf(tiers: readonly Tier[], tier: Tier): Tier | undefined {
  if (tier.overflow === NO_OVERFLOW) return undefined;
  if (tier.overflow !== undefined) return tiers.find(({ name }) => name === tier.overflow);
  return tiers[tiers.indexOf(tier) + 1];
}

/** Whether an expression of a tier holds of the offer in question. */
export type Holds = (when: string) => boolean;

/** What tiers look at. */
export interface TierOffer extends Pick<Offer, "place" | "billing" | "labels" | "jurisdictions"> {
  readonly shape: Pick<Shape, "arch">;
}

/** Place of the first tier of a chain that takes an offer in, from 0; undefined when none does. */
export function tierOf(offer: TierOffer, chain: readonly Tier[], holds: Holds): number | undefined {
  const index = chain.findIndex(({ where }) => takes(where, offer, holds));
  return index === -1 ? undefined : index;
}

function takes(where: TierWhere, offer: TierOffer, holds: Holds): boolean {
  const { place, shape, billing, labels, jurisdictions } = offer;
  return (
    among(where.providers, place.provider) &&
    among(where.targets, place.target) &&
    (where.regions?.some((name) => isRegion(name, offer)) ?? true) &&
    (where.jurisdictions?.some((zone) => jurisdictions.includes(zone)) ?? true) &&
    among(where.billing, billing) &&
    (shape.arch === "any" || among(where.arch, shape.arch)) &&
    Object.entries(where.labels ?? {}).every(
      ([key, value]) => Object.hasOwn(labels, key) && labels[key] === value,
    ) &&
    (where.when === undefined || holds(where.when))
  );
}

const among = <T>(list: readonly T[] | undefined, value: T | undefined): boolean =>
  list === undefined || list.some((entry) => entry === value);

/** Whether a region's name, alone or with its provider, means the region of an offer. */
export function isRegion(name: string, { place }: Pick<Offer, "place">): boolean {
  return name === place.region || name === `${place.provider}/${place.region}`;
}

/** What is wrong with the order of tiers: names used twice, overflow into nowhere or in a circle, tiers that are never tried. */
export function tierProblems(tiers: readonly Tier[], at: string): readonly Problem[] {
  const names = tiers.map(({ name }) => name);
  const problems = tiers.flatMap((tier, index) => {
    const here = `${at}/${index}`;
    if (tier.name === NO_OVERFLOW)
      return [{ pointer: `${here}/name`, message: `${NO_OVERFLOW} ends the overflow; choose another name` }];
    if (names.indexOf(tier.name) !== index)
      return [{ pointer: `${here}/name`, message: `there is a tier ${tier.name} already` }];
    return overflowProblem(tier, names, `${here}/overflow`);
  });
  if (problems.length > 0) return problems;
  const circle = circleOf(tiers);
  if (circle !== undefined)
    return [
      { pointer: `${at}/${circle.index}/overflow`, message: `the tiers go in a circle: ${circle.path}` },
    ];
  const chain = tierChain(tiers);
  return tiers.flatMap((tier, index) =>
    chain.includes(tier)
      ? []
      : [
          {
            pointer: `${at}/${index}`,
            message: `tier ${tier.name} is never tried: no tier before it overflows into it`,
          },
        ],
  );
}

function overflowProblem({ overflow }: Tier, names: readonly string[], pointer: string): readonly Problem[] {
  if (overflow === undefined || overflow === NO_OVERFLOW || names.includes(overflow)) return [];
  const near = didYouMean(overflow, names);
  const instead = near === undefined ? `there are ${names.join(", ")}` : `did you mean ${near}?`;
  return [{ pointer, message: `there is no tier ${overflow}; ${instead}` }];
}

function circleOf(tiers: readonly Tier[]): { readonly index: number; readonly path: string } | undefined {
  for (const start of tiers) {
    const path: Tier[] = [start];
    for (let next = overflowOf(tiers, start); next !== undefined; next = overflowOf(tiers, next)) {
      if (path.includes(next)) {
        const from = path.at(-1) ?? start;
        const names = [...path.slice(path.indexOf(next)), next].map(({ name }) => name);
        return { index: tiers.indexOf(from), path: names.join(" -> ") };
      }
      path.push(next);
    }
  }
  return undefined;
}
