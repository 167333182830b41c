import * as fc from "fast-check";
import { expect, test } from "vitest";
import { bitsWhere } from "../../../src/policy/pack/bits.ts";
import { Facets } from "../../../src/policy/pack/facets.ts";
import { TierColumns } from "../../../src/policy/pack/tier-columns.ts";
import type { TierWhere } from "../../../src/policy/soft-rules.ts";
import { tierOf } from "../../../src/policy/tiers.ts";
import { anOffer, OPEN_POLICY } from "../arbitraries.ts";

const offers = fc
  .array(
    fc.record({
      provider: fc.constantFrom("ecs" as const, "aci" as const),
      target: fc.constantFrom("one", "two", undefined),
      region: fc.constantFrom("eu-west-1", "us-east-1"),
      zone: fc.constantFrom("IE", "US"),
      billing: fc.constantFrom("spot" as const, "on-demand" as const),
      arch: fc.constantFrom("amd64" as const, "arm64" as const, "any" as const),
      labels: fc.constantFrom({ tier: "gold" }, {}),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((list) =>
    list.map(({ provider, target, region, zone, billing, arch, labels }, at) => {
      const shape = { milliCpu: 250, memoryMiB: 512, ephemeralStorageGiB: 20, arch };
      const place = { provider, target, region };
      return anOffer(`${at}`, { place, jurisdictions: [zone], billing, shape, labels });
    }),
  );
/** Tiers that look at one or two respects: with more, what is forgotten of one is mostly told apart by another. */
const wheres: fc.Arbitrary<TierWhere> = fc
  .subarray<TierWhere>(
    [
      { providers: ["ecs"] },
      { targets: ["one"] },
      { regions: ["eu-west-1"] },
      { regions: ["ecs/us-east-1"] },
      { jurisdictions: ["US"] },
      { billing: ["spot"] },
      { arch: ["arm64"] },
      { labels: { tier: "gold" } },
    ],
    { minLength: 1, maxLength: 2 },
  )
  .map((parts) => Object.assign({}, ...parts));

test("every offer is in the tier that takes it in by itself, whatever the tiers look at", () => {
  fc.assert(
    fc.property(offers, fc.array(wheres, { minLength: 1, maxLength: 2 }), (list, all) => {
      const tiers = all.map((where, at) => ({ name: `t${at}`, where }));
      const columns = new TierColumns(new Facets(list));
      const alone = list.map((offer) => tierOf(offer, tiers, () => false) ?? tiers.length);
      const { of, members } = columns.of({ ...OPEN_POLICY, tiers });
      expect([...of]).toEqual(alone);
      expect(members).toEqual(
        [...tiers, "none"].map((_, tier) => bitsWhere(list.length, (at) => alone[at] === tier)),
      );
    }),
    { numRuns: 500 },
  );
});
