import { makeBook, type PriceBook, type PriceCard } from "../book.ts";

/** The same book in which these cards' prices stand instead of what it had for the same region, product and meter. */
export function withCards(book: PriceBook, collected: string, cards: readonly PriceCard[]): PriceBook {
  const replaced = new Set(
    cards.flatMap((card) => Object.keys(card.usd).map((region) => keyIn(card, region))),
  );
  const kept = book.cards.flatMap((card) =>
    onlyRegions(card, (region) => !replaced.has(keyIn(card, region))),
  );
  return makeBook(collected, [...kept, ...cards], book.regions);
}

/** The card with these of its regions, as a list of one; none when no region is left. */
export function onlyRegions(card: PriceCard, wanted: (region: string) => boolean): readonly PriceCard[] {
  const regions = Object.keys(card.usd);
  const left = regions.filter(wanted);
  if (left.length === regions.length) return [card];
  if (left.length === 0) return [];
  return [{ ...card, usd: Object.fromEntries(left.map((region) => [region, card.usd[region]])) }];
}

/** What a price is known by, whatever its date. */
export function keyIn({ provider, product, meter }: PriceCard, region: string): string {
  return `${provider}/${region}/${product}/${meter}`;
}
