import type { FetchBounds, Web } from "./fetch-json.ts";
import type { Believed, FreshPrice, Known } from "./fresh-price.ts";
import type { Take } from "./portion.ts";

/** Where each provider's prices are read; an installation without a way out may name a mirror. */
export interface PriceAddresses {
  readonly ecs: string;
  readonly aci: string;
  readonly "cloud-run": string;
}

/** One reading of one provider. */
export interface Reading {
  readonly web: Web;
  readonly addresses: PriceAddresses;
  /** Regions of the book: those are read, where a provider is read by region. */
  readonly regions: readonly string[];
  readonly gcpKey?: string | undefined;
  readonly now: number;
  readonly signal: AbortSignal;
  readonly bounds?: FetchBounds | undefined;
  /** Of a reading in portions; all is read at once without it. */
  readonly take?: Take | undefined;
}

/** One list that a provider publishes: read to the end, and believed or doubted as a whole. */
export interface Listing {
  /** As reports name it. */
  readonly name: string;
  /** What a row that was read there says of its source. */
  readonly source: string;
  /** The rows of the book that it speaks of. */
  readonly known: readonly Known[];
  readonly read: (reading: Reading) => Promise<Believed<readonly FreshPrice[]>>;
  /** It is taken region by region, and not as one part. */
  readonly byRegion?: true | undefined;
}

/** A list that was not believed: its rows stay as they are, whatever became of the provider's others. */
export interface Unread {
  readonly list: string;
  readonly why: string;
}
