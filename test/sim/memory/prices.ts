import type { PriceStore } from "../../../src/store/prices.ts";

/** Simulations go by the shipped prices alone: what keeps books is held against real databases instead. */
export function prices(): PriceStore {
  return {
    priceBook: async () => undefined,
    catalogState: async () => undefined,
    putCatalog: async () => false,
    priceParts: async () => [],
    keepPriceParts: async () => {},
    dropPriceParts: async () => {},
    accountRates: async () => undefined,
    putAccountRates: async () => undefined,
    ratesEnded: async () => [],
    endRates: async () => false,
  };
}
