import { describe, expect, test } from "vitest";
import { decide } from "../../src/reconcile/decide.ts";
import type { StoredUnit } from "../../src/store/store.ts";
import { planOf, routeTo, servingUnit, unitOf, worldOf } from "./fixtures.ts";

/** When the plan is made that keeps one unit and no longer wants the other. */
const MADE = 50_000;
const NOW = 60_000;

const old = { ...servingUnit(unitOf("old")), targetId: "target_1" };
const kept = { ...servingUnit(unitOf("kept")), targetId: "target_1" };

function back(unit: StoredUnit, watchingSince = 0) {
  const plan = planOf("plan_2", 2, [unit.unit], {
    createdAt: MADE,
    state: "progressing",
    parent: "plan_1",
  });
  const parent = planOf("plan_1", 1, [old.unit], { state: "ready" });
  const route = routeTo([old]);
  return decide(worldOf(plan, [old, unit], { parent, route, watchingSince }), NOW);
}

describe("a unit that an earlier plan made and this one wants again", () => {
  test("takes over once it was seen to serve since the plan was made", () => {
    const { actions, looks } = back({ ...kept, observedAt: MADE });
    expect(actions).toMatchObject([{ do: "shift" }]);
    expect(looks).toEqual([]);
  });

  test.each([
    ["was last seen before the plan was made", { ...kept, observedAt: MADE - 1 }, 0],
    ["was last seen by a process before this one", { ...kept, observedAt: MADE + 1 }, MADE + 2],
    [
      "was missing in the last look",
      {
        ...kept,
        observedAt: NOW,
        observation: kept.observation && { ...kept.observation, missing: true as const },
      },
      0,
    ],
  ])("takes over nothing while it %s, and its target is looked at soon", (_, unit, watchingSince) => {
    const { actions, looks, wakeAt } = back(unit, watchingSince);
    expect(actions).toEqual([]);
    expect(looks).toEqual(["target_1"]);
    expect(wakeAt).toBeLessThanOrEqual(NOW + 1_000);
  });
});
