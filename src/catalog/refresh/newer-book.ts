import { type PriceBook, type PriceCard, tiersOf } from "../book.ts";
import { isLive } from "./listings.ts";
import { keyIn, onlyRegions, withCards } from "./with-cards.ts";

/**
 * The shipped book of a new release with what was read live since: a live figure stays unless the release has a later one.
 * Everything else is the release's, so that what it corrects or no longer lists is gone.
 */
export function newerBook(shipped: PriceBook, kept: PriceBook): PriceBook {
  const live = kept.cards
    .filter(isLive)
    .flatMap((card) => onlyRegions(card, (region) => !isOlder(card, region, shipped)));
  if (live.length === 0) return shipped;
  const collected = kept.collected > shipped.collected ? kept.collected : shipped.collected;
  return withCards(shipped, collected, live);
}

function isOlder(card: PriceCard, region: string, shipped: PriceBook): boolean {
  const own = `${keyIn(card, region)}@`;
  const there = tiersOf(shipped, { ...card, region }).find(({ id }) => id.startsWith(own));
  return there !== undefined && there.asOf > card.asOf;
}
