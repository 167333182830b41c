import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import { cloudOffers } from "../../src/catalog/cloud-offers.ts";
import { BigDecimal } from "../../src/catalog/decimal.ts";
import { MOST_BALANCER_SERVICES, withSharedBalancer } from "../../src/catalog/shared-balancer.ts";
import type { Needs } from "../../src/domain/needs.ts";
import type { Offer } from "../../src/domain/offer.ts";
import { sum } from "../../src/domain/money.ts";
import { aService } from "./needs.ts";

const book = builtInBook();
const HOUR_IN_IRELAND = "0.0252";

function plain(region = "eu-west-1", usage: Needs["usage"] = {}): Offer {
  const [offer] = cloudOffers("ecs", region, aService({ usage }), book);
  if (offer === undefined) throw new Error(`there is no ${region}`);
  return offer;
}
function shared(region: string, usage: Needs["usage"] = {}, sharedBy?: number): Offer {
  return withSharedBalancer(plain(region, usage), usage, book, sharedBy);
}
const line = (offer: Offer, meter: string) => offer.price?.lines.find((one) => one.meter === meter);
const more = (with_: string | undefined, without: string | undefined) =>
  new BigDecimal(with_ ?? "NaN").minus(without ?? "NaN").toFixed();
const omitted = (offer: Offer): string => (offer.price?.notPriced ?? []).join("\n");
const assumed = (offer: Offer): string => (offer.price?.assumes ?? []).join("\n");

describe("the load balancer that Express Mode shares", () => {
  test("costs a 25th of it at the floor and all of it otherwise, in lines that say so", () => {
    const [before, offer] = [plain(), shared("eu-west-1")];
    const whole = new BigDecimal(HOUR_IN_IRELAND).times(730);
    expect(more(offer.price?.expectedUsd, before.price?.expectedUsd)).toBe(whole.toFixed());
    expect(more(offer.price?.ceilingUsd, before.price?.ceilingUsd)).toBe(whole.toFixed());
    expect(more(offer.price?.floorUsd, before.price?.floorUsd)).toBe(
      whole.div(MOST_BALANCER_SERVICES).toFixed(),
    );
    expect(line(offer, "lb-hour")).toMatchObject({
      quantity: "730",
      rateUsd: HOUR_IN_IRELAND,
      asOf: "2026-09-14",
      note: "the whole load balancer of Express Mode",
    });
    expect(offer.boundLines?.floor.find(({ meter }) => meter === "lb-hour")).toMatchObject({
      quantity: "29.2",
      note: "1/25 of the load balancer of Express Mode",
    });
    expect(assumed(offer)).toContain("to itself");
  });

  test("costs the part that the owner tells, in what is expected and at the most", () => {
    const [before, offer] = [plain(), shared("eu-west-1", {}, 10)];
    expect(line(offer, "lb-hour")).toMatchObject({
      quantity: "73",
      note: "1/10 of the load balancer of Express Mode",
    });
    expect(more(offer.price?.ceilingUsd, before.price?.ceilingUsd)).toBe("1.8396");
    expect(assumed(offer)).toContain("10 services");
    expect(assumed(offer)).not.toContain("to itself");
  });

  test("counts traffic by the dearer of connections and bytes, and names it where no hint says how much", () => {
    const units = (usage: Needs["usage"]) => line(shared("eu-west-1", usage), "lcu-hour")?.quantity;
    expect(units({ requestsPerMonth: 900_000, egressGiBPerMonth: 3 })).toBe("10");
    expect(units({ requestsPerMonth: 90_000, egressGiBPerMonth: 30 })).toBe("30");
    expect(units({ requestsPerMonth: 0 })).toBeUndefined();
    expect(omitted(shared("eu-west-1", { requestsPerMonth: 0 }))).not.toContain("lcu-hour");
    expect(omitted(shared("eu-west-1"))).toContain("set usage.requestsPerMonth");
    const hinted = shared("eu-west-1", { requestsPerMonth: 900_000, egressGiBPerMonth: 3 });
    expect(hinted.boundLines?.ceiling.some(({ meter }) => meter === "lcu-hour")).toBe(true);
    expect(hinted.boundLines?.floor.some(({ meter }) => meter === "lcu-hour")).toBe(false);
  });

  test("is named and not priced where its rate is not known, and the offer stays", () => {
    const [before, offer] = [plain("eu-south-2"), shared("eu-south-2", { requestsPerMonth: 90_000 })];
    expect(offer.price?.expectedUsd).toBe(before.price?.expectedUsd);
    expect(omitted(offer)).toContain("lb-hour: the Application Load Balancer of Express Mode");
    expect(omitted(offer)).toContain("no rate is known in eu-south-2");
    expect(assumed(offer)).not.toContain("lb-hour");
    expect(omitted(shared("us-west-1", { requestsPerMonth: 90_000 }))).toContain("lcu-hour");
  });

  test("makes a price as unsure as its own rate, and as old", () => {
    expect(plain("us-west-1").price?.confidence).not.toBe("low");
    const offer = shared("us-west-1");
    expect(offer.price).toMatchObject({ confidence: "low", asOf: { from: "2023-08-01" } });
    expect(assumed(offer)).toContain("confidence:");
  });

  test("leaves an offer without a price as it was", () => {
    const { price: _price, boundLines: _lines, ...unpriced } = plain();
    expect(withSharedBalancer(unpriced, {}, book)).toEqual(unpriced);
  });

  test("keeps floor, expected and ceiling in order, and each the sum of its lines, however many share it", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("eu-west-1", "sa-east-1", "us-west-1", "eu-south-2"),
        fc.option(fc.integer({ min: 1, max: MOST_BALANCER_SERVICES }), { nil: undefined }),
        fc.option(fc.nat({ max: 1_000_000_000 }), { nil: undefined }),
        (region, sharedBy, requestsPerMonth) => {
          const usage = requestsPerMonth === undefined ? {} : { requestsPerMonth };
          const { price, boundLines } = shared(region, usage, sharedBy);
          const totals = [price?.floorUsd, price?.expectedUsd, price?.ceilingUsd].map(Number);
          expect(totals).toEqual(totals.toSorted((a, b) => a - b));
          const lines = [boundLines?.floor, price?.lines, boundLines?.ceiling];
          expect(lines.map((part = []) => Number(sum(part.map(({ usd }) => usd))))).toEqual(totals);
        },
      ),
    );
  });
});
