import { expect, test } from "vitest";
import { moneyOf } from "../../src/broker/unit-terms.ts";
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
