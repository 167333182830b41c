import { Big } from "big.js";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { builtInBook } from "../../../src/catalog/shipped-book.ts";
import { cloudOffers } from "../../../src/catalog/cloud-offers.ts";
import type { Offer } from "../../../src/domain/offer.ts";
import { changedBook, scale } from "../../../src/policy/simulate/changed-book.ts";
import type { PriceChanges } from "../../../src/policy/simulate/price-changes.ts";
import { reprice } from "../../../src/policy/simulate/reprice.ts";
import { aService } from "../../catalog/needs.ts";
import { anOffer } from "../arbitraries.ts";

/** A line keeps twelve decimal places, and a price has few lines. */
const ROUNDING_USD = "0.0000000001";
const apart = (a: string, b: string): Big => new Big(a).minus(b).abs();

const book = builtInBook();
const needs = aService({});

/** Offers of a target, as adapters name them. */
const OFFERS: readonly Offer[] = [
  ...cloudOffers("ecs", "eu-west-1", needs, book),
  ...cloudOffers("cloud-run", "europe-west1", needs, book),
  ...cloudOffers("aci", "westeurope", needs, book),
  ...cloudOffers("ecs", "eu-central-1", needs, book, () => true),
].map((offer) => ({ ...offer, id: `there/${offer.id}`, place: { ...offer.place, target: "there" } }));

const repriced = (offers: readonly Offer[], changes: PriceChanges) =>
  reprice(offers, needs, { book, changed: changedBook(book, changes), changes });

test("offers that no change speaks of keep their very price", () => {
  const { offers, kept } = repriced(OFFERS, { percent: { "cloud-run": "50" } });
  expect(kept).toEqual([]);
  offers.forEach((offer, index) => {
    if (offer.place.provider !== "cloud-run") expect(offer).toBe(OFFERS[index]);
  });
});

test("a percent on a cloud changes the three prices of each of its offers by that, to the digits a line keeps", () => {
  fc.assert(
    fc.property(fc.integer({ min: -90, max: 200 }).map(String), (percent) => {
      const changes = { percent: { ecs: percent, aci: percent, "cloud-run": percent } };
      const { offers, kept } = repriced(OFFERS, changes);
      expect(kept).toEqual([]);
      offers.forEach(({ price }, index) => {
        const before = OFFERS[index]?.price;
        for (const amount of ["floorUsd", "expectedUsd", "ceilingUsd"] as const)
          if (before !== undefined)
            expect(apart(price?.[amount] ?? "0", scale(before[amount], percent)).lt(ROUNDING_USD)).toBe(true);
      });
    }),
    { numRuns: 10 },
  );
});

test("an offer whose price the book did not make keeps it, and is told apart", () => {
  const [first] = OFFERS;
  if (first === undefined) throw new Error("the book offers nothing in eu-west-1");
  const own = { ...first, price: anOffer("any").price };
  const stranger = anOffer("there/ecs/eu-west-1/of-another-make", { place: first.place });
  const { offers, kept } = repriced([own, stranger], { percent: { ecs: "10" } });
  expect(offers).toEqual([own, stranger]);
  expect(kept).toEqual([own, stranger]);
});

test("own hosts follow the percent of agents, line by line", () => {
  const line = {
    meter: "cpu-hour",
    quantity: "730",
    unit: "vCPU-hour",
    rateUsd: "0.01",
    usd: "7.3",
    asOf: "",
    source: "",
  };
  const host = anOffer("host", { place: { provider: "agents", region: "home", host: "a" } });
  const price = host.price && { ...host.price, lines: [line] };
  const [offer] = repriced([{ ...host, price }], { percent: { agents: "-50" } }).offers;
  expect(offer?.price).toMatchObject({ expectedUsd: "5", lines: [{ rateUsd: "0.005", usd: "3.65" }] });
});

test("an own host without a price has none after a percent either, and follows no rate of a cloud", () => {
  const place = { provider: "agents", target: "home", region: "rack", host: "a" } as const;
  const unpriced = anOffer("home/a", { place, price: undefined });
  const priced = anOffer("home/b", { place });
  const up = repriced([unpriced, priced], { percent: { agents: "50" } }).offers;
  expect(up.map(({ price }) => price?.expectedUsd)).toEqual([undefined, "15"]);
});
