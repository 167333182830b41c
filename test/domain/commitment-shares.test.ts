import * as fc from "fast-check";
import { Big } from "big.js";
import { expect, test } from "vitest";
import { committedAt, shares, type Claim } from "../../src/domain/commitment-shares.ts";
import { sum } from "../../src/domain/money.ts";

const usd = fc.integer({ min: 0, max: 5_000 }).map((mills) => new Big(mills).div(1_000).toFixed());
const claims: fc.Arbitrary<readonly Claim[]> = fc.uniqueArray(
  fc.record({
    key: fc.integer({ min: 0, max: 20 }).map(String),
    since: fc.integer({ min: 0, max: 4 }),
    usdPerHour: usd,
  }),
  { selector: ({ key }) => key, maxLength: 8 },
);

test("together nobody gets more than there is, and nobody less than nothing or more than is used", () => {
  fc.assert(
    fc.property(usd, claims, (pool, all) => {
      const shared = shares(pool, all);
      expect(new Big(sum([...shared.values()])).lte(pool)).toBe(true);
      for (const { key, usdPerHour } of all) {
        const share = new Big(shared.get(key) ?? "-1");
        expect(share.gte(0) && share.lte(usdPerHour)).toBe(true);
      }
    }),
  );
});

test("nothing is left over while anybody could use it", () => {
  fc.assert(
    fc.property(usd, claims, (pool, all) => {
      const wanted = new Big(sum(all.map(({ usdPerHour }) => usdPerHour)));
      const given = sum([...shares(pool, all).values()]);
      expect(given).toBe((wanted.lt(pool) ? wanted : new Big(pool)).toFixed());
    }),
  );
});

test("the order in which claims are given changes nothing", () => {
  fc.assert(
    fc.property(
      usd,
      claims.chain((all) =>
        fc.tuple(
          fc.constant(all),
          fc.shuffledSubarray([...all], { minLength: all.length, maxLength: all.length }),
        ),
      ),
      (pool, [all, shuffled]) => {
        const record = (of: ReadonlyMap<string, string>) => Object.fromEntries(of);
        expect(record(shares(pool, shuffled))).toEqual(record(shares(pool, all)));
      },
    ),
  );
});

test("who comes later takes nothing from those who were there", () => {
  fc.assert(
    fc.property(usd, claims, usd, (pool, all, usdPerHour) => {
      const more = shares(pool, [{ key: "late", since: 9, usdPerHour }, ...all]);
      for (const [key, share] of shares(pool, all)) expect(more.get(key)).toBe(share);
    }),
  );
});

test("commitments of one provider that count are added up, until each ends", () => {
  const of = (usdPerHour: string, until: number, provider: "ecs" | "aci" = "ecs") => ({
    provider,
    usdPerHour,
    until,
  });
  const all = [of("0.1", 5), of("0.2", 9), of("4", 9, "aci")];
  expect([4, 5, 9].map((now) => committedAt(all, "ecs", now))).toEqual(["0.3", "0.2", "0"]);
});
