import { type ListedPrice, pricesOf, type Region } from "../catalog/book.ts";
import { isLive } from "../catalog/refresh/listings.ts";
import type { Cloud } from "../domain/place.ts";
import type { RefreshReport } from "../domain/refresh-report.ts";
import { iso } from "./instants.ts";
import { projectBook } from "./account-rates.ts";
import type { Caller, Ports } from "./ports.ts";

export interface CatalogQuery {
  readonly provider?: Cloud | undefined;
  readonly region?: string | undefined;
}

/** Regions Berth knows: where they lie, what law they are under, how clean their grid is. */
export function listRegions(ports: Pick<Ports, "books">, query: CatalogQuery): readonly Region[] {
  return ports.books.current().regions.filter((region) => wanted(query, region.provider, region.id));
}

/**
 * Every price that counts for the caller's project: USD per unit as a decimal string, with its date, its source and how sure it is. The
 * hash is that of the price book, without what the project states itself.
 */
export async function listPrices(
  ports: Pick<Ports, "books" | "store" | "now">,
  caller: Pick<Caller, "project">,
  query: CatalogQuery,
) {
  const { collected, hash } = ports.books.current();
  return {
    collected,
    hash,
    prices: pricesOf(await projectBook(ports, caller.project.id))
      .filter((price) => wanted(query, price.provider, price.region))
      .map((price) => ({ ...price, ...checkedAt(price, ports.books.reports()) })),
  };
}

// A price is checked when the last reading of its source had it, and agreed.
function checkedAt(price: ListedPrice, reports: readonly RefreshReport[]): { readonly checkedAt?: string } {
  const checked = reports.find(({ provider }) => provider === price.provider)?.checked;
  const row = price.id.slice(0, price.id.indexOf("@"));
  // A doubt about one step of a price is one about all of them, which count side by side.
  const doubtful = checked?.except.some((one) => one === row || one.startsWith(`${row}+`)) ?? true;
  const own = price.confidence === "stated";
  return checked === undefined || doubtful || own || !isLive(price) ? {} : { checkedAt: iso(checked.at) };
}

const wanted = (query: CatalogQuery, provider: string, region: string): boolean =>
  (query.provider === undefined || query.provider === provider) &&
  (query.region === undefined || query.region === region || region === "global");
