import type { Cloud } from "../../domain/place.ts";
import { type Believed, type FreshPrice, no } from "./fresh-price.ts";
import type { Listing, PriceAddresses, Reading, Unread } from "./listing.ts";
import { LISTINGS } from "./listings.ts";

export const PRICE_ADDRESSES: PriceAddresses = {
  ecs: "https://pricing.us-east-1.amazonaws.com",
  aci: "https://prices.azure.com",
  "cloud-run": "https://cloudbilling.googleapis.com",
};

/** What was read of a provider's containers, and how to read on. */
export type LivePrices = Believed<readonly FreshPrice[]> & { readonly beside?: () => Promise<LiveBeside> };

/** What was read of a provider's other lists, and those that are not believed. */
export interface LiveBeside {
  readonly value: readonly FreshPrice[];
  readonly unread: readonly Unread[];
}

/**
 * Prices of the list of a provider's containers, read to its end. Where that is not believed nothing of the provider is, and the
 * sentence says why. `beside` reads the other lists, of which each stands for itself: they can wait until every provider's
 * containers are read.
 */
export async function readPrices(provider: Cloud, reading: Reading): Promise<LivePrices> {
  const [containers, ...others] = LISTINGS[provider];
  const main = await readList(provider, containers, reading);
  if (!main.ok) return no(main.why);
  if (main.value.length === 0) return no("nothing in the answer is a price of containers");
  return { ok: true, value: main.value, beside: () => readBeside(provider, others, reading) };
}

async function readBeside(provider: Cloud, lists: readonly Listing[], reading: Reading): Promise<LiveBeside> {
  const value: FreshPrice[] = [];
  const unread: Unread[] = [];
  // One after the other: each may be large, and a Worker is small.
  for (const list of lists) {
    const { name } = list;
    const found = await readList(provider, list, reading);
    if (found.ok && found.value.length > 0) value.push(...found.value);
    else unread.push({ list: name, why: found.ok ? NOTHING : found.why });
  }
  return { value, unread };
}

function readList(
  provider: Cloud,
  { name, read, byRegion }: Listing,
  reading: Reading,
): Promise<Believed<readonly FreshPrice[]>> {
  const { take } = reading;
  const whole = () => read(reading);
  return take === undefined || byRegion === true ? whole() : take(`${provider}/${name}`, whole);
}

const NOTHING = "nothing in the answer is a price that Berth knows";
