import type { Incumbent } from "./question.ts";
import { Big } from "big.js";
import type { Price } from "../domain/offer.ts";
import { placeLabel, samePlace } from "../domain/place.ts";
import type { RankedOffer } from "../domain/plan.ts";
import type { Placement } from "./place.ts";
import type { Policy } from "./policy.ts";

/** The decision: what was chosen, whether that is where it runs already, and why, with the cost of moving. */
export interface Choice {
  /** Absent when nothing is left to choose from. */
  readonly chosen?: RankedOffer | undefined;
  readonly stays: boolean;
  readonly because: string;
}

/** Pick from a placement. A deploy stays where it is unless that place is refused or gone, or the policy's movement rule is met. */
export function choose(placement: Placement, incumbent: Incumbent | undefined, policy: Policy): Choice {
  const [best] = placement.ranked;
  if (best === undefined) {
    const because = incumbent === undefined ? "" : `; ${whyNot(placement, incumbent)}`;
    return { stays: false, because: `every place refuses it${because}` };
  }
  if (incumbent === undefined) return { chosen: best, stays: false, because: `${nameOf(best)} ranks best` };
  const current = standing(placement, incumbent);
  if (current === undefined)
    return {
      chosen: best,
      stays: false,
      because: `${whyNot(placement, incumbent)}; ${nameOf(best)} ranks best`,
    };
  if (sameOffer(best, current))
    return { chosen: current, stays: true, because: `${nameOf(current)} still ranks best` };
  return weighMove(current, best, policy);
}

/** The ranked offer that is where the incumbent runs: the same way of buying it if there is one, else the best there. */
function standing({ ranked }: Placement, incumbent: Incumbent): RankedOffer | undefined {
  const here = ranked.filter(({ offer }) => samePlace(offer.place, incumbent.place));
  const alike = here.filter(({ offer }) => offer.billing === incumbent.billing);
  return (
    alike.find(({ offer }) => offer.id === incumbent.offer) ??
    alike.find(({ offer }) => offer.shape.arch === incumbent.shape.arch) ??
    alike[0] ??
    here[0] ??
    // Hosts of one pool are interchangeable: a host that is gone or full does not make the pool another place.
    ranked.find(
      ({ offer: { place } }) =>
        place.target === incumbent.place.target &&
        place.region === incumbent.place.region &&
        place.provider === incumbent.place.provider,
    )
  );
}

function weighMove(current: RankedOffer, best: RankedOffer, policy: Policy): Choice {
  const { minimumSavingPercent } = policy.movement;
  const from = expected(current);
  const saving = from.minus(expected(best));
  const percent = from.gt(0) ? saving.div(from).times(100) : new Big(0);
  const cost = `moving from ${nameOf(current)} to ${nameOf(best)} would ${difference(saving)}`;
  if (saving.lte(0) || percent.lt(minimumSavingPercent))
    return {
      chosen: current,
      stays: true,
      because: `${cost}; the policy moves for a saving of ${minimumSavingPercent} % or more`,
    };
  return {
    chosen: best,
    stays: samePlace(best.offer.place, current.offer.place),
    because: `${cost} (${percent.toFixed(0)} %); the policy moves for a saving of ${minimumSavingPercent} % or more`,
  };
}

function difference(saving: Big): string {
  if (saving.eq(0)) return "cost the same";
  return `${saving.gt(0) ? "save" : "add"} $${saving.abs().toFixed(2)} a month`;
}

function whyNot({ rejected }: Placement, { place }: Incumbent): string {
  const first = rejected.find(({ offer }) => samePlace(offer.place, place));
  if (first === undefined) return `${placeLabel(place)}, where it runs now, offers nothing any more`;
  return `${placeLabel(place)}, where it runs now, was refused: ${first.reasons.map(({ message }) => message).join("; ")}`;
}

const sameOffer = (a: RankedOffer, b: RankedOffer): boolean => a.offer.id === b.offer.id;
const nameOf = ({ offer }: RankedOffer): string =>
  offer.billing === "spot" ? `${placeLabel(offer.place)} Spot` : placeLabel(offer.place);
const expected = ({ offer }: { readonly offer: { readonly price?: Price | undefined } }): Big =>
  new Big(offer.price?.expectedUsd ?? 0);
