import * as fc from "fast-check";
import type { Draw, Offer } from "../../../src/domain/offer.ts";
import type { Market, MarketOffer, PackItem } from "../../../src/policy/pack/market.ts";
import { askedOffer, sizeRefusals } from "../../../src/policy/pack/asked.ts";
import type { WorkloadFacts } from "../../../src/policy/question.ts";
import type { Asking, BudgetLeft } from "../../../src/policy/together/asking.ts";
import { replicasIn } from "../../../src/domain/replicas-in.ts";
import { questions, type Wishes } from "../pack/arbitraries.ts";

/** Workloads that meet in a market, each asked with offers of its own as adapters make them. */
export function askings(
  wishes: Partial<Wishes> = {},
): fc.Arbitrary<{ readonly askings: readonly Asking[]; readonly budgets: readonly BudgetLeft[] }> {
  return fc
    .record({
      question: questions(wishes),
      runs: fc.array(fc.nat({ max: 40 }), { minLength: 12, maxLength: 12 }),
    })
    .map(({ question: { market: drawn, items }, runs }) => {
      const market = { ...drawn, offers: drawn.offers.map((one) => likePlace(one, drawn)) };
      return {
        askings: items.map((item, at) => asking(market, item, runs[at] ?? 0)),
        budgets: drawn.budgets,
      };
    })
    .map(({ askings: list, budgets }) => ({
      askings: list,
      budgets: budgets.map(({ id, usdPerMonth }) => ({ name: id, usdPerMonth })),
    }));
}

// Every way of buying a place shares its room, as adapters tell it.
function likePlace(one: MarketOffer, { offers }: Market): MarketOffer {
  const first = offers.find(
    ({ offer: { place, billing } }) => place === one.offer.place && billing === one.offer.billing,
  );
  return {
    pools: first?.pools ?? [],
    offer: { ...one.offer, capacityReplicas: first?.offer.capacityReplicas },
  };
}

/** `runs`: every fourth workload runs on one of its offers already. */
function asking(market: Market, item: PackItem, runs: number): Asking {
  const { needs } = item.question;
  const fitting = market.offers.filter(({ offer }) => sizeRefusals(offer, needs).length === 0);
  const home = runs % 4 === 0 ? fitting[runs % Math.max(1, fitting.length)]?.offer : undefined;
  const offers = fitting.map((one) => {
    const held = home !== undefined && home.place === one.offer.place ? item.replicas : 0;
    return askedOffer(one.offer, item, roomOf(one, drawsOf(market, one), held));
  });
  const where = home && { place: home.place, offer: home.id, billing: home.billing, shape: home.shape };
  return {
    workload: item.id,
    inputs: {
      ...item.question,
      needs: { ...needs, workload: item.id },
      now: 0,
      offers,
      workload: facts(item.priority),
      ...(where === undefined || home === undefined
        ? {}
        : {
            incumbent: where,
            incumbents: [where],
            held: [{ place: home.place, replicas: item.replicas }],
          }),
    },
    draws: new Map(fitting.map((one) => [one.offer.id, drawsOf(market, one)])),
    // Where it runs it holds its money already.
    raises: new Map(
      offers.map(({ id, place, price }) => [id, place === home?.place ? "0" : (price?.ceilingUsd ?? "0")]),
    ),
    budgets: item.budgets ?? [],
  };
}

const drawsOf = ({ pools }: Market, { pools: ids }: MarketOffer): readonly Draw[] =>
  pools.filter(({ id }) => ids.includes(id)).map(({ id, ...free }) => ({ pool: id, ...free }));

// What a place has for this workload: what is free, those it has there counted in; of its own count the least.
function roomOf({ offer }: MarketOffer, draws: readonly Draw[], held: number): number | undefined {
  const free = Math.min(replicasIn(offer.shape, draws), offer.capacityReplicas ?? Infinity);
  return free === Infinity ? undefined : free + held;
}

function facts(priority: number): WorkloadFacts {
  return {
    project: "shop",
    projectLabels: {},
    environment: "production",
    environmentClass: "production",
    environmentLabels: {},
    protected: false,
    image: "ghcr.io/acme/web",
    priority,
    singleton: false,
  };
}

/** An offer of an asking by its id. */
export function offerOf({ inputs: { offers } }: Asking, id: string): Offer | undefined {
  return offers.find((offer) => offer.id === id);
}
