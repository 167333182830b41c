import { describe, expect, test } from "vitest";
import type { StatedInForce } from "../../../src/store/prices.ts";
import type { Opened } from "../contract.ts";
import { commitOf, NOW, OTHER, planOf, SCOPE, targetOf, unitOf } from "../fixtures.ts";

export function statedRatesContract(opened: Opened): void {
  describe("stated rates", () => {
    test("where others count than before, the meter is told at each unit of the project, and what they are is kept", async () => {
      const { store } = await withUnits(opened);
      await put(store, A);
      expect(await rateFacts(store)).toEqual([{ at: NOW, project: "p1", book: "base", stated: "a" }]);
      expect(await store.priceBook("a")).toEqual(A.book);
      await put(store, A, NOW + 1);
      expect(await rateFacts(store)).toHaveLength(1);
      await put(store, NONE, NOW + 2);
      expect((await rateFacts(store))[1]).toEqual({
        at: NOW + 2,
        project: "p1",
        book: "base",
        stated: undefined,
      });
    });

    test("rates that were not set, because another was first, are told to nobody", async () => {
      const { store } = await withUnits(opened);
      await put(store, A);
      expect(await store.putAccountRates("p1", RATES, B, NOW, 7)).toBeUndefined();
      expect(await store.putAccountRates("p1", RATES, B, NOW, 0)).toBeUndefined();
      expect(await rateFacts(store)).toHaveLength(1);
      expect((await store.putAccountRates("p1", RATES, B, NOW, 1))?.version).toBe(2);
      expect(await rateFacts(store)).toHaveLength(2);
    });

    test("a price book that comes into force tells the rates that are stated beside it", async () => {
      const { store } = await withUnits(opened);
      await put(store, A);
      const state = { version: 0, book: "new", base: { hash: "", collected: "" }, reports: [], createdAt: 0 };
      await store.putCatalog(state, { hash: "new", collected: "2026-11-22", items: [] }, NOW + 5);
      const told = (await rateFacts(store)).filter(({ book }) => book === "new");
      expect(told).toEqual([
        { at: NOW + 5, project: "p1", book: "new", stated: "a" },
        { at: NOW + 5, project: "p2", book: "new", stated: undefined },
      ]);
      await put(store, B, NOW + 6);
      expect((await rateFacts(store)).at(-1)).toEqual({
        at: NOW + 6,
        project: "p1",
        book: "new",
        stated: "b",
      });
    });

    test("what has ended is told once, by whoever notes it first, and changes no version", async () => {
      const { store, second } = await withUnits(opened);
      await put(store, { ...A, until: NOW + 10 });
      expect(await store.ratesEnded(NOW + 9, 5)).toEqual([]);
      const [ended] = await store.ratesEnded(NOW + 10, 5);
      if (ended === undefined) throw new Error("nothing has ended");
      expect(ended).toMatchObject({ project: "p1", version: 1, endsAt: NOW + 10 });
      const notes = await Promise.all([
        store.endRates(ended, NONE, NOW + 10),
        second.endRates(ended, NONE, NOW + 10),
      ]);
      expect(notes.filter(Boolean)).toHaveLength(1);
      expect(await rateFacts(store)).toHaveLength(2);
      expect((await rateFacts(store))[1]).toEqual({
        at: NOW + 10,
        project: "p1",
        book: "base",
        stated: undefined,
      });
      expect((await store.accountRates("p1"))?.version).toBe(1);
      expect(await store.ratesEnded(NOW + 99, 5)).toEqual([]);
    });
  });
}

const RATES = { discounts: [], commitments: [], stated: [] };
const NONE: StatedInForce = { base: "base" };
const A: StatedInForce = { base: "base", book: { hash: "a", collected: "2026-11-22", items: [1] } };
const B: StatedInForce = { base: "base", book: { hash: "b", collected: "2026-11-22", items: [2] } };

type Store = ReturnType<Opened>["store"];
const put = (store: Store, stated: StatedInForce, now = NOW) =>
  store.putAccountRates("p1", RATES, stated, now);

/** One standing unit in each of two projects. */
async function withUnits(opened: Opened) {
  const { store, second } = opened();
  await store.putTarget(targetOf(), 0);
  for (const scope of [SCOPE, OTHER]) {
    const id = `${scope.project}-web`;
    const units = [unitOf(`u-${id}`, { ...scope, birth: 1 })];
    await store.commit(
      scope,
      commitOf(1, { plan: planOf(`plan-${id}`, 1, units, scope), newUnits: units }, scope),
    );
  }
  return { store, second };
}

async function rateFacts(store: Store) {
  const { facts } = await store.meterWork(50);
  return facts.flatMap(({ at, project, event }) =>
    event.kind === "rates" ? [{ at, project, book: event.book, stated: event.stated }] : [],
  );
}
