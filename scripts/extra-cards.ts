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
  {
    card: {
      provider: "ecs",
      product: "secrets",
      meter: "secret-month",
      unit: "secret-month",
      asOf: "2021-01-01",
      confidence: "medium",
      source: "aws-secrets-page",
    },
    usd: { global: "0.4" },
    source: {
      id: "aws-secrets-page",
      text: "aws.amazon.com/secrets-manager/pricing, as quoted by others, undated, of 2021 or later",
      licence: "figures only",
    },
  },
  {
    card: {
      provider: "cloud-run",
      product: "secrets",
      meter: "secret-month",
      unit: "secret-month",
      asOf: "2021-01-01",
      confidence: "medium",
      source: "gcp-secrets-page",
    },
    usd: { global: "0.06" },
    source: {
      id: "gcp-secrets-page",
      text: "cloud.google.com/secret-manager/pricing, an undated copy of 2021 or later: by the version and location",
      licence: "figures only",
    },
  },
  {
    card: {
      provider: "cloud-run",
      product: "secrets-free",
      meter: "secret-month",
      unit: "secret-month",
      asOf: "2021-01-01",
      confidence: "medium",
      source: "gcp-secrets-page",
      freePerMonth: "6",
      note: "per billing account",
    },
    usd: { global: "0" },
    source: {
      id: "gcp-secrets-page",
      text: "cloud.google.com/secret-manager/pricing, an undated copy of 2021 or later: by the version and location",
      licence: "figures only",
    },
  },
  {
    card: {
      provider: "ecs",
      product: "logs-free",
      meter: "log-gib",
      unit: "GiB",
      asOf: "2018-11-27",
      confidence: "medium",
      source: "aws-cloudwatch-page",
      freePerMonth: "5",
      note: "per account, for logs taken in, kept and scanned together",
    },
    usd: { global: "0" },
    source: {
      id: "aws-cloudwatch-page",
      text: "aws.amazon.com/cloudwatch/pricing, Free tier, as quoted by others, undated, of November 2018 or later",
      licence: "figures only",
    },
  },
  {
    card: {
      provider: "cloud-run",
      product: "logs-free",
      meter: "log-gib",
      unit: "GiB",
      asOf: "2024-10-01",
      confidence: "high",
      source: "gcp-observability-page",
      freePerMonth: "50",
      note: "per project",
    },
    usd: { global: "0" },
    source: {
      id: "gcp-observability-page",
      text: "cloud.google.com/stackdriver/pricing, Cloud Logging pricing summary, an undated copy of October 2024 or later",
      licence: "figures only",
    },
  },
];
