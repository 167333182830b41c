import { deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { decodeReceipt, partsOf } from "../../../src/policy/receipt/decode.ts";
import { encodeReceipt } from "../../../src/policy/receipt/encode.ts";
import { replayReceipt } from "../../../src/policy/receipt/replay.ts";
import { aService } from "../../catalog/needs.ts";
import { OPEN_GATEWAY, OPEN_POLICY } from "../arbitraries.ts";
import { market } from "./market.ts";
import { receiptOf } from "./receipts.ts";

/** The most a receipt of 5,000 offers may take, with all their price lines and refusals. */
const MOST_BYTES = 256 * 1024;

const inputs = (offers: ReturnType<typeof market>) => ({
  now: 1_795_000_000_000,
  needs: aService({ arch: "any" }),
  offers,
  policy: {
    ...OPEN_POLICY,
    weights: { cost: 0.5, latency: 0.2, carbon: 0.1, fidelity: 0.1, stability: 0.1 },
  },
  users: [{ latitude: 52.52, longitude: 13.4, weight: 1 }],
  gateway: OPEN_GATEWAY,
});

describe("a receipt of 5,000 offers", () => {
  test.each([1, 2, 3])("takes at most 256 KiB with all price lines and refusals (market %i)", (seed) => {
    const receipt = receiptOf(inputs(market(5_000, seed)));
    expect(receipt.outcome.rejected.length).toBeGreaterThan(400);
    const { manifest, parts } = encodeReceipt(receipt);
    const bytes = [manifest, ...parts.values()].map((text) => deflateRawSync(text).length);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(MOST_BYTES);
  });
});

describe("a receipt whose parts are gone", () => {
  const { hash, manifest, parts } = encodeReceipt(receiptOf(inputs(market(30))));
  const without = (gone: readonly string[]) =>
    decodeReceipt(hash, manifest, (part) => (gone.includes(part) ? undefined : parts.get(part)));

  test("says which", () => {
    const [offers = ""] = parts.keys();
    expect(without([offers])).toEqual({
      ok: false,
      because: "its offers are no longer kept",
      missing: ["offers"],
    });
    expect(without([...parts.keys()])).toMatchObject({
      missing: ["offers", "policy", "targets without offers", "ranked offers", "refusals"],
    });
  });

  test("names every part in its manifest, so that what stores it can keep them", () => {
    expect(new Set(partsOf(manifest))).toEqual(new Set(parts.keys()));
  });

  test("is refused when a part is another than its name says", () => {
    const swapped = decodeReceipt(hash, manifest, () => "[]");
    expect(swapped).toMatchObject({ ok: false, missing: [] });
    expect(swapped).toHaveProperty("because", expect.stringContaining("another hash than their name"));
  });

  test("is refused when its own text is another than its name says, or of another form", () => {
    expect(decodeReceipt(hash, `${manifest} `, (part) => parts.get(part))).toMatchObject({ ok: false });
    expect(partsOf("{}")).toEqual([]);
    expect(partsOf("no JSON")).toEqual([]);
  });
});

describe("the first difference of a replay", () => {
  const receipt = receiptOf(inputs(market(300)));
  const [best, second] = receipt.outcome.ranked;
  const replayed = (outcome: Partial<typeof receipt.outcome>) =>
    replayReceipt({ ...receipt, outcome: { ...receipt.outcome, ...outcome } }).difference;

  test("names the place that would be chosen now and the one that was then", () => {
    expect(replayed({ chosen: second?.offer })).toEqual({
      what: "the place chosen",
      was: expect.stringContaining(receipt.inputs.offers[second?.offer ?? -1]?.id ?? "none"),
      is: expect.stringContaining(receipt.inputs.offers[best?.offer ?? -1]?.id ?? "none"),
    });
  });

  test("names the score that is another", () => {
    const ranked = receipt.outcome.ranked.map((one, index) =>
      index === 1 ? { ...one, scores: { ...one.scores, cost: 0.5 } } : one,
    );
    expect(replayed({ ranked })?.what).toMatch(/^the scores of .* rank 2$/);
  });

  test("names the refusal that is another", () => {
    const rejected = receipt.outcome.rejected.map((one, index) =>
      index === 0 ? { ...one, reasons: [{ rule: "size", message: "another sentence" }] } : one,
    );
    expect(replayed({ rejected })).toMatchObject({ what: expect.stringMatching(/^why .* is refused$/) });
  });

  test("says which version of the rules decided then", () => {
    expect(replayReceipt({ ...receipt, rules: 0 }).rules).toMatchObject({ decided: 0 });
  });
});
