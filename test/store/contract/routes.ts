import { describe, expect, test } from "vitest";
import type { Opened } from "../contract.ts";
import { claimed, NOW, OTHER, routeOf, SCOPE, withWorkload } from "../fixtures.ts";

export function routesContract(opened: Opened): void {
  describe("routes", () => {
    test("a route is found by each of its hosts in any case, and by its names", async () => {
      const { store } = opened();
      await withWorkload(store);
      const claim = await claimed(store);
      await store.record(claim, { route: routeOf(["A.example", "b.example"]), now: NOW });
      const stored = { ...routeOf(["a.example", "b.example"]), version: 1 };
      expect(await store.routeByHost("a.EXAMPLE")).toEqual(stored);
      expect(await store.routeByHost("b.example")).toEqual(stored);
      expect(await store.routeByName("p1", "production", "web")).toEqual(stored);
      expect(await store.routes(10)).toEqual([stored]);
      expect(await store.routeByHost("c.example")).toBeUndefined();
    });

    test("every change is a new version of the whole, and hosts no longer named are let go", async () => {
      const { store } = opened();
      await withWorkload(store);
      const claim = await claimed(store);
      await store.record(claim, { route: routeOf(["a.example", "b.example"]), now: NOW });
      await store.record(claim, { route: routeOf(["b.example"], { changedAt: NOW + 1 }), now: NOW + 1 });
      expect(await store.routeByHost("a.example")).toBeUndefined();
      expect(await store.routeByHost("b.example")).toMatchObject({ version: 2, changedAt: NOW + 1 });
      await store.record(claim, { route: null, now: NOW });
      expect(await store.routeByHost("b.example")).toBeUndefined();
      expect(await store.routes(10)).toEqual([]);
    });

    test("a host belongs to the first who claimed it, and to the next when that one lets go", async () => {
      const { store } = opened();
      await withWorkload(store);
      await withWorkload(store, OTHER);
      const claims = [await claimed(store), await claimed(store)];
      const mine = claims.find(({ scope }) => scope.project === SCOPE.project);
      const theirs = claims.find(({ scope }) => scope.project === OTHER.project);
      if (mine === undefined || theirs === undefined) throw new Error("both are due");
      await store.record(mine, { route: routeOf(["shop.example"]), now: NOW });
      const taken = routeOf(["shop.example"], { ...OTHER, changedAt: NOW + 1 });
      await store.record(theirs, { route: taken, now: NOW + 1 });
      expect((await store.routeByHost("shop.example"))?.project).toBe(SCOPE.project);
      await store.record(mine, { route: null, now: NOW + 2 });
      expect((await store.routeByHost("shop.example"))?.project).toBe(OTHER.project);
    });

    test("a route is written under the claim's own names", async () => {
      const { store } = opened();
      await withWorkload(store);
      await store.record(await claimed(store), { route: routeOf(["x.example"], OTHER), now: NOW });
      expect((await store.routeByHost("x.example"))?.project).toBe(SCOPE.project);
    });
  });
}
