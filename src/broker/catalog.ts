import { pricesOf, type Region } from "../catalog/book.ts";
import type { Cloud } from "../domain/place.ts";
import type { Ports } from "./ports.ts";

export interface CatalogQuery {
  readonly provider?: Cloud | undefined;
  readonly region?: string | undefined;
}

/** Regions Berth knows: where they lie, what law they are under, how clean their grid is. */
export function listRegions(ports: Pick<Ports, "books">, query: CatalogQuery): readonly Region[] {
  return ports.books.current().regions.filter((region) => wanted(query, region.provider, region.id));
}

/** Every price Berth knows: USD per unit as a decimal string, with its date, its source and how sure it is. */
export function listPrices(ports: Pick<Ports, "books">, query: CatalogQuery) {
  const book = ports.books.current();
  return {
    collected: book.collected,
    hash: book.hash,
    prices: pricesOf(book).filter((price) => wanted(query, price.provider, price.region)),
  };
}

const wanted = (query: CatalogQuery, provider: string, region: string): boolean =>
  (query.provider === undefined || query.provider === provider) &&
  (query.region === undefined || query.region === region || region === "global");
