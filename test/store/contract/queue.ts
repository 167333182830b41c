import { describe, expect, test } from "vitest";
import type { Opened } from "../contract.ts";
import { claimed, commitOf, LEASE_MS, NOW, OTHER, SCOPE, withWorkload } from "../fixtures.ts";

export function queueContract(opened: Opened): void {
  describe("the queue", () => {
    test("among many claimers at once each due workload is leased by one", async () => {
      const { store, second } = opened();
      const names = ["a", "b", "c", "d", "e"];
      for (const name of names) await withWorkload(store, SCOPE, name);
      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? store : second).claimDue(NOW, LEASE_MS)),
      );
      const held = claims.flatMap((claim) => claim?.workload.name ?? []);
      expect(held.sort()).toEqual(names);
    });

    test("the one due longest comes first, and what is not due does not come", async () => {
      const { store } = opened();
      await withWorkload(store, SCOPE, "late");
      await withWorkload(store, SCOPE, "early");
      await store.makeDue(SCOPE, "early", NOW - 5);
      expect(await store.claimDue(NOW - 6, LEASE_MS)).toBeUndefined();
      expect(await store.nextDue()).toBe(NOW - 5);
      expect((await store.claimDue(NOW, LEASE_MS))?.workload.name).toBe("early");
      expect((await store.claimDue(NOW, LEASE_MS))?.workload.name).toBe("late");
    });

    test("asked for one project, it gives that project's workloads and times only", async () => {
      const { store } = opened();
      for (const scope of [SCOPE, OTHER]) await withWorkload(store, scope);
      await store.makeDue(SCOPE, "web", NOW - 5);
      expect(await store.nextDue(OTHER.project)).toBe(NOW);
      const claim = await store.claimDue(NOW, LEASE_MS, OTHER.project);
      expect(claim?.scope).toEqual(OTHER);
      expect(await store.claimDue(NOW, LEASE_MS, OTHER.project)).toBeUndefined();
      expect(await store.nextDue("p3")).toBeUndefined();
      expect(await store.claimDue(NOW, LEASE_MS, "p3")).toBeUndefined();
      expect((await store.claimDue(NOW, LEASE_MS))?.scope).toEqual(SCOPE);
    });

    test("projects with a due workload that nobody holds are told, the longest due first", async () => {
      const { store } = opened();
      for (const scope of [SCOPE, OTHER]) await withWorkload(store, scope);
      await withWorkload(store, OTHER, "api");
      await store.makeDue(OTHER, "web", NOW - 5);
      expect(await store.dueProjects(NOW - 6, 10)).toEqual([]);
      expect(await store.dueProjects(NOW, 10)).toEqual([OTHER.project, SCOPE.project]);
      expect(await store.dueProjects(NOW, 1)).toEqual([OTHER.project]);
      await store.claimDue(NOW, LEASE_MS, SCOPE.project);
      expect(await store.dueProjects(NOW, 10)).toEqual([OTHER.project]);
    });

    test("a lease that ended is given anew under a higher fence, and the old holder writes nothing", async () => {
      const { store, dump } = opened();
      await withWorkload(store);
      const old = await claimed(store);
      expect(await store.nextDue()).toBe(NOW + LEASE_MS);
      expect(await store.claimDue(NOW + LEASE_MS - 1, LEASE_MS)).toBeUndefined();
      const fresh = await claimed(store, NOW + LEASE_MS);
      expect(fresh.fence).toBeGreaterThan(old.fence);
      const before = await dump();
      const everything = {
        units: [{ id: "u-p1-web-1", state: "doomed", because: "stale" }],
        plan: { id: old.plan.id, state: "failed" },
        route: null,
        removeWorkload: true,
        events: [{ at: NOW, type: "stale", actor: "x", message: "stale", data: {} }],
        release: true,
        now: NOW,
      } as const;
      expect(await store.record(old, everything)).toBe(false);
      expect(await dump()).toEqual(before);
      expect(await store.record(fresh, { release: true, now: NOW })).toBe(true);
    });

    test("a claim holds the plan in force, its parent, its units and its route", async () => {
      const { store } = opened();
      await withWorkload(store);
      const next = commitOf(2);
      await store.commit(SCOPE, { ...next, plan: { ...next.plan, parent: "plan-p1-web-1" } });
      const claim = await claimed(store);
      expect(claim).toMatchObject({
        scope: SCOPE,
        fence: 1,
        leaseUntil: NOW + LEASE_MS,
        workload: { generation: 2 },
      });
      expect([claim.plan.id, claim.parent?.id, claim.route]).toEqual([
        next.plan.id,
        "plan-p1-web-1",
        undefined,
      ]);
      expect(claim.units.map(({ unit }) => unit.id)).toEqual(["u-p1-web-1", "u-p1-web-2"]);
    });

    test("who rests with nothing to wait for leaves the queue", async () => {
      const { store } = opened();
      await withWorkload(store);
      await store.record(await claimed(store), { release: true, now: NOW });
      expect(await store.nextDue()).toBeUndefined();
      expect(await store.claimDue(NOW + 1_000_000, LEASE_MS)).toBeUndefined();
    });

    test.each([
      ["nothing to wait for", undefined, NOW + 50],
      ["an earlier timer", NOW + 10, NOW + 10],
      ["a later timer", NOW + 90, NOW + 50],
    ])("being made due during a claim that ends with %s is not lost", async (_what, dueAt, expected) => {
      const { store, second } = opened();
      await withWorkload(store);
      const claim = await claimed(store);
      await second.makeDue(SCOPE, "web", NOW + 50);
      await store.record(claim, { dueAt, release: true, now: NOW });
      expect(await store.nextDue()).toBe(expected);
      const again = await claimed(store, expected);
      await store.record(again, { release: true, now: NOW });
      expect(await store.nextDue()).toBeUndefined();
    });

    test("being made due later than one is due changes nothing", async () => {
      const { store } = opened();
      await withWorkload(store);
      await store.makeDue(SCOPE, "web", NOW + 50);
      expect(await store.nextDue()).toBe(NOW);
    });

    test("a commit during a claim makes the claim stale, keeps its lease until it is given back, and is due at once", async () => {
      const { store, second } = opened();
      await withWorkload(store);
      const claim = await claimed(store);
      await second.commit(SCOPE, commitOf(2, { now: NOW + 1 }));
      expect(await store.record(claim, { plan: { id: claim.plan.id, state: "ready" }, now: NOW })).toBe(
        false,
      );
      expect(await store.claimDue(NOW + 2, LEASE_MS)).toBeUndefined();
      expect(await store.record(claim, { release: true, now: NOW })).toBe(false);
      expect((await store.claimDue(NOW + 2, LEASE_MS))?.workload.generation).toBe(2);
      expect((await store.plan(SCOPE.project, claim.plan.id))?.state).toBe("superseded");
    });

    test("a named lease has one owner until it ends, who may renew it", async () => {
      const { store, second } = opened();
      const owners = await Promise.all([
        store.takeLease("sweep:t", "a", NOW, 10),
        second.takeLease("sweep:t", "b", NOW, 10),
      ]);
      expect(owners.filter(Boolean)).toHaveLength(1);
      const [holder, other] = owners[0] ? ["a", "b"] : ["b", "a"];
      expect(await store.takeLease("sweep:t", holder, NOW + 5, 10)).toBe(true);
      expect(await store.takeLease("sweep:t", other, NOW + 10, 10)).toBe(false);
      expect(await store.takeLease("sweep:t", other, NOW + 15, 10)).toBe(true);
    });

    test("an owner that ends leaves its leases to whoever comes next, and nobody else's", async () => {
      const { store, second } = opened();
      await store.takeLease("sweep:t", "a", NOW, 10);
      await store.takeLease("sweep:u", "a", NOW, 10);
      await second.takeLease("sweep:v", "b", NOW, 10);
      await store.releaseLeases("a");
      const taken = ["sweep:t", "sweep:u", "sweep:v"].map((name) => second.takeLease(name, "c", NOW, 10));
      expect(await Promise.all(taken)).toEqual([true, true, false]);
    });
  });
}
