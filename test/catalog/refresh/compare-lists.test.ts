import * as fc from "fast-check";
import { expect, test } from "vitest";
import { makeBook, type PriceBook, tiersOf } from "../../../src/catalog/book.ts";
import { builtInBook } from "../../../src/catalog/shipped-book.ts";
import { BigDecimal } from "../../../src/catalog/decimal.ts";
import { comparePrices } from "../../../src/catalog/refresh/compare-prices.ts";
import { type FreshPrice, priceKey, stepKey } from "../../../src/catalog/refresh/fresh-price.ts";
import { LISTINGS } from "../../../src/catalog/refresh/listings.ts";
import { newerBook } from "../../../src/catalog/refresh/newer-book.ts";
import { type Cloud, CLOUDS } from "../../../src/domain/place.ts";

const BOOK = builtInBook();
const DAY = "2026-12-01";
const EGRESS = {
  provider: "aci",
  region: "westeurope",
  product: "egress",
  meter: "egress-gib",
  unit: "GiB",
} as const;
const ROW = "aci/westeurope/egress/egress-gib";

/** Everything the book has of a provider's lists, as a reading. */
function asRead(provider: Cloud = "aci", book: PriceBook = BOOK): readonly FreshPrice[] {
  const names = new Set(
    LISTINGS[provider].flatMap(({ known }) => known.map(({ product, meter }) => `${product}/${meter}`)),
  );
  return book.cards
    .filter((card) => card.provider === provider && names.has(`${card.product}/${card.meter}`))
    .flatMap(({ product, meter, unit, usd, from, to }) =>
      Object.entries(usd).map(([region, value = ""]) => ({
        provider,
        product,
        meter,
        unit,
        region,
        usd: value,
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
      })),
    )
    .toSorted((a, b) => new BigDecimal(a.from ?? 0).cmp(b.from ?? 0));
}
const reread = (changes: Readonly<Record<string, string>>): readonly FreshPrice[] =>
  asRead().map((price) => ({ ...price, usd: changes[stepKey(price)] ?? price.usd }));
const isEgress = ({ product }: FreshPrice) => product === "egress";
const compare = (fresh: readonly FreshPrice[], more: Partial<Parameters<typeof comparePrices>[3]> = {}) =>
  comparePrices(BOOK, "aci", fresh, { day: DAY, accepted: [], ...more });
const stepsIn = (book: PriceBook, region = "westeurope") =>
  tiersOf(book, { ...EGRESS, region }).map(({ from, to, usd }) => [from, to, usd]);
const egressIn = (fresh: readonly FreshPrice[], changes: (price: FreshPrice) => readonly FreshPrice[]) =>
  fresh.flatMap((price) => (priceKey(price) === ROW ? changes(price) : [price]));

const charged = (book: PriceBook, price: FreshPrice) =>
  tiersOf(book, price).map(({ from = "0", usd, freePerMonth }) => ({ from, usd, freePerMonth }));

test.each(CLOUDS)("every row of %s on a list is confirmed by a reading that says the same", (provider) => {
  const { changed, added, quarantined, vanished, unread, unreadRows, book } = comparePrices(
    BOOK,
    provider,
    asRead(provider),
    { day: DAY, accepted: [] },
  );
  expect({ changed, added, quarantined, vanished, unread, unreadRows }).toEqual({
    changed: [],
    added: [],
    quarantined: [],
    vanished: [],
    unread: [],
    unreadRows: [],
  });
  for (const price of asRead(provider)) {
    expect(charged(book, price), stepKey(price)).toEqual(charged(BOOK, price));
  }
});

test("one step that moved is named by where it begins, and all steps have the day of the reading", () => {
  const { book, changed } = compare(reread({ [`${ROW}+100`]: "0.08" }));
  expect(changed).toEqual([{ row: `${ROW}+100`, fromUsd: "0.087", toUsd: "0.08" }]);
  const [first, ...others] = stepsIn(BOOK);
  expect(stepsIn(book)).toEqual([first, ["100", "10335", "0.08"], ...others.slice(1)]);
  expect(new Set(tiersOf(book, EGRESS).map(({ asOf }) => asOf))).toEqual(new Set([DAY]));
  expect(tiersOf(book, EGRESS)[1]?.source).toContain("Bandwidth");
});

test("one step far off leaves all of them as they were, until that step's figure is accepted", () => {
  const fresh = reread({ [`${ROW}+100`]: "0.87", [`${ROW}+10335`]: "0.08" });
  const { book, quarantined, changed } = compare(fresh);
  expect(quarantined).toMatchObject([{ row: `${ROW}+100`, bookUsd: "0.087", readUsd: "0.87" }]);
  expect(changed).toEqual([]);
  expect(stepsIn(book)).toEqual(stepsIn(BOOK));
  const accepted = [{ row: `${ROW}+100`, usd: "0.870" }];
  expect(compare(fresh, { accepted }).changed.map(({ row }) => row)).toEqual([`${ROW}+100`, `${ROW}+10335`]);
  expect(compare(fresh, { accepted: [{ row: ROW, usd: "0.87" }] }).quarantined).toHaveLength(1);
});

test.each<readonly [what: string, changes: (price: FreshPrice) => readonly FreshPrice[], why: string]>([
  [
    "begin elsewhere",
    (price) => [price.from === "100" ? { ...price, from: "5" } : price],
    "begin at other amounts",
  ],
  [
    "became one price",
    ({ from, to: _to, ...price }) => (from === "100" ? [price] : []),
    "the book has steps of price for it",
  ],
  ["are fewer", (price) => (price.from === "153695" ? [] : [price]), "begin at other amounts"],
])("steps that %s wait until every figure of them is accepted", (_what, changes, why) => {
  const fresh = egressIn(asRead(), changes);
  const read = fresh.filter((price) => priceKey(price) === ROW);
  const accepted = read.map((price) => ({ row: stepKey(price), usd: price.usd }));
  const waiting = compare(fresh, { accepted: accepted.slice(1) });
  expect(waiting.quarantined).toMatchObject([
    { row: accepted[0]?.row, why: expect.stringContaining(why) as string },
  ]);
  expect(stepsIn(waiting.book)).toEqual(stepsIn(BOOK));
  const { book, quarantined } = compare(fresh, { accepted });
  expect(quarantined).toEqual([]);
  expect(stepsIn(book).map(([from = "0", , usd]) => [from, usd])).toEqual(
    read.map(({ from = "0", usd }) => [from, usd]),
  );
});

test("a new price in steps, the first free, is held against what the steps cost elsewhere", () => {
  const fresh = asRead();
  const lacking = makeBook(
    BOOK.collected,
    BOOK.cards.map((card) => {
      const { westeurope, ...usd } = card.usd;
      return card.provider === "aci" && card.product === "egress" && westeurope !== undefined
        ? { ...card, usd }
        : card;
    }),
    BOOK.regions,
  );
  const near = comparePrices(lacking, "aci", fresh, { day: DAY, accepted: [] });
  expect(near.added).toEqual([ROW, ...["100", "10335", "51295", "153695"].map((from) => `${ROW}+${from}`)]);
  expect(stepsIn(near.book)).toEqual(stepsIn(BOOK));
  const dear = egressIn(fresh, (price) => [{ ...price, usd: new BigDecimal(price.usd).times(10).toFixed() }]);
  const far = comparePrices(lacking, "aci", dear, { day: DAY, accepted: [] });
  expect(far.added).toEqual([]);
  expect(far.quarantined[0]).toMatchObject({ row: `${ROW}+100`, readUsd: "0.87" });
  expect(stepsIn(far.book)).toEqual([]);
});

test("a list that was not read keeps its rows, which are named, and the others are taken", () => {
  const changes = { "aci/westeurope/linux/cpu-second": "0.05", [`${ROW}+100`]: "0.08" };
  const silent = [{ list: "Bandwidth", why: "answered 500" }];
  const fresh = reread(changes).filter((price) => !isEgress(price));
  const { book, changed, unread, unreadRows, vanished, why } = compare(fresh, { unread: silent });
  expect(why).toBeUndefined();
  expect(changed.map(({ row }) => row)).toEqual(["aci/westeurope/linux/cpu-second"]);
  expect(unread).toEqual(silent);
  expect(unreadRows).toContain(ROW);
  expect(unreadRows.every((row) => row.endsWith("/egress/egress-gib"))).toBe(true);
  expect(vanished).toEqual([]);
  expect(stepsIn(book)).toEqual(stepsIn(BOOK));
});

test("a list beside the containers that is in another unit is left whole, with the reason, and no other is", () => {
  const fresh = reread({ "aci/westeurope/linux/cpu-second": "0.05" }).map((price) =>
    isEgress(price) ? { ...price, usd: new BigDecimal(price.usd).times(100).toFixed() } : price,
  );
  const { book, changed, unread, unreadRows, why } = compare(fresh);
  expect(why).toBeUndefined();
  expect(changed.map(({ row }) => row)).toEqual(["aci/westeurope/linux/cpu-second"]);
  expect(unread).toEqual([
    { list: "Bandwidth", why: expect.stringContaining("far off the book's") as string },
  ]);
  expect(unreadRows).toContain(ROW);
  expect(stepsIn(book)).toEqual(stepsIn(BOOK));
});

test("doubt about the containers is one about the whole reading", () => {
  const fresh = reread({ [`${ROW}+100`]: "0.08" }).map((price) =>
    isEgress(price) ? price : { ...price, usd: new BigDecimal(price.usd).times(100).toFixed() },
  );
  const { book, why, changed } = compare(fresh);
  expect(why).toContain("far off the book's");
  expect(changed).toEqual([]);
  expect(book).toBe(BOOK);
});

test("a price that comes region by region stands before the one for all regions, which is not missed", () => {
  const secret = {
    provider: "ecs",
    product: "secrets",
    meter: "secret-month",
    unit: "secret-month",
  } as const;
  const others = asRead("ecs").filter(({ product }) => product !== "secrets");
  const fresh = [...others, { ...secret, region: "eu-west-1", usd: "0.45" }];
  const { book, added, vanished } = comparePrices(BOOK, "ecs", fresh, { day: DAY, accepted: [] });
  expect(added).toEqual(["ecs/eu-west-1/secrets/secret-month"]);
  expect(vanished).toEqual([]);
  expect(tiersOf(book, { ...secret, region: "eu-west-1" }).map(({ usd }) => usd)).toEqual(["0.45"]);
  expect(tiersOf(book, { ...secret, region: "eu-west-2" }).map(({ usd }) => usd)).toEqual(["0.4"]);
});

test("a newer release keeps the steps that were read live since, whole", () => {
  const kept = compare(reread({ [`${ROW}+100`]: "0.08" })).book;
  expect(stepsIn(newerBook(BOOK, kept))).toEqual(stepsIn(kept));
});

test("whatever is read of steps, they stay whole, rising, and within half of what they were", () => {
  const factor = fc.constantFrom("1", "1.2", "0.8", "1.5", "0.5", "1.6", "0.4", "10", "0");
  const dropped = fc.integer({ min: -1, max: 9 });
  fc.assert(
    fc.property(fc.array(factor, { minLength: 5, maxLength: 5 }), dropped, (factors, without) => {
      let at = -1;
      const fresh = egressIn(asRead(), (price) => {
        at += 1;
        const usd = new BigDecimal(price.usd).times(factors[at] ?? "1").toFixed();
        return at === without ? [] : [{ ...price, usd }];
      });
      const [before, after] = [stepsIn(BOOK), stepsIn(compare(fresh).book)];
      expect(after.map(([from, to]) => [from, to])).toEqual(before.map(([from, to]) => [from, to]));
      for (const [index, [, , usd = "0"]] of before.entries()) {
        const now = new BigDecimal(after[index]?.[2] ?? "-1");
        expect(now.gte(new BigDecimal(usd).times("0.5")) && now.lte(new BigDecimal(usd).times("1.5"))).toBe(
          true,
        );
      }
    }),
    { numRuns: 60 },
  );
});
