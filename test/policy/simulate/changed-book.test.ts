import * as fc from "fast-check";
import { expect, test } from "vitest";
import { pricesOf, rateOf } from "../../../src/catalog/book.ts";
import { builtInBook } from "../../../src/catalog/shipped-book.ts";
import { changedBook, scale, unknownRates } from "../../../src/policy/simulate/changed-book.ts";
import { compare } from "../../../src/domain/money.ts";

const book = builtInBook();
const percents = fc.integer({ min: -99, max: 300 }).map(String);

test("a percent changes every price of its provider by exactly that, and none of another", () => {
  fc.assert(
    fc.property(percents, (percent) => {
      const changed = pricesOf(changedBook(book, { percent: { aci: percent } }));
      const before = pricesOf(book);
      expect(changed.map(({ usd }) => usd)).toEqual(
        before.map(({ usd, provider }) => (provider === "aci" ? scale(usd, percent) : usd)),
      );
    }),
    { numRuns: 10 },
  );
});

test("scaling by 0 % changes no amount, and up then down by the inverse gives it back", () => {
  fc.assert(
    fc.property(fc.constantFrom("0.00001124", "12.34", "0", "1000000.000001"), (usd) => {
      expect(compare(scale(usd, "0"), usd)).toBe(0);
      expect(compare(scale(scale(usd, "25"), "-20"), usd)).toBe(0);
    }),
  );
});

test("a rate of one region leaves every other price as it was", () => {
  const rate = { provider: "ecs", region: "eu-west-1", meter: "cpu-second", usd: "0.5" } as const;
  const changed = changedBook(book, { rates: [rate] });
  const [before, after] = [book, changed].map(
    (one) => new Map(pricesOf(one).map((price) => [keyOf(price), price.usd])),
  );
  const differing = [...(after ?? [])].filter(([key, usd]) => before?.get(key) !== usd);
  expect(differing.length).toBeGreaterThan(0);
  for (const [key, usd] of differing) {
    expect(key).toMatch(/^ecs\|.*\|eu-west-1\|cpu-second\|/);
    expect(usd).toBe("0.5");
  }
  expect([...(before ?? [])].filter(([key]) => after?.has(key) !== true)).toEqual([]);
});

test("a rate wins over a percent, and both say that they are a what-if", () => {
  const rate = {
    provider: "ecs",
    product: "linux-amd64",
    region: "eu-west-1",
    meter: "cpu-second",
    usd: "0.5",
  } as const;
  const changed = changedBook(book, { percent: { ecs: "10" }, rates: [rate] });
  const key = { provider: "ecs", product: "linux-amd64", meter: "cpu-second" } as const;
  expect(rateOf(changed, { ...key, region: "eu-west-1" })).toMatchObject({ usd: "0.5", source: "what if" });
  expect(rateOf(changed, { ...key, region: "eu-west-2" })?.source).toContain("what if");
});

test("a region without a price of its own can be given one", () => {
  const rate = { provider: "cloud-run", region: "europe-west1", meter: "request", usd: "0.000009" } as const;
  const changed = changedBook(book, { rates: [rate] });
  const products = [
    ...new Set(
      pricesOf(book)
        .filter(isRequest)
        .map(({ product }) => product),
    ),
  ];
  expect(products.length).toBeGreaterThan(0);
  for (const product of products)
    expect(
      rateOf(changed, { provider: "cloud-run", product, region: "europe-west1", meter: "request" })?.usd,
    ).toBe("0.000009");
});

test("a price that the book does not have is a problem where it is asked for", () => {
  const rates = [
    { provider: "ecs", meter: "cpu-second", usd: "1" },
    { provider: "ecs", region: "mars-1", meter: "cpu-second", usd: "1" },
  ] as const;
  expect(unknownRates(book, { rates }, "/prices").map(({ pointer }) => pointer)).toEqual(["/prices/rates/1"]);
});

const keyOf = ({ provider, product, region, meter, from }: ReturnType<typeof pricesOf>[number]) =>
  [provider, product, region, meter, from ?? ""].join("|");
const isRequest = ({ provider, meter }: ReturnType<typeof pricesOf>[number]) =>
  provider === "cloud-run" && meter === "request";
