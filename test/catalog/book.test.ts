import { describe, expect, test } from "vitest";
import { makeBook, pricesOf, rateOf, regionOf, regionsOf } from "../../src/catalog/book.ts";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import { CLOUDS } from "../../src/domain/place.ts";

const book = builtInBook();

test("every collected row ships, tiers and free allowances included", () => {
  // 1,776 collected rows, the one allowance that they only mention, three of secrets, 42 of load balancers, 28 of GovCloud and two of free logs.
  expect(pricesOf(book)).toHaveLength(1852);
});

test("a load balancer's capacity unit has a price only where its hour has one, and where neither was seen the rate is unknown", () => {
  const usd = (region: string, meter: "lb-hour" | "lcu-hour") =>
    rateOf(book, { provider: "ecs", product: "load-balancer", region, meter })?.usd;
  expect([usd("eu-west-1", "lb-hour"), usd("eu-west-1", "lcu-hour")]).toEqual(["0.0252", "0.008"]);
  const known = regionsOf(book, "ecs").filter((region) => usd(region, "lb-hour") !== undefined);
  const units = regionsOf(book, "ecs").filter((region) => usd(region, "lcu-hour") !== undefined);
  expect([known.length, units.length]).toEqual([22, 20]);
  expect(units.filter((region) => !known.includes(region))).toEqual([]);
  expect(usd("eu-south-2", "lb-hour")).toBeUndefined();
});

test("every shipped price is a decimal with a day, a source and a confidence; only allowances cost nothing", () => {
  for (const { id: key, ...rate } of pricesOf(book)) {
    expect(rate.usd, key).toMatch(/^\d+(\.\d+)?$/);
    expect(Number(rate.usd) > 0 || rate.freePerMonth !== undefined || rate.from === "0", key).toBe(true);
    expect(rate.asOf, key).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(rate.asOf <= book.collected, key).toBe(true);
    expect(rate.source.length, key).toBeGreaterThan(20);
    expect(["high", "medium", "low"], key).toContain(rate.confidence);
  }
});

test("what a row says about a container group's address stands beside Azure's figures alone", () => {
  const noted = pricesOf(book).filter(({ note }) => note?.includes("container group") === true);
  expect(new Set(noted.map(({ provider }) => provider))).toEqual(new Set(["aci"]));
});

test("every shipped price is of a region in the book, or of all of them", () => {
  for (const key of book.rates.keys()) {
    const [provider, , region] = key.split("|");
    const known = book.regions.some((one) => one.provider === provider && one.id === region);
    expect(known || region === "global", key).toBe(true);
  }
});

test("every cloud has its regions, each with a country and a place on the map", () => {
  expect(CLOUDS.map((cloud) => regionsOf(book, cloud).length)).toEqual([39, 62, 44]);
  for (const region of book.regions) {
    expect(region.country).toMatch(/^[A-Z]{2}$/);
    expect(region.jurisdictions[0]).toBe(region.country);
    expect(Math.abs(region.latitude)).toBeLessThanOrEqual(90);
    expect(Math.abs(region.longitude)).toBeLessThanOrEqual(180);
  }
});

describe("known figures, as their vendors publish them", () => {
  test.each([
    ["ecs", "linux-amd64", "us-east-1", "cpu-second", "0.04048", "vCPU-hour"],
    ["ecs", "linux-arm64", "us-east-1", "memory-gib-second", "0.00356", "GiB-hour"],
    ["ecs", "storage", "us-east-1", "ephemeral-gib-second", "0.000111", "GiB-hour"],
    ["aci", "linux", "eastus", "cpu-second", "0.0405", "vCPU-hour"],
    ["cloud-run", "request", "europe-west1", "cpu-second", "0.000024", "vCPU-second"],
    ["cloud-run", "request", "europe-west3", "cpu-second", "0.0000336", "vCPU-second"],
    ["cloud-run", "instance", "us-central1", "memory-gib-second", "0.000002", "GiB-second"],
    ["cloud-run", "request", "asia-east1", "request", "0.0000004", "request"],
    ["cloud-run", "egress", "australia-southeast1", "egress-gib", "0.1158", "GiB"],
  ] as const)("%s %s %s %s", (provider, product, region, meter, usd, unit) => {
    expect(rateOf(book, { provider, product, region, meter })).toMatchObject({ usd, unit });
  });
});

test("a price nobody knows is undefined, not zero", () => {
  const key = { provider: "aci", product: "linux", region: "westus", meter: "cpu-second" } as const;
  expect(rateOf(book, key)).toBeUndefined();
  expect(rateOf(book, { ...key, region: "nowhere" })).toBeUndefined();
});

test("a region of one cloud is not taken for another's", () => {
  expect(regionOf(book, "ecs", "eu-west-1")?.country).toBe("IE");
  expect(regionOf(book, "aci", "eu-west-1")).toBeUndefined();
});

test("European regions are in the EU and the EEA, Norway only in the EEA, London and Zurich in neither", () => {
  const zones = (id: string) => book.regions.find((region) => region.id === id)?.jurisdictions;
  expect(zones("eu-central-1")).toEqual(["DE", "EU", "EEA"]);
  expect(zones("norwayeast")).toEqual(["NO", "EEA"]);
  expect(zones("eu-west-2")).toEqual(["GB"]);
  expect(zones("eu-central-2")).toEqual(["CH"]);
});

test("a region's own figure wins over the one for all regions", () => {
  const card = {
    provider: "ecs",
    product: "linux",
    meter: "request",
    unit: "request",
    asOf: "2026-01-01",
  } as const;
  const usd = { global: "2", "eu-west-1": "1" };
  const small = makeBook("2026-01-02", [{ ...card, confidence: "high", source: "a test", usd }], []);
  const at = (region: string) =>
    rateOf(small, { provider: "ecs", product: "linux", region, meter: "request" })?.usd;
  expect([at("eu-west-1"), at("us-east-1")]).toEqual(["1", "2"]);
});
