import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { samePlace } from "../../src/domain/place.ts";
import { allot } from "../../src/policy/allot.ts";
import { roomIn } from "../../src/policy/held.ts";
import { place } from "../../src/policy/place.ts";
import { aService } from "../catalog/needs.ts";
import { anOffer, OPEN_GATEWAY, OPEN_POLICY, questions } from "./arbitraries.ts";

const held = fc.array(
  fc.record({
    place: fc.record({
      provider: fc.constant("agents" as const),
      target: fc.constant("one"),
      region: fc.constant("home"),
      host: fc.constantFrom("a", "b", "c"),
    }),
    replicas: fc.integer({ min: 0, max: 3 }),
  }),
  { maxLength: 2 },
);

test("the parts add up to the replicas, each within its place's room, all of one target and no place twice", () => {
  fc.assert(
    fc.property(questions, fc.integer({ min: 0, max: 12 }), held, (question, replicas, kept) => {
      const { ranked } = place({ ...question, held: kept });
      const [chosen] = ranked;
      if (chosen === undefined) return;
      const split = allot(ranked, chosen, replicas, kept);
      if (!split.ok) return;
      expect(split.parts.reduce((sum, part) => sum + part.replicas, 0)).toBe(replicas);
      for (const part of split.parts) {
        expect(part.replicas).toBeLessThanOrEqual(roomIn(part.ranked.offer, kept) ?? Infinity);
        expect(part.ranked.offer.place.target).toBe(chosen.offer.place.target);
        expect(part.ranked.offer.billing).toBe(chosen.offer.billing);
      }
      const places = split.parts.map(({ ranked: { offer } }) => offer.place);
      for (const [index, one] of places.entries())
        expect(places.slice(index + 1).some((other) => samePlace(one, other))).toBe(false);
    }),
    { numRuns: 400 },
  );
});

test("it fails only where the target really has too little room, and says how much there is", () => {
  fc.assert(
    fc.property(questions, fc.integer({ min: 1, max: 12 }), (question, replicas) => {
      const { ranked } = place(question);
      const [chosen] = ranked;
      if (chosen === undefined) return;
      const split = allot(ranked, chosen, replicas);
      if (split.ok) return;
      const said = /room for (\d+) of (\d+) replicas/.exec(split.because);
      expect(Number(said?.[2])).toBe(replicas);
      expect(Number(said?.[1])).toBeLessThan(replicas);
      expect(allot(ranked, chosen, Number(said?.[1])).ok).toBe(true);
    }),
    { numRuns: 400 },
  );
});

describe("hosts of a pool", () => {
  const host = (name: string, capacityReplicas: number | undefined) =>
    anOffer(name, { place: at(name), billing: "own", capacityReplicas });
  const at = (name: string) => ({ provider: "agents", target: "pool", region: "home", host: name }) as const;
  const split = (
    offers: readonly ReturnType<typeof host>[],
    replicas: number,
    kept: Parameters<typeof allot>[3] = [],
  ) => {
    const { ranked } = place({
      needs: aService(),
      offers,
      policy: OPEN_POLICY,
      gateway: OPEN_GATEWAY,
      held: kept,
    });
    const [chosen] = ranked;
    if (chosen === undefined) throw new Error("something must rank");
    const result = allot(ranked, chosen, replicas, kept);
    return result.ok ? result.parts.map((part) => [part.ranked.offer.id, part.replicas]) : result.because;
  };

  test("fill up in rank order, the chosen one first", () => {
    expect(split([host("a", 2), host("b", 1), host("c", 5)], 4)).toEqual([
      ["a", 2],
      ["b", 1],
      ["c", 1],
    ]);
  });
  test("are not given more than fits because the workload holds some of it already", () => {
    const kept = [{ place: at("a"), replicas: 2 }];
    expect(split([host("a", 2)], 3, kept)).toContain("pool has room for 2 of 3");
    expect(split([host("a", 0)], 2, kept)).toEqual([["a", 2]]);
  });
  test("that hold replicas already come before those that do not", () => {
    const kept = [{ place: at("c"), replicas: 2 }];
    expect(split([host("a", 1), host("b", 5), host("c", 0)], 3, kept)).toEqual([
      ["a", 1],
      ["c", 2],
    ]);
  });
  test("without a bound take everything", () => {
    expect(split([host("a", undefined), host("b", 5)], 9)).toEqual([["a", 9]]);
  });
  test("keep a place for a workload at zero", () => {
    expect(split([host("a", 2), host("b", 1)], 0)).toEqual([["a", 0]]);
  });
  test("that are too small together are said to be", () => {
    expect(split([host("a", 2), host("b", 1)], 5)).toBe(
      "pool has room for 3 of 5 replicas now: lower scale.min, or add capacity",
    );
  });
  test("of another pool are never mixed in", () => {
    const other = anOffer("b", {
      place: { ...at("b"), target: "other" },
      billing: "own",
      capacityReplicas: 5,
    });
    expect(split([host("a", 1), other], 2)).toContain("pool has room for 1 of 2");
  });
  test("do not lend room to another way of buying the same place", () => {
    const other = anOffer("z", { place: at("b"), billing: "own", capacityReplicas: 5 });
    expect(split([host("a", 1), host("b", 1), other], 3)).toContain("room for 2 of 3");
  });
});
