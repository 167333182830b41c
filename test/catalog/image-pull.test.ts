import { expect, test } from "vitest";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import { cloudOffers } from "../../src/catalog/cloud-offers.ts";
import { pullAssumption, pullSeconds } from "../../src/catalog/image-pull.ts";
import { needsOf } from "../../src/domain/needs-of.ts";
import { parseSpec } from "../../src/domain/parse-spec.ts";

const parsed = parseSpec({ name: "web", image: "ghcr.io/acme/web:1", port: 8080 });
if (!parsed.ok) throw new Error("the spec does not parse");
const needs = needsOf(parsed.spec);
const sized = (pullMiB: number) => ({ ...needs, images: { pullMiB, entrypoints: true } });

test("a larger image is billed longer, and one whose size nobody knows as a small one", () => {
  expect(pullSeconds(needs)).toBe(30);
  expect([sized(0), sized(1), sized(320), sized(3_200)].map(pullSeconds)).toEqual([10, 11, 30, 210]);
});

test("the size is said beside the price, and is in it", () => {
  const book = builtInBook();
  const of = (asked: typeof needs) => cloudOffers("ecs", "eu-west-1", asked, book)[0]?.price;
  expect(of(sized(3_200))?.assumes).toContain(
    "image-pull: each replica starts once a month and is billed 210 s for pulling 3200 MiB of images",
  );
  expect(pullAssumption(needs)).toContain("30 s for pulling its image");
  expect(Number(of(sized(3_200))?.expectedUsd)).toBeGreaterThan(Number(of(needs)?.expectedUsd));
});
