import { type PriceBook, type PriceCard, tiersOf } from "../book.ts";
import { LIVE_SOURCE } from "./sources.ts";
import { keyIn, onlyRegions, withCards } from "./with-cards.ts";

/**
 * The shipped book of a new release with what was read live since: of two figures for one price the later counts, and of two
 * of one day the one that was read live. Rows and regions that only the release knows come in.
 */
export function newerBook(shipped: PriceBook, kept: PriceBook): PriceBook {
  const later = kept.cards.flatMap((card) => onlyRegions(card, (region) => isLater(card, region, shipped)));
  if (later.length === 0) return shipped;
  const collected = kept.collected > shipped.collected ? kept.collected : shipped.collected;
  return withCards(shipped, collected, later);
}

function isLater(card: PriceCard, region: string, shipped: PriceBook): boolean {
  const there = tiersOf(shipped, { ...card, region }).find(({ id }) =>
    id.startsWith(`${keyIn(card, region)}@`),
  );
  if (there === undefined || card.asOf !== there.asOf) return there === undefined || card.asOf > there.asOf;
  return card.source === LIVE_SOURCE[card.provider];
}
