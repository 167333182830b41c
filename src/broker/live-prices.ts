import type { Web } from "../catalog/refresh/fetch-json.ts";
import type { PriceAddresses } from "../catalog/refresh/listing.ts";
import { readPrices } from "../catalog/refresh/sources.ts";
import type { ReadLive } from "./ports.ts";

/** Reads the providers' own interfaces over the network. */
export function livePrices(world: {
  readonly web: Web;
  readonly addresses: PriceAddresses;
  readonly gcpKey?: string | undefined;
  readonly now: () => number;
}): ReadLive {
  const { web, addresses, gcpKey, now } = world;
  return (provider, regions, signal, portion) => {
    const reading = { web, addresses, gcpKey, regions, now: now(), signal };
    return readPrices(
      provider,
      portion === undefined ? reading : { ...reading, web: portion.counted(web), take: portion.take },
    );
  };
}
