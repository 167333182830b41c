import { expect, test } from "vitest";
import { nearestChange, nearestSentence } from "../../src/policy/nearest-change.ts";
import { replicaRanges } from "../../src/policy/replica-ranges.ts";
import { splitPrice } from "../../src/policy/split-price.ts";
import { spreadValue } from "../../src/policy/spread.ts";
import { anOffer, aPrice } from "./arbitraries.ts";

const part = (id: string, replicas: number, changes: Parameters<typeof anOffer>[1] = {}) => ({
  ranked: { offer: anOffer(id, changes), total: 1, scores: {} },
  replicas,
});

test("one place has its own price, and hosts that cost the same have that of one", () => {
  const price = aPrice("9");
  expect(splitPrice([part("a", 2, { price })])).toBe(price);
  expect(splitPrice([part("a", 2, { price }), part("b", 1, { price: aPrice("9") })])).toBe(price);
  expect(splitPrice([])).toBeUndefined();
});

test("nothing that runs is priced by halves, and a place without a price leaves none", () => {
  const resting = [part("a", 0, { price: aPrice("4") }), part("b", 0, { price: aPrice("6") })];
  expect(splitPrice(resting)?.expectedUsd).toBe("5");
  expect(splitPrice([part("a", 1), part("b", 1, { price: undefined })])).toBeUndefined();
});

test("the dates of the price are the oldest and the newest of all places", () => {
  const old = { ...aPrice("4"), asOf: { from: "2025-01-01", to: "2025-06-01" } };
  expect(splitPrice([part("a", 1, { price: old }), part("b", 1)])?.asOf).toEqual({
    from: "2025-01-01",
    to: "2026-01-02",
  });
  expect(splitPrice([part("a", 1), part("b", 1, { price: old })])?.asOf).toEqual({
    from: "2025-01-01",
    to: "2026-01-02",
  });
});

test("clouds share what may come on top as far as they have room; hosts stay as they are", () => {
  const host = { place: { provider: "agents", target: "home", region: "home", host: "h" } } as const;
  const ranges = replicaRanges([part("a", 1, { capacityReplicas: 2 }), part("b", 1), part("c", 1, host)], {
    min: 3,
    max: 9,
  });
  expect(ranges).toEqual([
    { min: 1, max: 2 },
    { min: 1, max: 6 },
    { min: 1, max: 1 },
  ]);
});

test("an offer is of one provider, target, region and country", () => {
  const offer = anOffer("a", { jurisdictions: ["EU", "IE", "EEA"] });
  expect(
    (["provider", "target", "region", "jurisdiction"] as const).map((over) => spreadValue(offer, over)),
  ).toEqual(["cloud-run", "gcp", "cloud-run/eu-west-1", "IE"]);
  const nowhere = anOffer("b", { jurisdictions: [], place: { provider: "ecs", region: "x" } });
  expect([spreadValue(nowhere, "target"), spreadValue(nowhere, "jurisdiction")]).toEqual([
    "ecs/x",
    "unknown",
  ]);
});

test("among places of one price the nearest is the first by id, and one without a price comes last", () => {
  const reasons = [{ rule: "pin", message: "pinned elsewhere" }];
  const refused = (id: string, usd?: string) => ({
    offer: anOffer(id, {
      price: usd === undefined ? undefined : aPrice(usd),
      place: { provider: "ecs", region: id },
    }),
    reasons,
  });
  expect(nearestChange([refused("z"), refused("b", "5"), refused("a", "5"), refused("y")])?.first).toBe(
    "ecs/a",
  );
  expect(nearestChange([refused("z"), refused("y")])?.first).toBe("ecs/y");
  const one = nearestChange([refused("z", "1")]);
  expect(one && nearestSentence(one)).toBe("Nearest is ecs/z. All that stands against it: pinned elsewhere");
  const more = [...reasons, { rule: "spot", message: "Spot" }];
  expect(nearestChange([{ ...refused("q", "1"), reasons: more }, refused("z")])?.rules).toEqual(["pin"]);
});
