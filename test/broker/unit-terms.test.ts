import { expect, test } from "vitest";
import { moneyOf, timeBasedCeiling } from "../../src/broker/unit-terms.ts";
import { applyAccountRates } from "../../src/catalog/account-rates.ts";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import { cloudOffers } from "../../src/catalog/cloud-offers.ts";
import { withSharedBalancer } from "../../src/catalog/shared-balancer.ts";
import { aService } from "../catalog/needs.ts";
import { unit } from "../adapters/fixtures.ts";

test("a load balancer counts once at each place, however many replicas are there, and as an estimate: others may share it", () => {
  const book = builtInBook();
  const scale = { min: 4, max: 4 };
  const allotments = ["eu-west-1", "eu-west-2"].flatMap((region) => {
    const [offer] = cloudOffers("ecs", region, aService({ scale }), book);
    return offer === undefined
      ? []
      : [{ offer: withSharedBalancer(offer, {}, book), replicas: { min: 2, max: 2 } }];
  });
  const units = allotments.map(({ offer }, at) => unit(at + 1, offer.place));
  const { terms } = moneyOf({
    allotments,
    units,
    scale,
    labels: {},
    emergency: false,
    pricedAt: { book: "b" },
  });
  const balancers = terms.map((one) => one.terms.lines.find(({ meter }) => meter === "lb-hour"));
  expect(balancers).toHaveLength(2);
  for (const line of balancers)
    expect(line).toMatchObject({ measure: "hour", perSecond: "1", basis: "estimated", perReplica: false });
  const [cpu] = terms.map((one) => one.terms.lines.find(({ meter }) => meter === "cpu-second"));
  expect(cpu).toMatchObject({ basis: "metered", perReplica: true });
});

test("what an account gets off is in no term, and what a commitment pays frees nothing that a budget holds, requests aside", () => {
  const scale = { min: 1, max: 3 };
  const usage = { requestsPerMonth: 50_000_000 };
  const offers = cloudOffers("cloud-run", "europe-west1", aService({ scale, usage }), builtInBook());
  const discounts = [{ provider: "cloud-run", percent: "10" }] as const;
  const commitments = [{ provider: "cloud-run", usdPerHour: "100", until: 2 }] as const;
  const paid = (pools: typeof commitments | readonly []) =>
    offers.map((offer) =>
      applyAccountRates(offer, {
        rates: { discounts, commitments: pools },
        committedUsedUsdPerHour: {},
        asOf: "2026-11-20",
        now: 1,
      }),
    );
  expect(
    paid(commitments)
      .flatMap(({ price }) => price?.lines ?? [])
      .map(({ meter }) => meter),
  ).toContain("request");
  expect(paid(commitments).map(({ price }) => timeBasedCeiling(price))).toEqual(
    paid([]).map(({ price }) => timeBasedCeiling(price)),
  );
  const linesOf = (all: typeof offers) =>
    all.flatMap((offer) => {
      const allotments = [{ offer, replicas: scale }];
      const units = [unit(1, offer.place)];
      const given = { scale, labels: {}, emergency: false, pricedAt: { book: "b" } };
      return moneyOf({ allotments, units, ...given }).terms.map(({ terms }) => terms.lines);
    });
  expect(linesOf(paid(commitments))).toEqual(linesOf(offers));
});
