import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { freezeStops, freezeUnits, type Allotment, type FreezeInput } from "../../src/domain/freeze.ts";
import type { Offer } from "../../src/domain/offer.ts";
import { parseSpec } from "../../src/domain/parse-spec.ts";
import type { Unit } from "../../src/domain/plan.ts";
import type { Spec } from "../../src/domain/spec.ts";
import { templateOf } from "../../src/domain/template.ts";
import { unitName } from "../../src/domain/unit-id.ts";

const specOf = (over: Readonly<Record<string, unknown>> = {}): Spec => {
  const parsed = parseSpec({ name: "web", image: "localhost/web:1", port: 8080, ...over });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.spec;
};
const SPEC = specOf();

const offerOf = (region: string, billing: Offer["billing"] = "on-demand"): Offer => ({
  id: `t/${region}/${billing}`,
  place: { provider: "ecs", target: "t", region },
  shape: { milliCpu: 500, memoryMiB: 1_024, ephemeralStorageGiB: 20, arch: "amd64" },
  billing,
  fidelity: [],
  path: { transport: "tls", reach: "name", bypassable: false },
  jurisdictions: [],
  labels: {},
  impossible: [],
  simulated: true,
});

const input = (over: Partial<FreezeInput> = {}): FreezeInput => {
  const spec = over.spec ?? SPEC;
  return {
    project: "p",
    environment: "production",
    workloadId: "wl_1",
    generation: 1,
    spec,
    template: templateOf(spec),
    revision: "r1",
    allotments: [],
    standing: [],
    usedIds: new Set(),
    fresh: false,
    ...over,
  };
};
const replicas = fc.integer({ min: 1, max: 5 }).map((min) => ({ min, max: min + 1 }));
const allotments: fc.Arbitrary<readonly Allotment[]> = fc.array(
  fc.record({ offer: fc.constantFrom("a", "b", "c").map((region) => offerOf(region)), replicas }),
  { maxLength: 6 },
);
const ids = (units: readonly Unit[]) => units.map(({ id }) => id);
const used = (...units: readonly (readonly Unit[])[]) => new Set(units.flatMap(ids));
/** The units of a first plan, and of a second made while those of the first that are `kept` still stand. */
const twoPlans = fc.record({
  first: allotments,
  second: allotments,
  kept: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
});

describe("freezing units", () => {
  test("gives each allotment one unit: its place, shape, replicas, and the provider-side name of its id", () => {
    fc.assert(
      fc.property(allotments, (given) => {
        const units = freezeUnits(input({ allotments: given, generation: 7 }));
        expect(units).toHaveLength(given.length);
        for (const [index, unit] of units.entries()) {
          const { offer, replicas } = given[index] ?? { offer: offerOf("a"), replicas: { min: 0, max: 0 } };
          expect(unit).toMatchObject({ offer: offer.id, place: offer.place, shape: offer.shape, replicas });
          expect(unit).toMatchObject({ birth: 7, revision: "r1", workload: "web", attempt: 0 });
          expect(unit.name).toBe(unitName(unit.id));
        }
      }),
    );
  });

  test("counts ordinals within one offer, from 0, so that no two units share an id", () => {
    fc.assert(
      fc.property(allotments, (given) => {
        const units = freezeUnits(input({ allotments: given }));
        expect(used(units).size).toBe(units.length);
        for (const offer of new Set(given.map((allotment) => allotment.offer.id))) {
          const ordinals = units.filter((unit) => unit.offer === offer).map(({ ordinal }) => ordinal);
          expect(ordinals).toEqual(ordinals.map((_ordinal, index) => index));
        }
      }),
    );
  });

  test("is the same for the same question", () => {
    fc.assert(
      fc.property(allotments, (given) => {
        expect(freezeUnits(input({ allotments: given }))).toEqual(freezeUnits(input({ allotments: given })));
      }),
    );
  });

  test("keeps a standing unit whose key did not change: id, name and birth stay, only replicas are the new ones", () => {
    fc.assert(
      fc.property(allotments, replicas, (given, changed) => {
        const standing = freezeUnits(input({ allotments: given }));
        const wider = given.map(({ offer }) => ({ offer, replicas: changed }));
        const again = freezeUnits(
          input({ allotments: wider, standing, usedIds: used(standing), generation: 2, revision: "r2" }),
        );
        expect(again).toEqual(standing.map((unit) => ({ ...unit, replicas: changed })));
      }),
    );
  });

  test("never uses a spent id again: what does not stand any more comes back under another", () => {
    fc.assert(
      fc.property(twoPlans, ({ first, second, kept }) => {
        const before = freezeUnits(input({ allotments: first }));
        const standing = before.filter((_unit, index) => kept[index]);
        const after = freezeUnits(
          input({ allotments: second, standing, usedIds: used(before), generation: 2 }),
        );
        const stands = used(standing);
        for (const unit of after) {
          if (stands.has(unit.id)) expect(unit.birth).toBe(1);
          else expect(used(before).has(unit.id)).toBe(false);
        }
        expect(used(after).size).toBe(after.length);
      }),
    );
  });

  test("fresh keeps nothing, however often", () => {
    fc.assert(
      fc.property(allotments, fc.integer({ min: 1, max: 4 }), (given, times) => {
        let standing = freezeUnits(input({ allotments: given }));
        let spent = used(standing);
        for (let generation = 2; generation < 2 + times; generation += 1) {
          const anew = freezeUnits(
            input({ allotments: given, standing, usedIds: spent, generation, fresh: true }),
          );
          for (const unit of anew) expect(spent.has(unit.id)).toBe(false);
          expect(anew.every(({ attempt }) => attempt === generation - 1)).toBe(true);
          spent = new Set([...spent, ...ids(anew)]);
          standing = anew;
        }
      }),
    );
  });

  test("an id whose unit is forgotten is not given again, and what stands is still kept", () => {
    fc.assert(
      fc.property(allotments, fc.integer({ min: 1, max: 4 }), fc.boolean(), (given, times, fresh) => {
        let standing = freezeUnits(input({ allotments: given }));
        const spent = [...ids(standing)];
        for (let generation = 2; generation < 2 + times; generation += 1) {
          const usedIds = used(standing);
          standing = freezeUnits(
            input({
              allotments: given,
              standing,
              usedIds,
              generation,
              fresh: true,
              firstAttempt: generation - 1,
            }),
          );
          spent.push(...ids(standing));
        }
        const known = { standing, usedIds: used(standing), firstAttempt: times, generation: 2 + times };
        const next = freezeUnits(input({ allotments: given, ...known, fresh }));
        if (fresh) for (const { id } of next) expect(spent).not.toContain(id);
        else expect(ids(next)).toEqual(ids(standing));
        // Nothing of it stands any more, and all of it is forgotten.
        const anew = freezeUnits(input({ allotments: given, firstAttempt: times + 1 }));
        for (const { id } of anew) expect(spent).not.toContain(id);
        expect(new Set(spent).size).toBe(spent.length);
      }),
    );
  });

  test("an old unit that stands keeps its id, and gives none of that age to another place", () => {
    const one = { min: 1, max: 1 };
    const at = (region: string) => ({ offer: offerOf(region), replicas: one });
    const first = freezeUnits(input({ allotments: [at("a"), at("b")] }));
    const standing = first.slice(0, 1);
    const known = { standing, usedIds: used(standing), firstAttempt: 1, generation: 2 };
    const next = freezeUnits(input({ allotments: [at("a"), at("b")], ...known }));
    expect(next.map(({ attempt }) => attempt)).toEqual([0, 1]);
    expect(next[1]?.id).not.toBe(first[1]?.id);
  });

  test.each<[string, Partial<FreezeInput>, Offer]>([
    ["the workload", { workloadId: "wl_2" }, offerOf("a")],
    ["the image", { spec: specOf({ image: "localhost/web:2" }) }, offerOf("a")],
    ["the place", {}, offerOf("b")],
    ["the billing", {}, offerOf("a", "spot")],
    ["the shape", {}, { ...offerOf("a"), shape: { ...offerOf("a").shape, memoryMiB: 2_048 } }],
  ])("another unit comes beside the old one when %s changes", (_what, over, offer) => {
    const allotment = { offer: offerOf("a"), replicas: { min: 1, max: 1 } };
    const standing = freezeUnits(input({ allotments: [allotment] }));
    const changed = freezeUnits(
      input({ ...over, allotments: [{ ...allotment, offer }], standing, usedIds: used(standing) }),
    );
    expect(changed[0]?.id).not.toBe(standing[0]?.id);
  });

  test("gives up, in words, on a key that has been tried without end", () => {
    const everything = { has: () => true } as unknown as ReadonlySet<string>;
    const allotment = { offer: offerOf("a"), replicas: { min: 1, max: 1 } };
    expect(() => freezeUnits(input({ allotments: [allotment], usedIds: everything }))).toThrow(
      "more than 10000 units with one key for web",
    );
  });
});

describe("freezing stops", () => {
  const worker = (over: Readonly<Record<string, unknown>>) =>
    specOf({ port: undefined, kind: "worker", ...over });
  const unitsOf = (spec: Spec, region: string) =>
    freezeUnits(input({ spec, allotments: [{ offer: offerOf(region), replicas: { min: 1, max: 1 } }] }));
  const reasons = (
    spec: Spec | undefined,
    standing: readonly Unit[],
    trigger: "deploy" | "failover" = "deploy",
  ) => Object.values(freezeStops(spec, spec === undefined ? [] : unitsOf(spec, "new"), standing, trigger));

  test("names no unit that the plan keeps, and of the others all or none", () => {
    fc.assert(
      fc.property(twoPlans, fc.constantFrom("start-first", "stop-first"), ({ first, second }, order) => {
        const spec = specOf({ rollout: { order } });
        const standing = freezeUnits(input({ spec, allotments: first }));
        const units = freezeUnits(input({ spec, allotments: second, standing, usedIds: used(standing) }));
        const stops = freezeStops(spec, units, standing, "deploy");
        const leaving = standing.filter(({ id }) => !used(units).has(id));
        expect(new Set(Object.keys(stops))).toEqual(order === "stop-first" ? used(leaving) : new Set());
      }),
    );
  });

  test("stops everything for being removed when nothing is wanted any more", () => {
    expect(reasons(undefined, unitsOf(SPEC, "old"))).toEqual(["removed"]);
  });

  test.each([
    ["the spec says so", specOf({ rollout: { order: "stop-first" } })],
    ["it is made anew in place", specOf({ rollout: { strategy: "recreate" } })],
    ["it is a singleton", worker({ singleton: true })],
  ])("stops the old first when %s", (_why, spec) => {
    expect(reasons(spec, unitsOf(spec, "old"))).toEqual(["stop-first"]);
  });

  test("stops a singleton first also when the new spec is none any more", () => {
    expect(reasons(SPEC, unitsOf(worker({ singleton: true }), "old"))).toEqual(["stop-first"]);
  });

  test("stops a fenced unit first when it is moved off a silent host, and only then", () => {
    const spec = worker({});
    expect(reasons(spec, unitsOf(spec, "old"), "failover")).toEqual(["stop-first"]);
    expect(reasons(spec, unitsOf(spec, "old"), "deploy")).toEqual([]);
    expect(reasons(SPEC, unitsOf(SPEC, "old"), "failover")).toEqual([]);
  });
});
