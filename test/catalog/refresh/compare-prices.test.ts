import * as fc from "fast-check";
import { expect, test } from "vitest";
import { makeBook, type PriceBook, pricesOf, rateOf } from "../../../src/catalog/book.ts";
import { builtInBook } from "../../../src/catalog/shipped-book.ts";
import { BigDecimal } from "../../../src/catalog/decimal.ts";
import { comparePrices } from "../../../src/catalog/refresh/compare-prices.ts";
import { type FreshPrice, priceKey } from "../../../src/catalog/refresh/fresh-price.ts";
import { newerBook } from "../../../src/catalog/refresh/newer-book.ts";

const BOOK = builtInBook();
const DAY = "2026-12-01";
const CPU = { provider: "aci", product: "linux", meter: "cpu-second", unit: "vCPU-hour" } as const;
const ROW = "aci/westeurope/linux/cpu-second";

/** What the book itself says of Container Instances, as a reading. */
function asRead(book: PriceBook = BOOK): readonly FreshPrice[] {
  const products = new Set(["linux", "spot-linux", "confidential", "windows"]);
  return book.cards
    .filter((card) => card.provider === "aci" && products.has(card.product))
    .flatMap(({ provider, product, meter, unit, usd }) =>
      Object.entries(usd).map(([region, value = ""]) => ({
        provider,
        product,
        meter,
        unit,
        region,
        usd: value,
      })),
    );
}
const reread = (changes: Readonly<Record<string, string>>): readonly FreshPrice[] =>
  asRead().map((price) => ({ ...price, usd: changes[priceKey(price)] ?? price.usd }));
const compare = (
  fresh: readonly FreshPrice[],
  accepted: readonly { row: string; usd: string }[] = [],
  book = BOOK,
) => comparePrices(book, "aci", fresh, { day: DAY, accepted });
const cpuIn = (book: PriceBook, region: string) => rateOf(book, { ...CPU, region });

test("a price that moved is taken, with the day, the source and the provider's own word", () => {
  const { book, changed, why } = compare(reread({ [ROW]: "0.05" }));
  expect(why).toBeUndefined();
  expect(changed).toEqual([{ row: ROW, fromUsd: "0.0466", toUsd: "0.05" }]);
  expect(cpuIn(book, "westeurope")).toMatchObject({
    id: `${ROW}@${DAY}:0.05`,
    usd: "0.05",
    asOf: DAY,
    confidence: "high",
    source: expect.stringContaining("Azure Retail Prices API") as string,
  });
  expect(book.collected).toBe(DAY);
  expect(book.rates.size).toBe(BOOK.rates.size);
});

test("the same reading again makes no new book, so prices in force keep their ids", () => {
  const first = compare(reread({ [ROW]: "0.05" }));
  const again = comparePrices(first.book, "aci", reread({ [ROW]: "0.05" }), {
    day: "2026-12-02",
    accepted: [],
  });
  expect(again.book).toBe(first.book);
  expect(again).toMatchObject({ changed: [], added: [], quarantined: [] });
});

test("a book does not grow with its refreshes: what is replaced leaves it", () => {
  const first = compare(reread({ [ROW]: "0.05" })).book;
  const second = compare(reread({ [ROW]: "0.055" }), [], first).book;
  const figures = (book: PriceBook) => book.cards.flatMap(({ usd }) => Object.keys(usd)).length;
  expect(figures(second)).toBe(figures(BOOK));
});

test.each([
  ["0.0700", "up"],
  ["0.0232", "down"],
  ["0", "to nothing"],
])("a jump to %s (%s) is quarantined: the old price stays and the report names both", (usd) => {
  const { book, quarantined, changed } = compare(reread({ [ROW]: usd }));
  expect(quarantined).toEqual([
    { row: ROW, bookUsd: "0.0466", readUsd: usd, why: expect.stringContaining("more than 50 %") as string },
  ]);
  expect(changed).toEqual([]);
  expect(cpuIn(book, "westeurope")).toEqual(cpuIn(BOOK, "westeurope"));
});

test("exactly 50 % is no jump", () => {
  expect(compare(reread({ [ROW]: "0.0699" })).quarantined).toEqual([]);
  expect(compare(reread({ [ROW]: "0.0233" })).quarantined).toEqual([]);
});

test("accepting a jump lets exactly that figure through, and no other", () => {
  const fresh = reread({ [ROW]: "0.08" });
  expect(compare(fresh, [{ row: ROW, usd: "0.080" }]).changed).toEqual([
    { row: ROW, fromUsd: "0.0466", toUsd: "0.08" },
  ]);
  expect(compare(fresh, [{ row: ROW, usd: "0.09" }]).quarantined).toHaveLength(1);
  expect(compare(fresh, [{ row: "aci/eastus/linux/cpu-second", usd: "0.08" }]).quarantined).toHaveLength(1);
});

test("a row that vanished stays, with its old date, and is named", () => {
  const fresh = asRead().filter((price) => priceKey(price) !== ROW);
  const { book, vanished, why } = compare(fresh);
  expect(why).toBeUndefined();
  expect(vanished).toEqual([ROW]);
  expect(cpuIn(book, "westeurope")).toEqual(cpuIn(BOOK, "westeurope"));
});

test("a new row is taken when it costs about what it costs elsewhere, and waits when it does not", () => {
  const region = "francecentral";
  expect(cpuIn(BOOK, region)).toBeUndefined();
  const near = compare([...asRead(), { ...CPU, region, usd: "0.0486" }]);
  expect(near.added).toEqual([`aci/${region}/linux/cpu-second`]);
  expect(cpuIn(near.book, region)).toMatchObject({ usd: "0.0486", asOf: DAY });
  for (const usd of ["0.486", "0.00486", "0"]) {
    const far = compare([...asRead(), { ...CPU, region, usd }]);
    expect(far.quarantined).toMatchObject([{ row: `aci/${region}/linux/cpu-second`, readUsd: usd }]);
    expect(cpuIn(far.book, region)).toBeUndefined();
  }
});

test("a row of a region that the book does not know is passed over", () => {
  const { book, added, read } = compare([...asRead(), { ...CPU, region: "usgovtexas", usd: "0.05" }]);
  expect(added).toEqual([]);
  expect(read).toBe(asRead().length);
  expect(cpuIn(book, "usgovtexas")).toBeUndefined();
});

test("a price per another unit than the book's is quarantined", () => {
  const fresh = asRead().map((price) =>
    priceKey(price) === ROW ? { ...price, unit: "vCPU-second" } : price,
  );
  expect(compare(fresh).quarantined).toMatchObject([
    { row: ROW, why: expect.stringContaining("vCPU-second") as string },
  ]);
});

test("when many prices jump at once nothing is taken: that is another unit or currency", () => {
  const fresh = asRead().map((price) => ({ ...price, usd: new BigDecimal(price.usd).times(100).toFixed() }));
  const { book, why, changed } = compare(fresh);
  expect(why).toContain("far off the book's");
  expect(changed).toEqual([]);
  expect(book).toBe(BOOK);
});

test("when most of the book is missing from a reading nothing is taken: it was not complete", () => {
  const { book, why } = compare(reread({ [ROW]: "0.05" }).slice(0, 20));
  expect(why).toContain("not taken for complete");
  expect(book).toBe(BOOK);
});

test("what a reading does not speak of is as it was: other providers, regions, traffic, addresses", () => {
  const { book } = compare(reread({ [ROW]: "0.05" }));
  const others = (one: PriceBook) =>
    pricesOf(one).filter(({ id }) => !asRead().some((price) => id.startsWith(`${priceKey(price)}@`)));
  expect(new Set(others(book).map(({ id }) => id))).toEqual(new Set(others(BOOK).map(({ id }) => id)));
  expect(book.regions).toEqual(BOOK.regions);
});

test("whatever is read, no price that counts moves by more than half without somebody's word", () => {
  const prices = asRead();
  const factor = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom("1", "1.2", "0.8", "1.5", "0.5") },
    { weight: 1, arbitrary: fc.constantFrom("1.51", "0.49", "3", "0.1", "0") },
  );
  fc.assert(
    fc.property(fc.array(factor, { minLength: prices.length, maxLength: prices.length }), (factors) => {
      const fresh = prices.map((price, index) => ({
        ...price,
        usd: new BigDecimal(price.usd).times(factors[index] ?? "1").toFixed(),
      }));
      const { book } = compare(fresh);
      for (const price of prices) {
        const now = new BigDecimal(rateOf(book, price)?.usd ?? "-1");
        expect(now.gte(new BigDecimal(price.usd).times("0.5")), priceKey(price)).toBe(true);
        expect(now.lte(new BigDecimal(price.usd).times("1.5")), priceKey(price)).toBe(true);
      }
    }),
    { numRuns: 50 },
  );
});

test("a newer release's book keeps what was read live since, and brings everything else", () => {
  const kept = compare(reread({ [ROW]: "0.05" })).book;
  const added = {
    ...CPU,
    asOf: "2026-12-10",
    confidence: "medium",
    source: "a page",
    usd: { francecentral: "0.05" },
  } as const;
  const shipped = makeBook("2026-12-10", [...BOOK.cards, added], BOOK.regions);
  const newer = newerBook(shipped, kept);
  expect(cpuIn(newer, "westeurope")).toMatchObject({ usd: "0.05", asOf: DAY });
  expect(cpuIn(newer, "francecentral")).toMatchObject({ usd: "0.05", asOf: "2026-12-10" });
  expect(newer.collected).toBe("2026-12-10");
});

test("a newer release's later figure counts over one read live before it, and its corrections over old shipped ones", () => {
  const kept = compare(reread({ [ROW]: "0.05" })).book;
  const later = {
    ...CPU,
    asOf: "2026-12-10",
    confidence: "high",
    source: "a page",
    usd: { westeurope: "0.051" },
  } as const;
  const shipped = makeBook("2026-12-10", [later], BOOK.regions);
  const newer = newerBook(shipped, kept);
  expect(cpuIn(newer, "westeurope")).toMatchObject({ usd: "0.051" });
  // It lists nothing of ECS any more, and nobody has read that live.
  expect(pricesOf(newer).filter(({ provider }) => provider === "ecs")).toEqual([]);
});
