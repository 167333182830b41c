import * as fc from "fast-check";
import { expect, test } from "vitest";
import { applyAccountRates, type RatesNow } from "../../src/catalog/account-rates.ts";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import { cloudOffers } from "../../src/catalog/cloud-offers.ts";
import { BigDecimal } from "../../src/catalog/decimal.ts";
import type { Discount } from "../../src/domain/account-rates.ts";
import { sum } from "../../src/domain/money.ts";
import type { Offer } from "../../src/domain/offer.ts";
import { HOURS_PER_MONTH } from "../../src/catalog/quote-request.ts";
import { aService } from "./needs.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const NEEDS = aService({ scale: { min: 2, max: 6, cpuPercent: 70 } });
const [FARGATE, ...REST] = cloudOffers("ecs", "eu-west-1", NEEDS, builtInBook());
if (FARGATE === undefined) throw new Error("Fargate has no offer in eu-west-1");
const EVERYWHERE: readonly Offer[] = [
  FARGATE,
  ...REST,
  ...cloudOffers("aci", "westeurope", NEEDS, builtInBook()),
  ...cloudOffers("cloud-run", "europe-west1", NEEDS, builtInBook()),
].filter(({ price }) => price !== undefined);

const ratesOf = (changes: Partial<RatesNow["rates"]>, usedUsd = "0"): RatesNow => ({
  rates: { discounts: [], commitments: [], ...changes },
  committedUsedUsdPerHour: { ecs: usedUsd },
  asOf: "2026-11-20",
  now: NOW,
});
const off = (percent: string, changes: Partial<Discount> = {}): Discount => ({
  provider: "ecs",
  percent,
  ...changes,
});
const committed = (usdPerHour: string, until = NOW + 1) => [{ provider: "ecs", usdPerHour, until }] as const;
function priceOf(offer: Offer, at: RatesNow) {
  const { price } = applyAccountRates(offer, at);
  if (price === undefined) throw new Error("the offer has no price");
  return price;
}
const expectedOf = (offer: Offer) => new BigDecimal(offer.price?.expectedUsd ?? "0");
const isCompute = (meter: string) => meter === "cpu-second" || meter === "memory-gib-second";
const computeUsd = (offer: Offer) =>
  new BigDecimal(
    sum((offer.price?.lines ?? []).filter(({ meter }) => isCompute(meter)).map(({ usd }) => usd)),
  );

test("a discount is lines of its own: the list price stays to be seen, and all three prices fall", () => {
  const price = priceOf(FARGATE, ratesOf({ discounts: [off("10")] }));
  const list = FARGATE.price;
  expect(price.lines.slice(0, list?.lines.length)).toEqual(list?.lines);
  const taken = price.lines.slice(list?.lines.length);
  expect(taken.every(({ usd, quantity }) => usd.startsWith("-") && quantity.startsWith("-"))).toBe(true);
  expect(taken[0]).toMatchObject({
    note: "10 % off ecs",
    source: "the project's account rates",
    asOf: "2026-11-20",
  });
  for (const part of ["floorUsd", "expectedUsd", "ceilingUsd"] as const)
    expect(Number(price[part])).toBeCloseTo(Number(list?.[part]) * 0.9, 9);
});

test("the discount that names most of a line counts, and only that one", () => {
  const discounts = [
    off("5"),
    off("7", { region: "eu-west-1" }),
    off("20", { meter: "cpu-second" }),
    off("30", { meter: "cpu-second", region: "us-east-1" }),
    off("90", { provider: "aci" }),
  ];
  const { lines } = priceOf(FARGATE, ratesOf({ discounts }));
  const notes = new Set(
    lines.flatMap(({ note = "", usd, meter }) => (usd.startsWith("-") ? [`${meter}: ${note}`] : [])),
  );
  expect(notes).toContain("cpu-second: 20 % off ecs cpu-second");
  expect(notes).toContain("memory-gib-second: 7 % off ecs eu-west-1");
  expect([...notes].filter((note) => note.startsWith("cpu-second"))).toHaveLength(1);
});

test("what has ended counts no more", () => {
  const ended = ratesOf({ discounts: [off("10", { until: NOW })], commitments: committed("100", NOW) });
  expect(priceOf(FARGATE, ended)).toEqual(FARGATE.price);
  expect(priceOf(FARGATE, ratesOf({ discounts: [off("10", { until: NOW + 1 })] })).expectedUsd).not.toBe(
    FARGATE.price?.expectedUsd,
  );
});

test("compute within a commitment's room costs exactly nothing more; addresses and logs are no part of it", () => {
  const price = priceOf(FARGATE, ratesOf({ commitments: committed("1000") }));
  const compute = price.lines.filter(({ meter }) => isCompute(meter)).map(({ usd }) => usd);
  expect(sum(compute)).toBe("0");
  expect(new BigDecimal(price.expectedUsd).toFixed()).toBe(
    expectedOf(FARGATE).minus(computeUsd(FARGATE)).toFixed(),
  );
  expect(price.assumes).toContainEqual(expect.stringContaining("1000 of 1000 USD an hour on ecs"));
});

test("beyond a commitment's room the list price counts: the room is what is left of it now", () => {
  const hourly = computeUsd(FARGATE).div(HOURS_PER_MONTH);
  const half = hourly.div(2).toFixed();
  const price = priceOf(
    FARGATE,
    ratesOf({ commitments: committed(hourly.plus(5).toFixed()) }, hourly.div(2).plus(5).toFixed()),
  );
  const saved = expectedOf(FARGATE).minus(price.expectedUsd);
  expect(Number(saved)).toBeCloseTo(Number(half) * HOURS_PER_MONTH, 8);
  const full = priceOf(FARGATE, ratesOf({ commitments: committed("5") }, "7"));
  expect(full.expectedUsd).toBe(FARGATE.price?.expectedUsd);
  expect(full.assumes).toContainEqual(expect.stringContaining("0 of 5 USD an hour"));
});

test("a discount comes off first, and the commitment pays for what is left", () => {
  const both = ratesOf({ discounts: [off("50")], commitments: committed("1000") });
  const { lines } = priceOf(FARGATE, both);
  expect(sum(lines.filter(({ meter }) => isCompute(meter)).map(({ usd }) => usd))).toBe("0");
});

test("paid capacity is not left idle: with room in a commitment its cloud is the cheapest, without room it is not", () => {
  const cheapest = (at: RatesNow) =>
    EVERYWHERE.map((offer) => applyAccountRates(offer, at)).toSorted(
      (a, b) => Number(a.price?.expectedUsd) - Number(b.price?.expectedUsd),
    )[0]?.place.provider;
  const commitments = [{ provider: "aci", usdPerHour: "1", until: NOW + 1 }] as const;
  const at = (used: string) => ({ ...ratesOf({ commitments }), committedUsedUsdPerHour: { aci: used } });
  expect(cheapest(ratesOf({}))).not.toBe("aci");
  expect(cheapest(at("0"))).toBe("aci");
  expect(cheapest(at("1"))).toBe(cheapest(ratesOf({})));
});

test("no line that only bounds the price leaves with an offer", () => {
  expect(applyAccountRates(FARGATE, ratesOf({}))).not.toHaveProperty("boundLines");
  const { boundLines, ...plain } = FARGATE;
  expect(boundLines).toBeDefined();
  expect(applyAccountRates(plain, ratesOf({ discounts: [off("10")] }))).toEqual(plain);
});

test("whatever the rates: lines sum to the price, no price rises, and none falls below nothing", () => {
  const percent = fc.integer({ min: 1, max: 1_000 }).map((tenths) => String(tenths / 10));
  const discount = fc.record(
    {
      provider: fc.constantFrom("ecs", "aci", "cloud-run"),
      percent,
      meter: fc.constantFrom("cpu-second", "memory-gib-second", "request", "ipv4-hour"),
      region: fc.constantFrom("eu-west-1", "westeurope", "europe-west1"),
    },
    { requiredKeys: ["provider", "percent"] },
  );
  const commitment = fc.record({
    provider: fc.constantFrom("ecs", "aci", "cloud-run"),
    usdPerHour: fc.integer({ min: 1, max: 10_000 }).map((cents) => String(cents / 1_000)),
    until: fc.constant(NOW + 1),
  });
  const used = fc.integer({ min: 0, max: 5_000 }).map((cents) => String(cents / 1_000));
  fc.assert(
    fc.property(
      fc.constantFrom(...EVERYWHERE),
      fc.array(discount, { maxLength: 4 }),
      fc.array(commitment, { maxLength: 2 }),
      used,
      (offer, discounts, commitments, usedUsd) => {
        const price = priceOf(offer, {
          ...ratesOf({ discounts, commitments }),
          committedUsedUsdPerHour: { ecs: usedUsd, aci: usedUsd, "cloud-run": usedUsd },
        });
        expect(sum(price.lines.map(({ usd }) => usd))).toBe(price.expectedUsd);
        for (const part of ["floorUsd", "expectedUsd", "ceilingUsd"] as const) {
          expect(new BigDecimal(price[part]).lte(offer.price?.[part] ?? "0"), part).toBe(true);
          // Twelve places are kept of each line, so what is wholly paid for may be off by as much.
          expect(new BigDecimal(price[part]).gte("-0.0000000001"), part).toBe(true);
        }
        for (const { quantity, rateUsd, usd } of price.lines)
          expect(Number(usd)).toBeCloseTo(Number(quantity) * Number(rateUsd), 6);
      },
    ),
  );
});
