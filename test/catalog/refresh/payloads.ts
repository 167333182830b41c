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

/** Traffic to the internet from one region, in steps, as the API had it on 2026-09-24. */
export function azureEgress(
  region: string,
  steps: readonly (readonly [from: number, usd: number])[],
): readonly Record<string, unknown>[] {
  return steps.map(([tierMinimumUnits, retailPrice]) =>
    azureItem({
      tierMinimumUnits,
      retailPrice,
      armRegionName: region,
      meterName: "Standard Data Transfer Out",
      productName: "Rtn Preference: MGN",
      serviceName: "Bandwidth",
      unitOfMeasure: "1 GB",
    }),
  );
}

/** The steps of Azure's zone 1; the last two cost the same. */
export const AZURE_ZONE_1: Parameters<typeof azureEgress>[1] = [
  [0, 0],
  [100, 0.087],
  [10_335, 0.083],
  [51_295, 0.07],
  [153_695, 0.05],
  [512_095, 0.05],
];

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

type Price = string | Readonly<Record<string, string>>;

/** A region's bulk file (`<code>/current/<region>/index.json`): usage type -> price per unit. */
export function awsBulk(
  region: string,
  prices: Readonly<Record<string, Price>>,
  offerCode = "AmazonECS",
): {
  products: Record<string, unknown>;
  terms: { OnDemand: Record<string, unknown> };
  [name: string]: unknown;
} {
  return awsFile(
    offerCode,
    Object.entries(prices).map(([usagetype, price]) => ({ region, usagetype, steps: [["0", price]] })),
  );
}

/** One product of a bulk file, with what else it says of itself, and its steps of price. */
export interface AwsRow {
  readonly region: string;
  readonly usagetype: string;
  readonly steps: readonly (readonly [begin: string, price: Price])[];
  readonly attributes?: Readonly<Record<string, string>>;
}

/** A bulk file of these products. */
export function awsFile(offerCode: string, given: readonly AwsRow[]) {
  const rows = given.map(({ region, usagetype, steps, attributes }, index) => {
    const sku = `SKU${index}`;
    return { sku, product: productOf(sku, region, usagetype, attributes), terms: termsOf(sku, steps) };
  });
  return {
    formatVersion: "v1.0",
    offerCode,
    publicationDate: "2025-10-27T20:58:28Z",
    products: Object.fromEntries(rows.map(({ sku, product }) => [sku, product])),
    terms: { OnDemand: Object.fromEntries(rows.map(({ sku, terms }) => [sku, terms])) },
  };
}

/** The load balancers of one region, each kind under the same usage types, as the AWS Price List had them on 2026-09-11. */
export function awsBalancers(region: string, prefix: string): readonly AwsRow[] {
  const row = (usagetype: string, kind: string, usd: string, locationType = "AWS Region"): AwsRow => ({
    region,
    usagetype: `${prefix}${usagetype}`,
    steps: [["0", usd]],
    attributes: { servicecode: "AWSELB", operation: `LoadBalancing${kind}`, locationType },
  });
  return [
    row("DataProcessing-Bytes", "", "0.0080000000"),
    row("LoadBalancerUsage", "", "0.0250000000"),
    row("LoadBalancerUsage", ":Network", "0.0225000000"),
    row("LCUUsage", ":Network", "0.0060000000"),
    row("LoadBalancerUsage", ":Gateway", "0.0125000000"),
    row("LCUUsage", ":Gateway", "0.0040000000"),
    row("ReservedLCUUsage", ":Application", "0.0080000000"),
    row("TS-LoadBalancerUsage", ":Application", "0.0050000000"),
    row("Outposts-LoadBalancerUsage", ":Application", "0.0225000000", "AWS Outposts"),
    row("Outposts-LCUUsage", ":Application", "0.0000000000", "AWS Outposts"),
    row("LoadBalancerUsage", ":Application", "0.0225000000"),
    row("LCUUsage", ":Application", "0.0080000000"),
  ];
}

/** The same as an answer of `GetProducts`: each product a JSON string. */
export function awsAnswer(region: string, prices: Readonly<Record<string, string>>): Record<string, unknown> {
  const list = Object.entries(prices).map(([usagetype, price], index) => {
    const sku = `SKU${index}`;
    const product = productOf(sku, region, usagetype);
    const terms = { OnDemand: termsOf(sku, [["0", price]]) };
    return JSON.stringify({ product, serviceCode: "AmazonECS", terms });
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

function productOf(
  sku: string,
  regionCode: string,
  usagetype: string,
  attributes: Readonly<Record<string, string>> = { servicecode: "AmazonECS", tenancy: "Shared" },
) {
  return { sku, productFamily: "Compute", attributes: { regionCode, usagetype, ...attributes } };
}

function termsOf(sku: string, steps: AwsRow["steps"]) {
  const dimensions = steps.map(([beginRange, price], at) => {
    const pricePerUnit = typeof price === "string" ? { USD: price } : price;
    const rateCode = `${sku}.JRTCKXETXF.${at === 0 ? "6YS6EN2CT7" : `STEP${at}`}`;
    const endRange = steps[at + 1]?.[0] ?? "Inf";
    const dimension = { rateCode, beginRange, endRange, unit: "hours", appliesTo: [], pricePerUnit };
    return [rateCode, dimension] as const;
  });
  return {
    [`${sku}.JRTCKXETXF`]: {
      offerTermCode: "JRTCKXETXF",
      sku,
      priceDimensions: Object.fromEntries(dimensions),
      termAttributes: {},
    },
  };
}
