import type { Meter } from "../../catalog/meters.ts";
import type { Decimal } from "../../domain/money.ts";
import type { Cloud, Provider } from "../../domain/place.ts";

/** Prices that a simulation takes instead of those in force. */
export interface PriceChanges {
  /** Percent by which everything of a provider gets dearer, or cheaper where it is negative: `"-12.5"`. */
  readonly percent?: { readonly [One in Provider]?: Decimal | undefined } | undefined;
  /** Single prices; they win over percents. */
  readonly rates?: readonly RateChange[] | undefined;
}

/** USD per unit of a meter instead of the book's; without a region or product, of all of them. */
export interface RateChange {
  readonly provider: Cloud;
  readonly region?: string | undefined;
  readonly product?: string | undefined;
  readonly meter: Meter;
  readonly usd: Decimal;
}
