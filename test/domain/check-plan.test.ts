import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkPlan } from "../../src/domain/check-plan.ts";
import type { Price } from "../../src/domain/offer.ts";
import type { Plan, Template, Unit } from "../../src/domain/plan.ts";
import { planOf, TEMPLATE, unitOf } from "../reconcile/fixtures.ts";

const PRICE: Price = {
  floorUsd: "1",
  expectedUsd: "1",
  ceilingUsd: "1",
  lines: [],
  notPriced: [],
  asOf: { from: "2026-11-01", to: "2026-11-01" },
};
const SINGLETON: Template = { ...TEMPLATE, singleton: true };
const parent = planOf("plan_1", 1, [unitOf("a")], { price: PRICE });
const sound = (units: readonly Unit[] = [unitOf("a"), unitOf("b", { birth: 2 })], over: Partial<Plan> = {}) =>
  planOf("plan_2", 2, units, { parent: "plan_1", price: PRICE, ...over });
const faults = (plan: Plan, of: Plan | undefined = parent, standing: readonly Unit[] = parent.units) =>
  checkPlan(plan, of, standing);
const single = (id: string, over: Partial<Unit> = {}) => unitOf(id, { template: SINGLETON, ...over });

/** Each way to break a sound plan, and the one sentence that names it. */
const INCOHERENT: readonly (readonly [string, () => readonly string[]])[] = [
  ["two units share an id", () => faults(sound([unitOf("a"), unitOf("a", { name: "bb" })]))],
  ["two units share a provider-side name", () => faults(sound([unitOf("a"), unitOf("b", { name: "ba" })]))],
  ["unit ba: belongs to another tenant", () => faults(sound([unitOf("a", { project: "other" })]))],
  ["unit ba: belongs to another tenant", () => faults(sound([unitOf("a", { environment: "staging" })]))],
  ["unit ba: belongs to another workload", () => faults(sound([unitOf("a", { workload: "api" })]))],
  ["unit ba: was born after its plan", () => faults(sound([unitOf("a", { birth: 3 })]))],
  ["unit ba: has impossible replicas", () => faults(sound([unitOf("a", { replicas: { min: -1, max: 1 } })]))],
  ["unit ba: has impossible replicas", () => faults(sound([unitOf("a", { replicas: { min: 3, max: 2 } })]))],
  ["unit ba: has less CPU than was asked for", () => faults(sound([sized({ milliCpu: 499 })]))],
  ["unit ba: has less memory than was asked for", () => faults(sound([sized({ memoryMiB: 511 })]))],
  [
    "unit ba: is placed where no target is connected",
    () => faults(sound([unitOf("a", { place: { provider: "ecs", region: "eu-west-1" } })])),
  ],
  [
    "unit ba: is a singleton with several replicas",
    () => faults(sound([single("a", { replicas: { min: 1, max: 2 } })])),
  ],
  ["unit a is both wanted and stopped", () => faults(sound([unitOf("a")], { stops: { a: "stop-first" } }))],
  ["a singleton is placed twice", () => faults(sound([single("a"), single("b")]), parent, [])],
  [
    "singleton ba would run beside its replacement",
    () => faults(sound([single("b")]), parent, [single("a")]),
  ],
  ["its parent is unknown", () => checkPlan(sound(), undefined, [])],
  ["its parent is another plan", () => faults(sound(undefined, { parent: "plan_0" }))],
  ["its parent is not older", () => faults(sound(undefined), { ...parent, generation: 2 })],
  ["its parent is a stranger's", () => faults(sound(), { ...parent, workload: "api" })],
  ["its parent is a stranger's", () => faults(sound(), { ...parent, project: "other" })],
  ["it has units and no price", () => faults(sound(undefined, { price: undefined }))],
];

function sized(over: Partial<Unit["shape"]>): Unit {
  const unit = unitOf("a");
  return { ...unit, shape: { ...unit.shape, ...over } };
}

describe("the plan checker", () => {
  test("finds nothing wrong with a sound plan", () => {
    expect(faults(sound())).toEqual([]);
    expect(faults(sound([unitOf("a", { replicas: { min: 0, max: 1 } })]))).toEqual([]);
    expect(checkPlan(planOf("plan_1", 1, [], {}), undefined, [])).toEqual([]);
    expect(faults(sound([], { price: undefined, stops: { a: "removed" } }))).toEqual([]);
  });

  test.each(INCOHERENT)("finds that %s, and says only that", (sentence, found) => {
    expect(found()).toEqual([sentence]);
  });

  test("lets a singleton replace one that it stops first, or one of the parent's that is spent already", () => {
    expect(faults(sound([single("b")], { stops: { a: "stop-first" } }), parent, [single("a")])).toEqual([]);
    const spent = { ...parent, units: [single("a")] };
    expect(faults(sound([single("b")]), spent, [])).toEqual([]);
  });

  test("says everything that is wrong, not only the first thing", () => {
    const broken: readonly (readonly [string, Partial<Unit>])[] = [
      ["unit ba: belongs to another tenant", { project: "other" }],
      ["unit ba: belongs to another workload", { workload: "api" }],
      ["unit ba: was born after its plan", { birth: 9 }],
      ["unit ba: has impossible replicas", { replicas: { min: 2, max: 1 } }],
      ["unit ba: is placed where no target is connected", { place: { provider: "ecs", region: "x" } }],
    ];
    fc.assert(
      fc.property(fc.subarray([...broken]), (chosen) => {
        const unit = unitOf("a", Object.assign({}, ...chosen.map(([, over]) => over)));
        expect(new Set(faults(sound([unit])))).toEqual(new Set(chosen.map(([sentence]) => sentence)));
      }),
    );
  });
});
