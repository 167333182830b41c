import { expect, test } from "vitest";
import type { Store } from "../../src/store/store.ts";
import { LEASE_MS, NOW, SCOPE } from "./fixtures.ts";
import { runOf } from "./runs-contract.ts";

const UNIT = "u-p1-web-1";

/** How the store hands out runs that are due, on any engine. */
export function dueRunsContract(store: () => Store): void {
  const begin = async (id: string) => await store().startRun(SCOPE, runOf(id), { most: 100, keep: 200 });
  const claimedRuns = async (now: number, most: number, project?: string) =>
    (await store().claimRuns(now, LEASE_MS, most, project)).map(({ run }) => run.id);

  test("one who is due is held by one process at a time, and is next due when it said", async () => {
    await begin("run_1");
    expect(await store().nextDue()).toBe(NOW);
    const claims = await Promise.all(Array.from({ length: 4 }, () => store().claimRuns(NOW, LEASE_MS, 2)));
    const held = claims.flat();
    expect(held).toHaveLength(1);
    expect(held[0]).toMatchObject({ run: { id: "run_1" }, workloadId: "workload-p1-web", removing: false });
    expect(held[0]?.units.map(({ unit, targetId }) => [unit.id, targetId])).toEqual([[UNIT, "target-home"]]);
    if (held[0] !== undefined)
      expect(await store().recordRun(held[0], { now: NOW, dueAt: NOW + 500, release: true })).toBe(true);
    expect(await store().claimRuns(NOW + 499, LEASE_MS, 9)).toEqual([]);
    expect(await store().claimRuns(NOW + 500, LEASE_MS, 9, "p2")).toEqual([]);
    expect(await claimedRuns(NOW + 500, 9, "p1")).toEqual(["run_1"]);
  });

  test("of those that are due as many are held at once as were asked for, and those first that have waited longest", async () => {
    const pausesMs = new Map([
      ["run_1", 300],
      ["run_2", 200],
      ["run_3", 100],
    ]);
    for (const id of pausesMs.keys()) await begin(id);
    const claims = await store().claimRuns(NOW, LEASE_MS, 9);
    expect(claims.map(({ run }) => run.id).toSorted()).toEqual([...pausesMs.keys()]);
    for (const claim of claims) {
      const dueAt = NOW + (pausesMs.get(claim.run.id) ?? 0);
      await store().recordRun(claim, { now: NOW, dueAt, release: true });
    }
    expect(await claimedRuns(NOW + 99, 9)).toEqual([]);
    expect(await claimedRuns(NOW + 300, 2)).toEqual(["run_3", "run_2"]);
    expect(await claimedRuns(NOW + 300, 2)).toEqual(["run_1"]);
    expect(await claimedRuns(NOW + 300, 2)).toEqual([]);
    expect(await claimedRuns(NOW + 300 + LEASE_MS, 2)).toHaveLength(2);
  });
}
