import { expect, test } from "vitest";
import type { RunClaim } from "../../src/store/run-store.ts";
import type { Store } from "../../src/store/store.ts";
import { commitOf, NOW, OTHER, planOf, SCOPE, unitOf, withWorkload } from "./fixtures.ts";
import { attemptOf, heldRun, runOf } from "./runs-contract.ts";

const TARGET = "target-home";
const UNIT = "u-p1-web-1";

/** What the store tells whoever looks at a target of the tries that may be there, and of one that it meets. */
export function heldTriesContract(store: () => Store): void {
  const begin = async (id: string): Promise<RunClaim> => {
    await store().startRun(SCOPE, runOf(id), { most: 100, keep: 200 });
    return await heldRun(store());
  };
  const tries = async () =>
    Object.fromEntries((await store().unitsAt(TARGET)).map(({ unit, tries: names }) => [unit.id, names]));

  test("a unit is told with the tries that something may be left of, until it is taken away, and no other unit is", async () => {
    const other = unitOf("u-other");
    const kept = (await store().units(SCOPE, "web")).map(({ unit }) => unit);
    await withWorkload(store(), OTHER);
    const [one, two, three] = [attemptOf("run_1", 1), attemptOf("run_1", 2), attemptOf("run_2", 1)];
    const [first, second] = [await begin("run_1"), await begin("run_2")];
    expect((await tries())[UNIT]).toEqual([]);
    await store().recordRun(first, { now: NOW, begun: [one, two] });
    await store().recordRun(second, { now: NOW, begun: [three] });
    await store().commit(SCOPE, commitOf(2, { plan: planOf("two", 2, [...kept, other]), newUnits: [other] }));
    const all = await tries();
    expect(all[UNIT]?.toSorted()).toEqual([one, two, three].map(({ name }) => name).toSorted());
    for (const [unit, names] of Object.entries(all)) if (unit !== UNIT) expect(names).toEqual([]);
    expect(Object.keys(all).length).toBeGreaterThan(2);
    // What has ended may still be there; what was taken away is not, nor is anything of a run that is done.
    await store().recordRun(first, { now: NOW, steps: [{ number: 1, phase: "succeeded", endedAt: NOW }] });
    expect((await tries())[UNIT]).toHaveLength(3);
    await store().recordRun(first, { now: NOW, steps: [{ number: 1, released: true }] });
    expect((await tries())[UNIT]?.toSorted()).toEqual([two, three].map(({ name }) => name).toSorted());
    await store().recordRun(second, { now: NOW, done: true });
    expect((await tries())[UNIT]).toEqual([two.name]);
  });

  test("a try is found by its name among its own unit's, whatever became of it, and by its tenant only", async () => {
    const claim = await begin("run_1");
    const one = attemptOf("run_1", 1);
    await store().recordRun(claim, { now: NOW, begun: [one] });
    const end = { phase: "failed", endedAt: NOW, released: true } as const;
    await store().recordRun(claim, { now: NOW, steps: [{ number: 1, ...end }], done: true });
    const found = await store().attemptNamed(SCOPE, "web", UNIT, one.name);
    expect(found?.attempt).toMatchObject({ ...one, ...end });
    expect(found?.run.id).toBe("run_1");
    expect(await store().attemptNamed(OTHER, "web", UNIT, one.name)).toBeUndefined();
    expect(await store().attemptNamed(SCOPE, "web", "u-other", one.name)).toBeUndefined();
    expect(await store().attemptNamed(SCOPE, "api", UNIT, one.name)).toBeUndefined();
    expect(await store().attemptNamed(SCOPE, "web", UNIT, "bother")).toBeUndefined();
  });
}
