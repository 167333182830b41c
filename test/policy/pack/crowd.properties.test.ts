import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Offer } from "../../../src/domain/offer.ts";
import { askedOffer } from "../../../src/policy/pack/asked.ts";
import { Columns } from "../../../src/policy/pack/columns.ts";
import type { MarketOffer, PackItem } from "../../../src/policy/pack/market.ts";
import { Room } from "../../../src/policy/pack/room.ts";
import { tableOf } from "../../../src/policy/pack/table.ts";
import { place } from "../../../src/policy/place.ts";
import { aService } from "../../catalog/needs.ts";
import { anOffer, aPrice, OPEN_GATEWAY, OPEN_POLICY } from "../arbitraries.ts";

interface Made {
  readonly isFar: boolean;
  readonly billing: Offer["billing"];
  readonly share: number;
  readonly dearer: number;
  readonly pool: string;
  readonly gridGramsPerKwh: number;
}

/** What a crowd has in common, in cents where it is a price: what is dear comes late, when much is decided already. */
interface Manner {
  readonly range: number;
  readonly far: number;
  readonly steady: number;
  /** One in so many draws from nothing. */
  readonly open: number;
}

/** Offers that are looked at in several steps, in two regions; some draw from a pool, and some are hosts that do. */
const crowds = fc
  .tuple(
    fc.record<Manner>({
      range: fc.constantFrom(30, 900),
      far: fc.constantFrom(0, 600),
      steady: fc.constantFrom(0, 100),
      open: fc.constantFrom(2, 20, 50),
    }),
    fc.array(
      fc.record<Made>({
        isFar: fc.boolean(),
        billing: fc.constantFrom("spot", "on-demand"),
        share: fc.integer({ min: 1, max: 1_000 }),
        dearer: fc.constantFrom(0, 5),
        pool: fc.constantFrom("quota", "host", "own"),
        gridGramsPerKwh: fc.integer({ min: 20, max: 400 }),
      }),
      { minLength: 70, maxLength: 120, size: "max" },
    ),
  )
  .map(([manner, list]) => list.map((one, at) => offerOf(manner, one, at)));

function offerOf(
  { range, far, steady, open }: Manner,
  { isFar, billing, share, dearer, pool, gridGramsPerKwh }: Made,
  at: number,
): MarketOffer {
  const region = isFar ? "us-east-1" : "eu-west-1";
  const cents = 100 + (share * range) / 1_000 + (isFar ? far : 0) + (billing === "on-demand" ? steady : 0);
  const isOpen = at % open === 0;
  const offer = anOffer(`offer-${String(at).padStart(3, "0")}`, {
    place:
      pool === "host" && !isOpen
        ? { provider: "agents", target: "home", region, host: `h${at}` }
        : { provider: "ecs", target: "aws", region },
    billing,
    gridGramsPerKwh,
    price: aPrice((cents / 100).toFixed(4), (cents / 100 + dearer).toFixed(4)),
  });
  return { offer, pools: isOpen ? [] : [pool === "own" ? `own-${at}` : pool] };
}

/** What comes late may be better than what came before it. */
const GREEN = { ...OPEN_POLICY, weights: { ...OPEN_POLICY.weights, carbon: 2 } };

test("whatever a scan keeps back is outdone by something that it lets through", () => {
  fc.assert(
    fc.property(
      crowds,
      fc.boolean(),
      fc.boolean(),
      fc.constantFrom(1, 1, 1, 2, 3),
      fc.boolean(),
      (offers, isSpread, pays, replicas, isEven) => {
        const level = isEven ? offers.map(atOnePrice) : offers;
        const pools = [...new Set(level.flatMap((one) => one.pools))].map((id) => ({
          id,
          milliCpu: 1_000_000,
        }));
        const market = { offers: level, pools, budgets: [{ id: "shop", usdPerMonth: "9000" }] };
        const spread = { over: "region", minimum: 2, whenUnsatisfiable: "ignore" } as const;
        const policy = isSpread ? { ...GREEN, spread } : GREEN;
        const question = { needs: aService({}), policy, gateway: OPEN_GATEWAY };
        const item: PackItem = {
          id: "w",
          priority: 50,
          replicas,
          question,
          ...(pays ? { budgets: ["shop"] } : {}),
        };
        const table = tableOf(market, [item]);
        const { rows } = new Columns(table, level.length, new Room(table)).scan(item);
        const asked = level.map(({ offer }) => askedOffer(offer, item, undefined));
        const { ranked } = place({ ...question, offers: asked });
        const stands = ranked.map(({ offer, total }) => standOf(level, offer.id, total, isSpread, pays));
        const kept = stands.filter(({ row }) => rows.includes(row));
        const splits = replicas > 1;
        const highest = Math.max(...kept.map(({ total }) => total));
        for (const one of stands) {
          if (kept.includes(one)) continue;
          const shared = splits && one.isHost ? (one.total + highest * (replicas - 1)) / replicas : one.total;
          const better = kept.filter(
            (other) => other.total >= shared && other.total > one.total && other.usd <= one.usd,
          );
          const open = new Set(better.filter(({ pool }) => pool === undefined).map(({ domain }) => domain));
          const isOutdone =
            open.has(one.domain) ||
            open.size >= (isSpread ? 2 : 1) ||
            (!(splits && one.isHost) &&
              better.some(({ pool, domain }) => pool === one.pool && domain === one.domain));
          expect(isOutdone).toBe(true);
        }
        expect(kept.length).toBe(rows.length);
      },
    ),
    { numRuns: 600 },
  );
});

/** What is expected to cost more then costs more at most, too. */
function atOnePrice({ offer, pools }: MarketOffer): MarketOffer {
  return { offer: { ...offer, price: aPrice(offer.price?.expectedUsd ?? "0") }, pools };
}

function standOf(
  offers: readonly MarketOffer[],
  id: string,
  total: number,
  isSpread: boolean,
  pays: boolean,
) {
  const row = offers.findIndex(({ offer }) => offer.id === id);
  const found = offers[row];
  return {
    row,
    total,
    pool: found?.pools[0],
    isHost: found?.offer.place.host !== undefined,
    domain: isSpread ? found?.offer.place.region : "",
    usd: pays ? Number(found?.offer.price?.ceilingUsd) : 0,
  };
}
