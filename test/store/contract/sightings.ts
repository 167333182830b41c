import { describe, expect, test } from "vitest";
import type { Store } from "../../../src/store/store.ts";
import type { Opened } from "../contract.ts";
import { claimed, commitOf, NOW, observationOf, planOf, SCOPE, unitOf, withWorkload } from "../fixtures.ts";

const UNIT = "u-p1-web-1";
const TARGET = "target-home";
const LATER = NOW + 120_000;

export function sightingsContract(opened: Opened): void {
  describe("what the sweep saw", () => {
    test("a changed observation is stored and makes its workload due", async () => {
      const { store } = opened();
      await rested(store);
      const seen = observationOf(UNIT, { ready: 0, phase: "unready", reason: "it does not answer" });
      expect(await store.observed(TARGET, { complete: true, observations: [seen] }, LATER)).toBe(1);
      expect((await store.units(SCOPE, "web"))[0]).toMatchObject({ observation: seen, observedAt: LATER });
      expect(await store.nextDue()).toBe(LATER);
    });

    test("an unchanged one, looked at again, writes no row but the sweep's own", async () => {
      const { store, dump } = opened();
      await rested(store);
      const { targets: _before, ...before } = await dump();
      const again = observationOf(UNIT, { at: NOW + 999 });
      expect(await store.observed(TARGET, { complete: true, observations: [again] }, LATER)).toBe(0);
      const { targets: _after, ...after } = await dump();
      expect(after).toEqual(before);
      expect((await store.units(SCOPE, "web"))[0]?.observedAt).toBe(LATER);
    });

    test("an incomplete look confirms only what it saw, and not at every look", async () => {
      const { store, dump } = opened();
      await rested(store);
      const other = unitOf("other", { birth: 2 });
      const kept = (await store.units(SCOPE, "web")).map(({ unit }) => unit);
      await store.commit(SCOPE, commitOf(2, { plan: planOf("two", 2, [...kept, other]), newUnits: [other] }));
      const claim = await claimed(store);
      await store.record(claim, { observations: [observationOf("other")], release: true, now: NOW });
      await store.observed(TARGET, { complete: false, observations: [observationOf(UNIT)] }, LATER);
      const ages = (await store.units(SCOPE, "web")).map(({ unit, observedAt }) => [unit.id, observedAt]);
      expect(ages).toEqual([
        ["other", NOW],
        [UNIT, LATER],
      ]);
      expect(await store.nextDue()).toBeUndefined();
      const before = await dump();
      await store.observed(TARGET, { complete: false, observations: [observationOf(UNIT)] }, LATER + 10_000);
      expect(await dump()).toEqual(before);
    });

    test("absence counts only in a complete look, and only some time after the unit was made", async () => {
      const { store } = opened();
      await rested(store);
      const nothing = { observations: [] };
      expect(await store.observed(TARGET, { complete: false, ...nothing }, LATER)).toBe(0);
      expect(await store.observed(TARGET, { complete: true, ...nothing }, NOW + 59_999)).toBe(0);
      expect((await store.units(SCOPE, "web"))[0]?.observation).toBeDefined();
      expect(await store.observed(TARGET, { complete: true, ...nothing }, LATER)).toBe(1);
      expect((await store.units(SCOPE, "web"))[0]?.observation).toBeUndefined();
      expect(await store.nextDue()).toBe(LATER);
      expect(await store.observed(TARGET, { complete: true, ...nothing }, LATER + 1)).toBe(0);
    });

    test("a unit too young to be believed absent is no longer confirmed until it is listed again", async () => {
      const { store, dump } = opened();
      await rested(store);
      const seen = async () => (await store.units(SCOPE, "web"))[0]?.observation;
      await store.observed(TARGET, { complete: true, observations: [] }, NOW + 1);
      expect(await seen()).toEqual({ ...observationOf(UNIT), missing: true });
      const before = await dump();
      await store.observed(TARGET, { complete: true, observations: [] }, NOW + 1);
      expect(await dump()).toEqual(before);
      await store.observed(TARGET, { complete: true, observations: [observationOf(UNIT)] }, NOW + 2);
      expect(await seen()).toEqual(observationOf(UNIT));
    });

    test("a look tells nothing of units it does not know, that are elsewhere, or that are gone", async () => {
      const { store, dump } = opened();
      await rested(store);
      const claimOf = async () => {
        await store.makeDue(SCOPE, "web", NOW);
        return await claimed(store);
      };
      const foreign = [observationOf("unknown"), observationOf(UNIT, { ready: 0 })];
      expect(await store.observed("another target", { complete: true, observations: foreign }, LATER)).toBe(
        0,
      );
      await store.record(await claimOf(), { units: [{ id: UNIT, state: "gone" }], release: true, now: NOW });
      const before = await dump();
      expect(await store.observed(TARGET, { complete: false, observations: foreign }, LATER)).toBe(0);
      expect(await dump()).toEqual(before);
      expect(await store.unitsAt(TARGET)).toEqual([]);
    });

    test("one unit is read at its own target only, with what its endpoints ask of callers, until it is gone", async () => {
      const { store } = opened();
      await rested(store);
      const auth = {
        kind: "google-id-token",
        target: TARGET,
        unit: UNIT,
        audience: "https://a.run.app",
      } as const;
      const [plain] = observationOf(UNIT).endpoints;
      if (plain === undefined) throw new Error("the fixture has no endpoint");
      const seen = observationOf(UNIT, { endpoints: [{ ...plain, auth }] });
      await store.observed(TARGET, { complete: true, observations: [seen] }, LATER);
      expect((await store.unitAt(TARGET, UNIT))?.observation).toEqual(seen);
      expect(await store.unitAt("another target", UNIT)).toBeUndefined();
      expect(await store.unitAt(TARGET, "unknown")).toBeUndefined();
      const claim = await claimed(store, LATER);
      await store.record(claim, { units: [{ id: UNIT, state: "gone" }], release: true, now: LATER });
      expect(await store.unitAt(TARGET, UNIT)).toBeUndefined();
    });

    test("one agent's word is about its own host only", async () => {
      const { store } = opened();
      await rested(store);
      const kept = (await store.units(SCOPE, "web")).map(({ unit }) => unit);
      const there = unitOf("there", {
        place: { provider: "agents", target: "home", region: "home", host: "agent-1" },
      });
      await store.commit(SCOPE, commitOf(2, { plan: planOf("two", 2, [...kept, there]), newUnits: [there] }));
      const applied = [{ id: "there", appliedAt: NOW }];
      const observations = [observationOf("there")];
      await store.record(await claimed(store), { units: applied, observations, release: true, now: NOW });
      const empty = { complete: true, host: "agent-1", observations: [observationOf(UNIT, { ready: 0 })] };
      expect(await store.observed(TARGET, empty, LATER)).toBe(1);
      const seen = (await store.units(SCOPE, "web")).map(({ unit, observation }) => [
        unit.id,
        observation?.ready,
      ]);
      expect(seen).toEqual([
        ["there", undefined],
        [UNIT, 1],
      ]);
    });

    test("a change seen during a claim wakes the workload again when the claim ends", async () => {
      const { store, second } = opened();
      await rested(store);
      await store.makeDue(SCOPE, "web", NOW);
      const claim = await claimed(store);
      const seen = observationOf(UNIT, { ready: 0 });
      await second.observed(TARGET, { complete: true, observations: [seen] }, NOW + 5);
      await store.record(claim, { release: true, now: NOW + 6 });
      expect(await store.nextDue()).toBe(NOW + 5);
    });
  });
}

// The workload's unit is made and ready, and nothing is due.
async function rested(store: Store): Promise<void> {
  await withWorkload(store);
  const claim = await claimed(store);
  const units = [{ id: UNIT, appliedAt: NOW }];
  await store.record(claim, { units, observations: [observationOf(UNIT)], release: true, now: NOW });
}
