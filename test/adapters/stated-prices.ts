import type { PriceBook } from "../../src/catalog/book.ts";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import { statedBook, withStated } from "../../src/catalog/stated-rates.ts";
import type { StatedRate } from "../../src/domain/account-rates.ts";

const UNITS = {
  "cpu-second": "vCPU-hour",
  "memory-gib-second": "GiB-hour",
  "ipv4-hour": "address-hour",
} as const;

/** The shipped book where an operator has stated what a service costs in a region that no list prices. */
export function statedPrices(provider: "ecs" | "aci", region: string): () => PriceBook {
  const arches = provider === "ecs" ? (["amd64", "arm64"] as const) : (["amd64"] as const);
  const meters = [
    "cpu-second",
    "memory-gib-second",
    ...(provider === "ecs" ? (["ipv4-hour"] as const) : []),
  ] as const;
  const rates = meters.flatMap((meter) =>
    arches.flatMap((arch) =>
      [false, true].map((spot): StatedRate => {
        const kind = meter === "ipv4-hour" ? {} : { arch, spot };
        return { provider, region, meter, ...kind, unit: UNITS[meter], usd: "0.04", at: 0, by: "token:ops" };
      }),
    ),
  );
  const book = withStated(builtInBook(), statedBook(rates, 1));
  return () => book;
}
