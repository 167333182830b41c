import type { Refusal } from "../../domain/feature.ts";
import type { Offer } from "../../domain/offer.ts";
import { BigDecimal } from "../../catalog/decimal.ts";
import { type Decision, type DecisionInputs, decidePlacement } from "../decision.ts";
import type { Market, PackItem, Packing } from "../pack/market.ts";
import { pack } from "../pack/pack.ts";
import { type Asking, type BudgetLeft, type Part, priorityOf } from "./asking.ts";
import { heldOf } from "./credit.ts";
import { Rooms, type Short } from "./rooms.ts";

/** One workload as it was decided beside the others. */
export interface Decided {
  readonly workload: string;
  /** What it was decided from: its own inputs, where an offer has only the room that the others leave it. */
  readonly inputs: DecisionInputs;
  readonly decision: Decision;
  /** Why it is where it is. */
  readonly because: string;
  /** Whether it has the very parts that `pack` gave it. */
  readonly asPacked: boolean;
}

/** Workloads that were decided together, by priority and then by name, and how good their places are together. */
export interface Together {
  readonly decided: readonly Decided[];
  readonly packing: Packing;
}

/**
 * Decide several workloads together: `pack` finds who gets which part of the rooms and budgets that they share, then each is decided by
 * `decidePlacement` within what the others leave it, so that its receipt can be replayed without them. No room and no budget is given
 * twice. Where nothing is shared, each is decided as if it were alone.
 */
export function decideTogether(askings: readonly Asking[], budgets: readonly BudgetLeft[]): Together {
  const rooms = new Rooms(askings, budgets);
  const market: Market = {
    offers: [],
    pools: rooms.free.map(({ pool, ...free }) => ({ id: pool, ...free })),
    budgets: budgets.map(({ name, usdPerMonth }) => ({ id: name, usdPerMonth })),
  };
  const packing = pack(market, askings.map(itemOf));
  const packed = new Map(packing.placements.map((one) => [one.id, one]));
  const partsOf = ({ workload }: Asking): readonly Part[] =>
    packed.get(workload)?.parts.map(({ offer, replicas }) => ({ offer: offer.id, replicas })) ?? [];
  for (const asking of askings) rooms.put(asking, partsOf(asking));
  const decided = askings.toSorted(byPriorityThenName).map((asking): Decided => {
    const own = partsOf(asking);
    const one = decideBeside(asking, rooms, own);
    const parts = splitOf(one.decision);
    rooms.put(asking, parts);
    const given = isSame(parts, own) ? packed.get(asking.workload) : undefined;
    return {
      workload: asking.workload,
      ...one,
      because: given?.because ?? one.decision.choice.because,
      asPacked: given !== undefined,
    };
  });
  return { decided, packing: { ...packing, proven: packing.proven && decided.every((one) => one.asPacked) } };
}

function itemOf(asking: Asking): PackItem {
  const { workload, inputs, draws, raises, budgets } = asking;
  const { offers, ...question } = inputs;
  const { min } = inputs.needs.scale;
  return {
    id: workload,
    priority: priorityOf(asking),
    // What may start at any time holds money all the time.
    replicas: budgets.length === 0 ? min : Math.max(1, min),
    question: { ...question, held: heldOf(asking) },
    offers: offers.map((offer) => ({
      offer,
      pools: (draws.get(offer.id) ?? []).map(({ pool }) => pool),
      reservedUsd: raises.get(offer.id) ?? "0",
    })),
    budgets,
  };
}

/**
 * Decide one workload within what the others leave it. A plan looks at one way of buying a place, then at the next place; where it finds
 * none so, and others are in its way, it is decided from the very parts that it was given.
 */
function decideBeside(
  asking: Asking,
  rooms: Rooms,
  own: readonly Part[],
): Pick<Decided, "inputs" | "decision"> {
  const offers = offersBeside(asking, rooms);
  const inputs = { ...asking.inputs, offers };
  const decision = decidePlacement(inputs);
  const isAlone = offers.every((offer, at) => offer === asking.inputs.offers[at]);
  if (decision.split?.ok === true || isAlone || own.length === 0 || !rooms.pays(asking, own))
    return { inputs, decision };
  const given = { ...inputs, offers: onlyOwn(offers, own) };
  return { inputs: given, decision: decidePlacement(given) };
}

/** A workload's offers with what the others leave of each. An offer that nobody else is near is the very same. */
function offersBeside(asking: Asking, rooms: Rooms): readonly Offer[] {
  const { offers, needs } = asking.inputs;
  return offers.map((offer) => {
    const beside = rooms.beside(asking, offer);
    const short = rooms.shortOf(asking, offer);
    const isLess = beside !== undefined && beside.replicas < (offer.capacityReplicas ?? Infinity);
    if (!isLess && short === undefined) return offer;
    const refusals = [
      ...(isLess && beside.replicas === 0 && needs.scale.min > 0 ? [roomRefusal(beside.rivals)] : []),
      ...(short === undefined ? [] : [budgetRefusal(short, asking.raises.get(offer.id) ?? "0")]),
    ];
    return {
      ...offer,
      ...(isLess ? { capacityReplicas: beside.replicas } : {}),
      impossible: [...offer.impossible, ...refusals],
    };
  });
}

/** The offers with no more than a workload was given of each, and nothing of the others. */
function onlyOwn(offers: readonly Offer[], own: readonly Part[]): readonly Offer[] {
  const given = new Map(own.map(({ offer, replicas }) => [offer, replicas]));
  return offers.map((offer) => {
    const replicas = given.get(offer.id);
    if (replicas === undefined) return { ...offer, impossible: [...offer.impossible, ELSEWHERE] };
    const impossible = offer.impossible.filter(({ rule }) => rule !== RULE);
    return { ...offer, capacityReplicas: Math.min(replicas, offer.capacityReplicas ?? replicas), impossible };
  });
}

const RULE = "change";

const ELSEWHERE: Refusal = {
  rule: RULE,
  message:
    "the workloads of this change have more of the shared room and budgets together when this one is elsewhere",
};

function roomRefusal(rivals: readonly string[]): Refusal {
  return {
    rule: RULE,
    message: `its room goes to ${named(rivals)} of the same change: raise this workload's priority, lower theirs, or add capacity`,
  };
}

function budgetRefusal({ budget, leftMicroUsd, rivals }: Short, wantedUsd: string): Refusal {
  const left = new BigDecimal(leftMicroUsd).div(1_000_000).toFixed(2);
  const wanted = new BigDecimal(wantedUsd).toFixed(2);
  const beside = rivals.length === 0 ? "" : ` beside ${named(rivals)} of the same change`;
  return {
    rule: RULE,
    message: `budget ${budget} has ${left} USD a month left${beside}, and this would hold ${wanted} more: raise the budget, or lower scale.max`,
  };
}

/** Names shown of those who are in the way. */
const MAX_NAMED = 3;

function named(workloads: readonly string[]): string {
  const names = workloads.toSorted();
  if (names.length > MAX_NAMED)
    return `${names.slice(0, MAX_NAMED).join(", ")} and ${names.length - MAX_NAMED} more`;
  return names.join(" and ");
}

function splitOf({ split }: Decision): readonly Part[] {
  if (split?.ok !== true) return [];
  return split.parts.map(({ ranked, replicas }) => ({ offer: ranked.offer.id, replicas }));
}

// One that may start at any time was given room for one, and is decided with none.
function isSame(parts: readonly Part[], given: readonly Part[]): boolean {
  const there = new Map(given.map(({ offer, replicas }) => [offer, replicas]));
  const isGiven = ({ offer, replicas }: Part): boolean =>
    there.has(offer) && (replicas === 0 || there.get(offer) === replicas);
  return parts.length > 0 && parts.length === given.length && parts.every(isGiven);
}

const byPriorityThenName = (a: Asking, b: Asking): number =>
  priorityOf(b) - priorityOf(a) || (a.workload < b.workload ? -1 : 1);
