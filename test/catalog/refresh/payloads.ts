import { readFileSync } from "node:fs";

/** A recorded answer, as text. */
export function recorded(name: "azure-westeurope" | "azure-brazilsouth"): string {
  return readFileSync(new URL(`payloads/${name}.json`, import.meta.url), "utf8");
}

/** One item of the Azure Retail Prices API. */
export function azureItem(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    currencyCode: "USD",
    tierMinimumUnits: 0,
    retailPrice: 0.0466,
    unitPrice: 0.0466,
    armRegionName: "westeurope",
    location: "EU West",
    effectiveStartDate: "2019-03-01T00:00:00Z",
    meterId: "455a4865-255c-4eb4-857c-ed04b0b47ab1",
    meterName: "Standard vCPU Duration",
    productName: "Container Instances",
    skuName: "Standard",
    serviceName: "Container Instances",
    unitOfMeasure: "1 Hour",
    type: "Consumption",
    isPrimaryMeterRegion: true,
    armSkuName: "",
    ...changes,
  };
}

/** One page of it. */
export function azurePage(
  items: readonly unknown[],
  changes: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return { BillingCurrency: "USD", Items: items, NextPageLink: null, Count: items.length, ...changes };
}

/** Fargate in ap-northeast-1: what the AWS Price List said of it. */
export const TOKYO: Readonly<Record<string, string>> = {
  "APN1-Fargate-vCPU-Hours:perCPU": "0.0505600000",
  "APN1-Fargate-GB-Hours": "0.0055300000",
  "APN1-Fargate-EphemeralStorage-GB-Hours": "0.0001330000",
  "APN1-Fargate-ARM-vCPU-Hours:perCPU": "0.0404500000",
  "APN1-Fargate-ARM-GB-Hours": "0.0044200000",
  "APN1-Fargate-Windows-OS-Hours:perCPU": "0.0460000000",
};

/** A region's bulk file (`AmazonECS/current/<region>/index.json`): usage type -> price per unit. */
export function awsBulk(
  region: string,
  prices: Readonly<Record<string, string | Readonly<Record<string, string>>>>,
): {
  products: Record<string, unknown>;
  terms: { OnDemand: Record<string, unknown> };
  [name: string]: unknown;
} {
  const rows = Object.entries(prices).map(([usagetype, price], index) => {
    const sku = `SKU${index}`;
    return { sku, product: productOf(sku, region, usagetype), terms: termsOf(sku, price) };
  });
  return {
    formatVersion: "v1.0",
    offerCode: "AmazonECS",
    publicationDate: "2025-10-27T20:58:28Z",
    products: Object.fromEntries(rows.map(({ sku, product }) => [sku, product])),
    terms: { OnDemand: Object.fromEntries(rows.map(({ sku, terms }) => [sku, terms])) },
  };
}

/** The same as an answer of `GetProducts`: each product a JSON string. */
export function awsAnswer(region: string, prices: Readonly<Record<string, string>>): Record<string, unknown> {
  const list = Object.entries(prices).map(([usagetype, price], index) => {
    const sku = `SKU${index}`;
    const product = productOf(sku, region, usagetype);
    return JSON.stringify({ product, serviceCode: "AmazonECS", terms: { OnDemand: termsOf(sku, price) } });
  });
  return { FormatVersion: "aws_v1", PriceList: list };
}

/** One SKU of the Cloud Billing Catalog. */
export function gcpSku(
  description: string,
  nanos: number | readonly (readonly [from: number, nanos: number])[],
  changes: {
    readonly regions?: readonly string[];
    readonly unit?: string;
    readonly currency?: string;
    readonly usage?: string;
  } = {},
): Record<string, unknown> {
  const { regions = ["us-central1"], unit = "s", currency = "USD", usage = "OnDemand" } = changes;
  const steps = typeof nanos === "number" ? [[0, nanos] as const] : nanos;
  return {
    name: "services/152E-C115-5142/skus/0000-0000-0000",
    skuId: "0000-0000-0000",
    description,
    category: {
      serviceDisplayName: "Cloud Run",
      resourceFamily: "ApplicationServices",
      resourceGroup: "Compute",
      usageType: usage,
    },
    serviceRegions: regions,
    pricingInfo: [
      {
        summary: "",
        pricingExpression: {
          usageUnit: unit,
          baseUnitConversionFactor: 1,
          displayQuantity: 1,
          tieredRates: steps.map(([startUsageAmount, amount]) => ({
            startUsageAmount,
            unitPrice: { currencyCode: currency, units: "0", nanos: amount },
          })),
        },
        currencyConversionRate: 1,
      },
    ],
    serviceProviderName: "Google",
  };
}

/** A Compute SKU as the catalog has it, with three steps: nothing of it is a price of containers. */
export const COMPUTE_SKU = gcpSku(
  "Network Vpn Internet Egress from Americas to Africa",
  [
    [0, 120_000_000],
    [1024, 110_000_000],
    [10_240, 80_000_000],
  ],
  { unit: "GiBy" },
);

export function gcpPage(skus: readonly unknown[], nextPageToken = ""): Record<string, unknown> {
  return { skus, nextPageToken };
}

function productOf(sku: string, regionCode: string, usagetype: string) {
  return {
    sku,
    productFamily: "Compute",
    attributes: { servicecode: "AmazonECS", regionCode, usagetype, tenancy: "Shared" },
  };
}

function termsOf(sku: string, price: string | Readonly<Record<string, string>>) {
  const pricePerUnit = typeof price === "string" ? { USD: price } : price;
  const rateCode = `${sku}.JRTCKXETXF.6YS6EN2CT7`;
  return {
    [`${sku}.JRTCKXETXF`]: {
      offerTermCode: "JRTCKXETXF",
      sku,
      priceDimensions: {
        [rateCode]: {
          rateCode,
          beginRange: "0",
          endRange: "Inf",
          unit: "hours",
          appliesTo: [],
          pricePerUnit,
        },
      },
      termAttributes: {},
    },
  };
}
