import { Big } from "big.js";
import type { Refusal } from "../domain/feature.ts";
import type { Offer } from "../domain/offer.ts";
import type { Policy } from "./policy.ts";

/** What decides whether an offer's price will do. */
type PriceOffer = Pick<Offer, "price" | "unknownMeters" | "stateWith" | "impossible">;
type PricePolicy = Pick<Policy, "name" | "by" | "maxUsdPerMonth">;

/** Why an offer costs too much, or nobody knows what it costs; then with the commands that state it. */
export function priceRefusals(offer: PriceOffer, policy: PricePolicy): readonly Refusal[] {
  const { price, unknownMeters, impossible } = offer;
  if (price === undefined) {
    // What is sold in no size that holds the needs was not priced at all: the size is said, and is all there is to say.
    if (unknownMeters === undefined && impossible.length > 0) return [];
    return [unpriced(offer)];
  }
  const { expected, ceiling } = policy.maxUsdPerMonth;
  return [
    ...overCap("expected", price.expectedUsd, expected, policy),
    ...overCap("ceiling", price.ceilingUsd, ceiling, policy),
  ];
}

function unpriced({ unknownMeters = [], stateWith = [], impossible }: PriceOffer): Refusal {
  const what =
    unknownMeters.length === 0 ? "no rate that counts here" : `no rate of ${unknownMeters.join(", ")}`;
  // A place may say itself why its price is not known.
  const told = impossible.some(({ rule: which }) => which === "price");
  const alike = `price not known: ${what} is in the price book${told ? "" : ", and none is stated"}`;
  if (stateWith.length === 0)
    return { rule: "price", message: told ? alike : `${alike}: state it with berth prices rates` };
  const state = stateWith.length === 1 ? "state it with" : "state each with";
  return { rule: "price", message: `${alike}: ${state} ${stateWith.join(" and ")}`, alike };
}

function overCap(
  which: "expected" | "ceiling",
  usd: string,
  cap: string | undefined,
  { name, by }: PricePolicy,
): readonly Refusal[] {
  if (cap === undefined || new Big(usd).lte(cap)) return [];
  const message = `${which} ${new Big(usd).toFixed(2)} USD a month is above ${cap} USD, the cap of policy ${by?.[which] ?? name}`;
  return [{ rule: `policy:maxUsdPerMonth.${which}`, message }];
}
