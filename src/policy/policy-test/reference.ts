import { didYouMean } from "../../domain/did-you-mean.ts";
import type { Offer } from "../../domain/offer.ts";
import { type Place, PROVIDERS } from "../../domain/place.ts";

/** An offer as a test may call it: its id, or where it is and how it is billed. */
export type Referable = Pick<Offer, "id" | "place" | "billing">;

/**
 * Whether a test's words speak of an offer: its id; or its provider, `provider/region` or `provider/region/host`, with the
 * target's name before them where it matters, and the way of billing after a space.
 */
export function refersTo(words: string, { id, place, billing }: Referable): boolean {
  if (words === id) return true;
  const [where = "", how] = words.split(" ");
  if (how !== undefined && how !== billing) return false;
  const said = where.split("/");
  const withTarget = said[0] === place.target && said.length > 1 ? said.slice(1) : said;
  return begins(partsOf(place), withTarget) || begins(partsOf(place), said);
}

/** What is wrong with words that speak of none of these offers, with what was probably meant; nothing when they speak of one. */
export function unknownReference(words: string, offers: readonly Referable[]): string | undefined {
  if (offers.some((offer) => refersTo(words, offer))) return undefined;
  const known = [
    ...new Set([...offers.map(({ id }) => id), ...offers.map(({ place }) => partsOf(place).join("/"))]),
  ];
  const near = didYouMean(words, [...known, ...PROVIDERS]);
  return `speaks of no given offer${near === undefined ? "" : `; did you mean ${near}?`}`;
}

/** An offer in the fewest words that tell it apart among others. */
export function shortName(offer: Referable, among: readonly Referable[]): string {
  const where = partsOf(offer.place).join("/");
  const choices = [where, `${where} ${offer.billing}`];
  return choices.find((words) => among.filter((other) => refersTo(words, other)).length === 1) ?? offer.id;
}

function partsOf({ provider, region, host }: Place): readonly string[] {
  return host === undefined ? [provider, region] : [provider, region, host];
}

function begins(parts: readonly string[], said: readonly string[]): boolean {
  return said.length <= parts.length && said.every((word, index) => word === parts[index]);
}
