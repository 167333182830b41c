import type { Offer } from "../../domain/offer.ts";
import { samePlace } from "../../domain/place.ts";
import type { RankedOffer } from "../../domain/plan.ts";
import { choose } from "../choose.ts";
import type { Incumbent } from "../question.ts";
import type { Placement } from "../place.ts";
import { spreadValue } from "../spread.ts";
import { tierChain } from "../tiers.ts";
import { STEP_DOWN } from "./entry.ts";
import { heldAt } from "./held-at.ts";
import type { PackItem } from "./market.ts";

/** One offer that stands: what `place` gives it for all replicas, and what it is worth when tiers and staying are counted in. */
export interface Candidate {
  readonly offer: Offer;
  readonly total: number;
  readonly value: number;
  /** Whether replicas of it run there now. */
  readonly home: boolean;
}

/** What a workload may be given of a placement, best first. One that runs stays, unless its place is refused or the movement rule is met. */
export function candidatesOf({ ranked }: Placement, item: PackItem): readonly Candidate[] {
  const { incumbent, incumbents, policy } = item.question;
  const running = incumbents ?? (incumbent === undefined ? [] : [incumbent]);
  const { spread } = policy;
  const groups =
    spread === undefined || running.length === 0
      ? [ranked]
      : [...Map.groupBy(ranked, ({ offer }) => spreadValue(offer, spread.over)).values()];
  const found = groups.flatMap((group) => {
    // Of replicas that are spread, each domain's stay for themselves; domains where none run come after.
    const here =
      spread === undefined ? incumbent : running.find((one) => group.some(({ offer }) => isNear(offer, one)));
    const stay = here && standing(group, item, here);
    if (here !== undefined && stay !== undefined) return settled(group, item, here, stay);
    const away = spread !== undefined && running.length > 0 ? STEP_DOWN : 0;
    return group.map((one) => candidate(one, item, away));
  });
  if (groups.length === 1) return found;
  // Wherever its replicas run is as good as any other: which of them is cheapest is no reason to shift them.
  const best = found.reduce((most, { home, value }) => (home ? Math.max(most, value) : most), -Infinity);
  return found.map((one) => (one.home ? { ...one, value: best } : one)).sort((a, b) => b.value - a.value);
}

/** With what movement asks for first, then the place itself, then hosts of its pool, then what it would only be pushed to. */
function settled(
  ranked: readonly RankedOffer[],
  item: PackItem,
  incumbent: Incumbent,
  here: RankedOffer,
): readonly Candidate[] {
  const moves = ranked.findIndex((one) => one === here || !mayMove(one, here, item, incumbent));
  const others = ranked.slice(moves).filter((one) => one !== here);
  const { incumbents = [] } = item.question;
  const runs = ({ offer }: RankedOffer): boolean => incumbents.some((one) => one.offer === offer.id);
  const mates = others.filter((one) => isMate(one.offer, here.offer) || runs(one));
  const home = { ...candidate(here, item, 0), home: true };
  return [
    ...ranked.slice(0, moves).map((one) => candidate(one, item, 0)),
    home,
    ...mates
      .map((one) => {
        const mate = candidate(one, item, 0);
        // Replicas that run in several places are at home in each of them.
        const isHome = runs(one) || heldAt(one.offer, item) > 0;
        return { ...mate, home: isHome, value: isHome ? home.value : Math.min(mate.value, home.value) };
      })
      .sort((a, b) => b.value - a.value),
    ...others
      .filter((one) => !mates.includes(one))
      .map((one) => candidate(one, item, STEP_DOWN))
      .sort((a, b) => b.value - a.value),
  ];
}

function candidate({ offer, total, tier }: RankedOffer, { question }: PackItem, steps: number): Candidate {
  const passed =
    tier === undefined ? 0 : tierChain(question.policy.tiers).findIndex(({ name }) => name === tier);
  return { offer, total, value: total - STEP_DOWN * passed - steps, home: false };
}

/** No saving is as high. */
const NEVER = 101;

/** The offer it would stay at if nothing ever were a reason to move; undefined when its place is refused or gone. */
function standing(
  ranked: readonly RankedOffer[],
  { question }: PackItem,
  incumbent: Incumbent,
): RankedOffer | undefined {
  const { policy } = question;
  const movement = { ...policy.movement, minimumSavingPercent: NEVER };
  const { chosen, stays } = choose({ ranked, rejected: [] }, incumbent, { ...policy, movement });
  return stays ? chosen : undefined;
}

function mayMove(one: RankedOffer, here: RankedOffer, { question }: PackItem, incumbent: Incumbent): boolean {
  return choose({ ranked: [one, here], rejected: [] }, incumbent, question.policy).chosen === one;
}

function isNear({ place }: Offer, incumbent: Incumbent): boolean {
  return samePlace({ ...place, host: undefined }, { ...incumbent.place, host: undefined });
}

/** Whether two offers are hosts of one pool. */
export function isMate(a: Offer, b: Offer): boolean {
  return siteOf(a) !== undefined && siteOf(a) === siteOf(b);
}

/** What the hosts of one pool have in common; undefined for a place that has no hosts, and so cannot share replicas with another. */
export function siteOf({ place, billing }: Offer): string | undefined {
  const { provider, target = "", region, host } = place;
  return host === undefined ? undefined : `${provider}|${target}|${region}|${billing}`;
}
