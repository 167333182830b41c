import { expect, test } from "vitest";
import { repriced } from "../../src/broker/repriced.ts";
import { makeBook, type PriceCard, tiersOf } from "../../src/catalog/book.ts";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import type { TermLine } from "../../src/domain/ledger.ts";

const BOOK = builtInBook();
const PLACE = { provider: "aci", target: "azure", region: "westeurope" } as const;
const EGRESS = { provider: "aci", region: "westeurope", product: "egress", meter: "egress-gib" } as const;

const line = (rateId: string | undefined, usd: string, perSecond = "1"): TermLine => ({
  meter: "egress-gib",
  perSecond,
  measure: "GiB",
  listUsd: usd,
  effectiveUsd: usd,
  rateId,
  basis: "estimated",
  perReplica: false,
});
const of = (index: number): TermLine => {
  const rate = tiersOf(BOOK, EGRESS)[index];
  return line(rate?.id ?? "", rate?.usd ?? "");
};
const usdOf = (lines: readonly TermLine[]) => lines.map(({ effectiveUsd }) => effectiveUsd);
const CARD: PriceCard = {
  provider: "aci",
  product: "egress",
  meter: "egress-gib",
  unit: "GiB",
  asOf: "2026-11-23",
  source: "a test",
  confidence: "stated",
  usd: { westeurope: "0.03" },
};

test("lines in steps stay in their steps: the account's free allowance is no step of theirs", () => {
  expect(tiersOf(BOOK, EGRESS)[0]?.usd).toBe("0");
  const lines = [of(1), of(2)];
  expect(repriced({ book: BOOK, stated: undefined }, lines, PLACE)).toEqual(lines);
});

test("what an account states is the price of every step, and steps come back with the book", () => {
  const stated = makeBook("2026-11-23", [CARD], []);
  const lines = [of(1), of(2)];
  const own = repriced({ book: BOOK, stated }, lines, PLACE);
  expect(usdOf(own)).toEqual(["0.03", "0.03"]);
  expect(usdOf(repriced({ book: BOOK, stated: undefined }, own, PLACE))).toEqual(usdOf(lines));
});

test("it counts where the unit runs, also for a price that the book has for all regions alike", () => {
  const stated = makeBook("2026-11-23", [CARD], []);
  const everywhere = [line("aci/global/egress/egress-gib@2026-01-01:0.09", "0.09")];
  expect(usdOf(repriced({ book: BOOK, stated }, everywhere, PLACE))).toEqual(["0.03"]);
  expect(usdOf(repriced({ book: undefined, stated }, everywhere, { ...PLACE, region: "uksouth" }))).toEqual([
    "0.09",
  ]);
});

test("what no book knows, and what was of no book, stays as it is", () => {
  const lines = [line(undefined, "0.5"), line("aci/mars/egress/egress-gib@2026-01-01:7", "7")];
  expect(repriced({ book: BOOK, stated: undefined }, lines, PLACE)).toEqual(lines);
  expect(repriced({ book: undefined, stated: undefined }, [of(1)], PLACE)).toEqual([of(1)]);
});
