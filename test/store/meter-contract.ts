import { describe, expect, test } from "vitest";
import type { PricedAt } from "../../src/store/store.ts";
import type { OpenStore } from "./contract.ts";
import { costing, TERMS } from "./costing.ts";
import { NOW, SCOPE, targetOf } from "./fixtures.ts";
import { openedStore } from "./opened-store.ts";

/** What the store guarantees of what the meter is told, on any engine. */
export function meterContract(name: string, open: () => Promise<OpenStore>): void {
  describe(`the meter on ${name}`, () => {
    const opened = openedStore(open, (store) => store.putTarget(targetOf(), 0));

    test("terms are noted anew while others wait to be taken in, for those count after what the meter knows", async () => {
      const { store } = opened();
      const first = costing("a", "20");
      await store.commit(SCOPE, first);
      const work = await store.meterWork(10);
      const unit = first.newUnits[0]?.id ?? "";
      const known = { ...SCOPE, workload: "a", unit, lines: [], phase: "start", at: NOW, open: [] } as const;
      const meters = [{ ...known, terms: TERMS }];
      await store.meterDone(work, { meters, ended: [], put: [], drop: [] });
      const again = async (generation: number, minimumSeconds: number) => {
        const units = first.newUnits;
        const next = costing("a", "20", generation, { units });
        const terms = [{ unit, terms: { ...TERMS, minimumSeconds } }];
        const money = { terms, ceilingUsd: "20", floorUsd: "0", passesBudgets: false };
        await store.commit(SCOPE, { ...next, newUnits: [], money });
        const { facts } = await store.meterWork(10);
        return facts.map(({ event }) => (event.kind === "terms" ? event.terms.minimumSeconds : event.kind));
      };
      expect(await again(2, 60)).toEqual([]);
      expect(await again(3, 90)).toEqual([90]);
      expect(await again(4, 60)).toEqual([90, 60]);
    });

    test("a commit notes the prices in force behind what it was priced at, when they are others, and only then", async () => {
      const { store } = opened();
      const noted = async (workload: string, pricedAt: PricedAt) => {
        const commit = costing(workload, "1");
        const terms = (commit.money?.terms ?? []).map((one) => ({ ...one, pricedAt }));
        const money = { terms, ceilingUsd: "1", floorUsd: "0", passesBudgets: false };
        await store.commit(SCOPE, { ...commit, money });
        const { facts } = await store.meterWork(100);
        return facts.filter((fact) => fact.workload === workload).map(({ event }) => event);
      };
      const inTerms = (version?: number) => ({
        kind: "terms",
        terms: TERMS,
        ...(version === undefined ? {} : { agreed: { ...AGREED, version } }),
      });
      const rates = { ...AGREED, stated: [] };
      const state = (hash: string | undefined, until?: number) => {
        const book = hash === undefined ? {} : { book: { hash, collected: "2027-01-01", items: [] } };
        return store.putAccountRates(SCOPE.project, rates, { ...book, base: "b1", until }, NOW);
      };
      expect(await noted("a", { book: "b1" })).toEqual([inTerms()]);
      await state("s1");
      expect(await noted("b", { book: "b1", stated: "s1" })).toEqual([inTerms(1)]);
      expect(await noted("c", { book: "b1" })).toEqual([
        inTerms(1),
        { kind: "rates", book: "b1", stated: "s1", agreed: { ...AGREED, version: 1 } },
      ]);
      await state(undefined);
      expect(await noted("d", { book: "b1", stated: "s1" })).toEqual([
        inTerms(2),
        { kind: "rates", book: "b1", agreed: { ...AGREED, version: 2 } },
      ]);
      await state("s1", NOW);
      expect(await noted("e", { book: "b1" })).toEqual([inTerms(3)]);
      await state("s1", NOW + 1);
      const b2 = { hash: "b2", collected: "2027-01-01", items: [] };
      const base = { hash: "b2", collected: b2.collected };
      await store.putCatalog({ version: 0, book: "b2", base, reports: [], createdAt: NOW }, b2, NOW);
      expect(await noted("f", { book: "b1", stated: "s1" })).toEqual([
        inTerms(4),
        { kind: "rates", book: "b2", stated: "s1", agreed: { ...AGREED, version: 4 } },
      ]);
    });

    test("facts are taken in once: of two passes over the same ones, the second writes nothing", async () => {
      const { store, second, dump } = opened();
      await store.commit(SCOPE, costing("a", "20"));
      const [work, same] = [await store.meterWork(10), await second.meterWork(10)];
      expect(work.facts.map(({ event }) => event.kind)).toEqual(["terms"]);
      const nothing = { meters: [], ended: [], put: [], drop: [] };
      expect(await store.meterDone(work, nothing)).toBe(true);
      const before = await dump();
      const row = { ...ROW, workload: "a" };
      expect(await second.meterDone(same, { ...nothing, put: [row] })).toBe(false);
      expect(await dump()).toEqual(before);
      expect(await store.meterBehind()).toBeUndefined();
    });
  });
}

const AGREED = {
  discounts: [{ provider: "ecs", percent: "10" }],
  commitments: [{ provider: "ecs", usdPerHour: "1", until: NOW * 2 }],
} as const;

const ROW = {
  project: "p1",
  environment: "production",
  unit: "u",
  line: 0,
  provider: "ecs",
  target: "home",
  region: "eu-west-1",
  meter: "cpu-second",
  part: "run",
  from: NOW,
  perSecond: "1",
  measure: "vCPU-hour",
  listUsd: "1",
  effectiveUsd: "1",
  basis: "metered",
  replicas: 1,
  labels: {},
} as const;
