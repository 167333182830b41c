import { canonicalJson } from "../domain/canonical-json.ts";
import type { Allotment } from "../domain/freeze.ts";
import { withImages } from "../domain/image-needs.ts";
import type { Needs } from "../domain/needs.ts";
import type { Draw, Offer, Price } from "../domain/offer.ts";
import type { LayerRef } from "../domain/layer.ts";
import type { Explanation, Passed, RejectedOffer, Template, Unit } from "../domain/plan.ts";
import { templateOf } from "../domain/template.ts";
import { templateIdentity } from "../domain/unit-id.ts";
import type { RatesNow } from "../catalog/account-rates.ts";
import type { Decision, DecisionInputs } from "../policy/decision.ts";
import type { Incumbent } from "../policy/question.ts";
import { explain } from "../policy/explain.ts";
import type { Held } from "../policy/held.ts";
import { matchLabel } from "../policy/match.ts";
import { nearestChange, type NearestChange } from "../policy/nearest-change.ts";
import type { Placement } from "../policy/place.ts";
import type { Policy } from "../policy/policy.ts";
import { replicaRanges } from "../policy/replica-ranges.ts";
import { spreadValue } from "../policy/spread.ts";
import { splitPrice } from "../policy/split-price.ts";
import type { Override, PlaceMatch } from "../store/store.ts";
import { effectivePolicy } from "./effective-policy.ts";
import { imagesOf, type PlanImages } from "./images.ts";
import { standingUnits, type Lineage } from "./lineage.ts";
import { keptInRealm } from "./kept-in-realm.ts";
import { NoPlacement } from "./no-placement.ts";
import { gatherOffers } from "./offers.ts";
import { peerPlaces, withPeerPlaces } from "./peer-places.ts";
import type { DraftRequest } from "./draft-request.ts";
import { type Caller, type Ports, scopeOf } from "./ports.ts";
import { withYield } from "./yields.ts";
import { withRenderRefusals } from "./render-refusals.ts";
import { resolveEnv } from "./resolve-env.ts";
import { surroundings } from "./surroundings.ts";

/** Where the spec's replicas go, what that costs, and why. */
export interface Placed {
  readonly allotments: readonly Allotment[];
  readonly price: Price | undefined;
  readonly explanation: Explanation;
  /** Price caps that an emergency passed. */
  readonly passed: readonly Passed[];
  readonly images: PlanImages;
  readonly decided: Decided;
}

/** A decision and everything it was made from: what a receipt keeps. */
export interface Decided {
  readonly inputs: DecisionInputs;
  readonly decision: Decision;
  /** What never became an offer: targets that could not answer, and places nobody connected. */
  readonly refused: readonly RejectedOffer[];
  /** What the project pays instead of list prices; the offers have it in their lines already. */
  readonly accountRates?: RatesNow | undefined;
}

/** What a spec is placed from, and beside it the targets that could not answer and the places nobody connected. */
export interface AskedFor {
  readonly inputs: DecisionInputs;
  readonly refused: readonly RejectedOffer[];
  readonly accountRates?: RatesNow | undefined;
  /** The layers that the policy is made of, widest first. */
  readonly layers: readonly LayerRef[];
  /** Price caps that an emergency passed. */
  readonly passed: readonly Passed[];
  readonly images: PlanImages;
  /** Rooms that the offers share with other workloads, by the offer's id. */
  readonly draws: ReadonlyMap<string, readonly Draw[]>;
}

/** Ask registries and every target, and gather all that the placement of a spec is decided from. Decides and writes nothing. */
export async function askFor(
  ports: Ports,
  caller: Caller,
  lineage: Lineage,
  request: DraftRequest,
  overrides: readonly Override[],
  asks: Needs,
): Promise<AskedFor> {
  const { spec } = request;
  const { inForce } = lineage;
  const { contradictory } = request;
  const taken = request.trigger !== "deploy";
  const supposing = { whatIf: request.policy, contradictory, taken };
  const effective = await effectivePolicy(ports, caller, spec, supposing);
  const { policy, passed } = pastCaps(effective.policy, request.emergency);
  const images = await imagesOf(ports, caller, { ...request, inForce, policy: effective.policy });
  const { resolved } = images;
  const placed = await peerPlaces(ports, caller, asks);
  const needs = withPeerPlaces(withImages(asks, spec, resolved), placed);
  const gathered = await gatherOffers(ports, scopeOf(caller), needs);
  const pin = request.pin ?? overrides.findLast((override) => override.pin !== undefined)?.pin;
  const avoid = overrides.flatMap((override) => (override.avoid === undefined ? [] : [override.avoid]));
  const template = templateOf(resolveEnv(spec, ports.gateway, caller), { images: resolved });
  const held = heldBy(lineage, template);
  const sample = { spec, template };
  const incumbents = standingUnits(lineage).map(incumbentOf);
  const [incumbent] = incumbents;
  const places = incumbents.map(({ place }) => place);
  const offers = withRenderRefusals(ports, caller, sample, gathered.targets, gathered.offers).map((offer) =>
    keptInRealm(withYield(withRefusals(offer, request), request.yields), places, pin),
  );
  const inputs: DecisionInputs = {
    now: ports.now(),
    needs,
    offers,
    policy,
    gateway: ports.gateway.features,
    pin,
    avoid,
    held,
    incumbent,
    incumbents,
    ...(await surroundings(ports, caller, { spec, images: resolved }, needs, policy, offers, placed)),
  };
  const { refused, accountRates, draws } = gathered;
  return { inputs, refused, accountRates, layers: effective.layers, passed, images, draws };
}

// What it costs is no reason to let it lie; where it may run still is.
function pastCaps(
  policy: Policy,
  emergency: DraftRequest["emergency"],
): { readonly policy: Policy; readonly passed: readonly Passed[] } {
  const { expected, ceiling } = policy.maxUsdPerMonth;
  if (emergency === undefined || (expected ?? ceiling) === undefined) return { policy, passed: [] };
  return {
    policy: { ...policy, maxUsdPerMonth: {} },
    passed: [{ rule: "maxUsdPerMonth", by: { emergency: emergency.reason } }],
  };
}

/**
 * Where what was asked for goes, by a decision made from its inputs. Throws `no-placement`, whose body is the whole explanation, when
 * nothing is left. Asks and writes nothing.
 */
export function placedBy(
  request: Pick<DraftRequest, "spec" | "pin">,
  overrides: readonly Override[],
  asked: AskedFor,
  decision: Decision,
): Placed {
  const { spec } = request;
  const { inputs, refused, accountRates, layers, passed, images } = asked;
  const { placement, choice, split } = decision;
  const explained = explain({
    placement,
    refused,
    policy: inputs.policy,
    choice,
    incumbent: inputs.incumbent,
    overrides: overrideSentences(overrides, request.pin),
  });
  const explanation = { ...explained, layers };
  const none = (because: string) =>
    new NoPlacement(spec.name, because, explanation, nearestTo(placement, inputs.policy));
  if (choice.chosen === undefined || split === undefined) throw none(choice.because);
  if (!split.ok) throw none(split.because);
  const ranges = replicaRanges(split.parts, spec.scale);
  const allotments = split.parts.flatMap((part, index) => {
    const replicas = ranges[index];
    return replicas === undefined ? [] : [{ offer: part.ranked.offer, replicas }];
  });
  const price = splitPrice(split.parts);
  const decided = { inputs, decision, refused, accountRates };
  return { allotments, price, explanation, passed, images, decided };
}

/** Where a unit runs now, and no more of it than a choice looks at. */
const incumbentOf = ({ place, offer, billing, shape }: Unit): Incumbent => ({ place, offer, billing, shape });

// Nothing was left to choose from, or not enough to spread over: what stands nearest. Where something is ranked, it lacks room elsewhere.
function nearestTo({ ranked, rejected }: Placement, { spread }: Policy): NearestChange | undefined {
  if (ranked.length === 0) return nearestChange(rejected);
  if (spread === undefined) return undefined;
  const there = new Set(ranked.map(({ offer }) => spreadValue(offer, spread.over)));
  return nearestChange(rejected.filter(({ offer }) => !there.has(spreadValue(offer, spread.over))));
}

// Replicas that would be kept as they are need no room beside themselves.
function heldBy(lineage: Lineage, template: Template): readonly Held[] {
  const identity = canonicalJson(templateIdentity(template));
  return standingUnits(lineage)
    .filter((unit) => canonicalJson(templateIdentity(unit.template)) === identity)
    .map((unit) => ({ place: unit.place, replicas: unit.replicas.min }));
}

function withRefusals(offer: Offer, request: DraftRequest): Offer {
  const refusals = [
    ...(request.avoidOffers?.includes(offer.id) === true
      ? [{ rule: "refused-before", message: "it has just refused this workload" }]
      : []),
    ...(offer.place.host !== undefined && request.avoidHosts?.includes(offer.place.host) === true
      ? [{ rule: "silent-host", message: "its host does not answer" }]
      : []),
    ...(offer.place.target !== undefined && request.avoidTargets?.includes(offer.place.target) === true
      ? [{ rule: "refused-before", message: "its target has just denied Berth to begin anything there" }]
      : []),
  ];
  return refusals.length === 0 ? offer : { ...offer, impossible: [...offer.impossible, ...refusals] };
}

function overrideSentences(overrides: readonly Override[], pin: PlaceMatch | undefined): readonly string[] {
  const sentences = overrides.flatMap((override) => [
    ...(override.pin === undefined ? [] : [`pinned to ${matchLabel(override.pin)}: ${override.reason}`]),
    ...(override.avoid === undefined ? [] : [`avoids ${matchLabel(override.avoid)}: ${override.reason}`]),
    ...(override.scale === undefined
      ? []
      : [`scaled to ${override.scale.min}-${override.scale.max}: ${override.reason}`]),
  ]);
  return pin === undefined ? sentences : [...sentences, `pinned to ${matchLabel(pin)} by this plan`];
}
