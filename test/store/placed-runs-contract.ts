import { expect, test } from "vitest";
import type { RunClaim, RunPlacing } from "../../src/store/run-store.ts";
import type { Store } from "../../src/store/store.ts";
import { claimed, commitOf, LEASE_MS, NOW, SCOPE, unitOf } from "./fixtures.ts";
import { heldRun, runOf } from "./runs-contract.ts";

const UNIT = "u-p1-web-1";
const OWN = unitOf("u-own");
/** A unit that is made for the run alone; its tries before were on another one. */
const ALONE: RunPlacing = {
  units: [
    { id: OWN.id, replicas: 1 },
    { id: UNIT, replicas: 0 },
  ],
  newUnits: [OWN],
  terms: [],
};

/** How a run gets other units for its next tries, on any engine. */
export function placedRunsContract(store: () => Store): void {
  const begin = async (): Promise<RunClaim> => {
    await store().startRun(SCOPE, runOf("run_1"), { most: 100, keep: 200 });
    return await heldRun(store());
  };
  const units = async () => (await store().run(SCOPE, "web", "run_1"))?.units.map(({ id }) => id);
  const standing = async () => (await store().units(SCOPE, "web")).map(({ unit }) => unit.id);

  test("a run that gets a unit of its own has it and what it leaves, and no pass over its workload lets one of them go", async () => {
    const placing = { notBefore: NOW + 5, message: "there was none", since: NOW };
    await store().recordRun(await begin(), { now: NOW, placing, release: true, dueAt: NOW });
    const claim = await heldRun(store());
    expect(claim.run.placing).toEqual(placing);
    expect(
      await store().recordRun(claim, { now: NOW, placed: ALONE, placing: null, release: true, dueAt: NOW }),
    ).toBe(true);
    const next = await heldRun(store(), NOW + LEASE_MS);
    expect(next.run).toMatchObject({ units: ALONE.units, placing: undefined });
    expect(next.units.map(({ unit, targetId, state }) => [unit, targetId, state])).toEqual([
      [OWN, "target-home", "wanted"],
      [unitOf(UNIT, { birth: 1 }), "target-home", "wanted"],
    ]);
    expect((await claimed(store())).runs?.units).toEqual(new Set([OWN.id, UNIT]));
  });

  test("whoever lost the lease gives a run no unit, and makes none", async () => {
    const late = await begin();
    await heldRun(store(), NOW + LEASE_MS);
    expect(await store().recordRun(late, { now: NOW, placed: ALONE })).toBe(false);
    expect([await units(), await standing()]).toEqual([[UNIT], [UNIT]]);
  });

  test("the same unit given twice is one, and a unit at a target that is gone is none", async () => {
    const claim = await begin();
    await store().recordRun(claim, { now: NOW, placed: ALONE });
    await store().recordRun(claim, { now: NOW, placed: ALONE });
    expect(await standing()).toEqual([OWN.id, UNIT]);
    const lost = unitOf("u-lost", { place: { ...OWN.place, target: "nowhere" } });
    const placed = { ...ALONE, units: [{ id: lost.id, replicas: 1 }], newUnits: [lost] };
    expect(await store().recordRun(claim, { now: NOW, placed })).toBe(true);
    expect(await units()).toEqual([OWN.id, UNIT]);
  });

  test("a run gets a plan's unit only while that plan is in force and the unit stands", async () => {
    const claim = await begin();
    await store().commit(SCOPE, commitOf(2));
    const placed = (plan: string) => ({
      units: [{ id: "u-p1-web-2", replicas: 1 }],
      of: plan,
      newUnits: [],
      terms: [],
    });
    await store().recordRun(claim, { now: NOW, placed: placed("plan-p1-web-1") });
    expect(await units()).toEqual([UNIT]);
    const going = [{ id: "u-p1-web-2", state: "doomed", because: "scaled-in" }] as const;
    await store().record(await claimed(store()), { now: NOW, units: going, release: true });
    await store().recordRun(claim, { now: NOW, placed: placed("plan-p1-web-2") });
    expect(await units()).toEqual([UNIT]);
    await store().commit(SCOPE, commitOf(3));
    const other = { ...placed("plan-p1-web-3"), units: [{ id: "u-p1-web-3", replicas: 1 }] };
    await store().recordRun(claim, { now: NOW, placed: other });
    expect(await units()).toEqual(["u-p1-web-3"]);
  });
}
