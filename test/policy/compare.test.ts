import { expect, test } from "vitest";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import { parseSpec } from "../../src/domain/parse-spec.ts";
import { compareEverywhere } from "../../src/policy/compare.ts";
import { COMPARE_POLICY, DEFAULT_POLICY } from "../../src/policy/policy.ts";

function aSpec(changes: Readonly<Record<string, unknown>> = {}) {
  const parsed = parseSpec({ name: "web", image: "ghcr.io/acme/web:1.4", port: 8080, ...changes });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.spec;
}

test("the smallest spec runs in all three clouds, priced", () => {
  const { placement } = compareEverywhere(aSpec(), builtInBook());
  const providers = new Set(placement.ranked.map(({ offer }) => offer.place.provider));
  expect(providers).toEqual(new Set(["ecs", "aci", "cloud-run"]));
  for (const { offer } of placement.ranked) expect(Number(offer.price?.ceilingUsd)).toBeGreaterThan(0);
});

test("every region of every cloud is ranked or rejected", () => {
  const book = builtInBook();
  const { placement } = compareEverywhere(aSpec(), book);
  const seen = new Set(
    [...placement.ranked, ...placement.rejected].map(
      ({ offer }) => `${offer.place.provider}/${offer.place.region}`,
    ),
  );
  expect(seen.size).toBe(book.regions.length);
});

test("a policy of one's own counts: the default one refuses Spot and clear text", () => {
  const { placement } = compareEverywhere(aSpec(), builtInBook(), DEFAULT_POLICY);
  expect(new Set(placement.ranked.map(({ offer }) => offer.place.provider))).toEqual(new Set(["cloud-run"]));
  const european = { ...COMPARE_POLICY, jurisdictions: [["EU"]] };
  const { placement: inEurope } = compareEverywhere(aSpec(), builtInBook(), european);
  expect(inEurope.ranked.every(({ offer }) => offer.jurisdictions.includes("EU"))).toBe(true);
});

test("a spec that no cloud takes is refused everywhere, each place with the field to change", () => {
  const { placement } = compareEverywhere(
    aSpec({ volumes: [{ name: "data", path: "/data", size: "10Gi", kind: "disk" }] }),
    builtInBook(),
  );
  expect(placement.ranked).toEqual([]);
  for (const { reasons } of placement.rejected)
    expect(reasons).toContainEqual(
      expect.objectContaining({ rule: "feature:disk-volumes", pointer: "/volumes/0" }),
    );
});
