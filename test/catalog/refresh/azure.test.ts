import { expect, test } from "vitest";
import { ACI_METERS, EGRESS_METERS, LOG_METERS } from "../../../src/catalog/refresh/azure-listings.ts";
import { type AzureMeters, readAzurePage } from "../../../src/catalog/refresh/azure.ts";
import { withSteps } from "../../../src/catalog/refresh/price-steps.ts";
import { AZURE_ZONE_1, azureEgress, azureItem, azurePage, recorded } from "./payloads.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const usd = (payload: unknown) => {
  const read = readAzurePage(payload, NOW, ACI_METERS);
  if (!read.ok) throw new Error(read.why);
  return Object.fromEntries(
    read.value.prices.map((one) => [`${one.region}/${one.product}/${one.meter}`, `${one.usd} ${one.unit}`]),
  );
};

test("the recorded answer for westeurope has Linux, Spot, Confidential and Windows, and nothing of the GPUs", () => {
  expect(usd(JSON.parse(recorded("azure-westeurope")))).toEqual({
    "westeurope/linux/cpu-second": "0.0466 vCPU-hour",
    "westeurope/linux/memory-gib-second": "0.00511 GiB-hour",
    "westeurope/spot-linux/cpu-second": "0.01398 vCPU-hour",
    "westeurope/spot-linux/memory-gib-second": "0.001533 GiB-hour",
    "westeurope/confidential/cpu-second": "0.057915 vCPU-hour",
    "westeurope/confidential/memory-gib-second": "0.006364 GiB-hour",
    "westeurope/windows/os-cpu-second": "0.000012 vCPU-second",
  });
});

test("the recorded answer for brazilsouth has no Spot, and that is no fault", () => {
  const prices = Object.keys(usd(JSON.parse(recorded("azure-brazilsouth"))));
  expect(prices).toHaveLength(5);
  expect(prices.filter((key) => key.includes("spot"))).toEqual([]);
});

test.each([
  ["1 Hour", 0.0466],
  ["100 Hours", 4.66],
  ["1 Second", 0.0466 / 3600],
  ["100 Seconds", 0.00129444444444],
])("a price per %s becomes one per hour", (unitOfMeasure, retailPrice) => {
  const [text = ""] = Object.values(usd(azurePage([azureItem({ unitOfMeasure, retailPrice })])));
  expect(Number(text.split(" ")[0])).toBeCloseTo(0.0466, 8);
});

test("prices that ended, that are only announced, reservations and other skus are passed over", () => {
  const items = [
    azureItem(),
    azureItem({ retailPrice: 1, effectiveEndDate: "2026-11-22T00:00:00Z" }),
    azureItem({ retailPrice: 2, effectiveStartDate: "2026-12-01T00:00:00Z" }),
    azureItem({ retailPrice: 3, type: "Reservation" }),
    azureItem({
      retailPrice: 4,
      skuName: "K80",
      productName: "Container Instances with GPU",
      meterName: "vCPU Duration",
    }),
  ];
  expect(usd(azurePage(items))).toEqual({ "westeurope/linux/cpu-second": "0.0466 vCPU-hour" });
});

test.each<readonly [what: string, payload: unknown, why: string]>([
  ["another currency", azurePage([azureItem()], { BillingCurrency: "EUR" }), "prices are in EUR, not in USD"],
  ["one item in another currency", azurePage([azureItem({ currencyCode: "EUR" })]), "priced in EUR"],
  ["fewer items than it says", azurePage([azureItem()], { Count: 2 }), "says 2 items and has 1"],
  [
    "an unknown unit",
    azurePage([azureItem({ unitOfMeasure: "1 GB Hour" })]),
    '"1 GB Hour", which is no unit',
  ],
  ["a unit that is no text of ours", azurePage([azureItem({ unitOfMeasure: "1 Fortnight" })]), "no unit"],
  ["steps of price", azurePage([azureItem({ tierMinimumUnits: 5 })]), "steps of price"],
  ["a negative price", azurePage([azureItem({ retailPrice: -1 })]), "no price"],
  ["two prices at once", azurePage([azureItem(), azureItem({ retailPrice: 0.05 })]), "two prices"],
  ["no items", { BillingCurrency: "USD" }, "no page"],
  ["a page of a million items", azurePage(Array.from({ length: 1_001 }, () => azureItem())), "no page"],
])("with %s nothing of a page is believed", (_what, payload, why) => {
  expect(readAzurePage(payload, NOW, ACI_METERS)).toEqual({
    ok: false,
    why: expect.stringContaining(why) as string,
  });
});

const steps = (meters: AzureMeters, ...pages: readonly unknown[]) => {
  const read = pages.map((page) => readAzurePage(page, NOW, meters));
  const doubt = read.find((page) => !page.ok);
  if (doubt?.ok === false) return doubt.why;
  const settled = withSteps(read.flatMap((page) => (page.ok ? page.value.prices : [])));
  return settled.ok ? settled.value.map(({ from, to, usd: each }) => [from, to, each]) : settled.why;
};
const ZONE_1 = [
  ["0", "100", "0"],
  ["100", "10335", "0.087"],
  ["10335", "51295", "0.083"],
  ["51295", "153695", "0.07"],
  ["153695", undefined, "0.05"],
];

test("traffic has its steps, wherever a page ends between them, and two steps at one price are one", () => {
  const items = azureEgress("eastus", AZURE_ZONE_1);
  expect(steps(EGRESS_METERS, azurePage(items))).toEqual(ZONE_1);
  expect(steps(EGRESS_METERS, azurePage(items.slice(2)), azurePage(items.slice(0, 2)))).toEqual(ZONE_1);
});

test("traffic by another route, and inbound, is passed over", () => {
  const items = azureEgress("eastus", AZURE_ZONE_1);
  const others = [
    ...items.map((item) => ({ ...item, productName: "Bandwidth - Routing Preference: Internet" })),
    ...items.map((item) => ({ ...item, meterName: "Standard Data Transfer In" })),
  ];
  expect(steps(EGRESS_METERS, azurePage(others))).toEqual([]);
});

test("logs are charged past the account's allowance", () => {
  const item = (tierMinimumUnits: number, retailPrice: number, meterName = "Analytics Logs Data Ingestion") =>
    azureItem({
      tierMinimumUnits,
      retailPrice,
      meterName,
      productName: "Log Analytics",
      skuName: "Analytics Logs",
      unitOfMeasure: "1 GB",
    });
  const page = azurePage([item(0, 0), item(5, 2.99), item(0, 2.3, "Analytics Logs Data Analyzed")]);
  expect(steps(LOG_METERS, page)).toEqual([
    ["0", "5", "0"],
    ["5", undefined, "2.99"],
  ]);
});

test.each<readonly [what: string, items: readonly unknown[], why: string]>([
  ["no first step", azureEgress("eastus", AZURE_ZONE_1.slice(1)), "says nothing of what comes before"],
  [
    "two prices for one step",
    [...azureEgress("eastus", AZURE_ZONE_1), ...azureEgress("eastus", [[100, 0.09]])],
    "egress-gib+100 has two prices",
  ],
  [
    "more steps than there are",
    azureEgress(
      "eastus",
      Array.from({ length: 13 }, (_, at) => [at, at / 100] as const),
    ),
    "13 steps",
  ],
  [
    "another unit",
    azureEgress("eastus", [[0, 1]]).map((item) => ({ ...item, unitOfMeasure: "1 TB" })),
    '"1 TB", which is no unit',
  ],
  ["steps below nothing", azureEgress("eastus", [[-1, 0.087]]), "no page"],
])("traffic with %s is not believed", (_what, items, why) => {
  expect(steps(EGRESS_METERS, azurePage(items))).toContain(why);
});
