import type { Source } from "./price-sources.ts";

/** A card as `prices.json` holds it, before its figures. */
export interface PriceCardDocument {
  readonly provider: string;
  readonly product: string;
  readonly meter: string;
  readonly unit: string;
  readonly asOf: string;
  readonly confidence: string;
  /** An entry of `sources`. */
  readonly source: string;
  readonly from?: string;
  readonly to?: string;
  readonly freePerMonth?: string;
  readonly note?: string;
}

/** Figures that the collected rows name only in passing. */
export const EXTRA_CARDS: readonly {
  readonly card: PriceCardDocument;
  readonly usd: Record<string, string>;
  readonly source: Source;
}[] = [
  {
    card: {
      provider: "ecs",
      product: "egress-free",
      meter: "egress-gib",
      unit: "GiB",
      asOf: "2024-09-25",
      confidence: "medium",
      source: "aws-free-transfer",
      freePerMonth: "100",
      note: "per account, over all regions and services",
    },
    usd: { global: "0" },
    source: {
      id: "aws-free-transfer",
      text: "AWS: the first 100 GB a month of traffic to the internet are free, over all regions (aws.amazon.com/ec2/pricing/on-demand, Data Transfer)",
      licence: "figures only",
    },
  },
];
