import { Big } from "big.js";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Offer } from "../../../src/domain/offer.ts";
import { decidePlacement } from "../../../src/policy/decision.ts";
import { pack } from "../../../src/policy/pack/pack.ts";
import type { Asking, BudgetLeft } from "../../../src/policy/together/asking.ts";
import { type Decided, decideTogether } from "../../../src/policy/together/decide-together.ts";
import { OPEN_POLICY } from "../arbitraries.ts";
import { spreads, tiered } from "../pack/arbitraries.ts";
import { askings, offerOf } from "./askings.ts";

const CASES = [
  ["few", askings({ maxItems: 6 })],
  ["more than are decided exactly", askings({ maxItems: 20, maxReplicas: 3 })],
  ["spread", askings({ policy: spreads, maxReplicas: 3 })],
  ["over tiers", askings({ policy: tiered, maxReplicas: 3 })],
] as const;

test.each(CASES)("no room and no budget is given twice: %s", (_what, some) => {
  fc.assert(
    fc.property(some, ({ askings: list, budgets }) => {
      const { decided } = decideTogether(list, budgets);
      expect(decided.map(({ workload }) => workload).toSorted()).toEqual(
        list.map(({ workload }) => workload).toSorted(),
      );
      expectRoomsKept(list, decided);
      expectBudgetsKept(list, budgets, decided);
    }),
    { numRuns: 300 },
  );
});

test.each(CASES)("nobody is put where its own rules refuse it: %s", (_what, some) => {
  fc.assert(
    fc.property(some, ({ askings: list, budgets }) => {
      for (const one of decideTogether(list, budgets).decided.filter(isPlaced)) {
        const { inputs } = askingOf(list, one);
        const alone = new Set(decidePlacement(inputs).placement.ranked.map(({ offer }) => offer.id));
        for (const { offer } of partsOf(one)) expect(alone).toContain(offer);
      }
    }),
    { numRuns: 100 },
  );
});

test.each(CASES.slice(0, 2))("whoever pack has a place for gets one: %s", (_what, some) => {
  fc.assert(
    fc.property(some, ({ askings: list, budgets }) => {
      const { decided, packing } = decideTogether(list, budgets);
      const given = placedByPack(list, budgets);
      for (const one of decided) {
        const isAble = decidePlacement(askingOf(list, one).inputs).split?.ok === true;
        if (given.has(one.workload) && isAble) expect(isPlaced(one)).toBe(true);
      }
      expect(packing.bound).toBeGreaterThanOrEqual(packing.total - 1e-9);
    }),
    { numRuns: 300 },
  );
});

test("the order in which workloads and their offers come changes nothing", () => {
  fc.assert(
    fc.property(
      askings({ maxItems: 16 }),
      fc.infiniteStream(fc.nat()),
      ({ askings: list, budgets }, keys) => {
        const shuffled = shuffle(list, keys).map((one) => ({
          ...one,
          inputs: { ...one.inputs, offers: shuffle(one.inputs.offers, keys) },
        }));
        const choices = (all: readonly Decided[]) =>
          all.map((one) => [one.workload, partsOf(one).toSorted(byOffer), one.because]);
        expect(choices(decideTogether(shuffled, budgets.toReversed()).decided)).toEqual(
          choices(decideTogether(list, budgets).decided),
        );
      },
    ),
    { numRuns: 200 },
  );
});

test("where nothing is shared, each is decided as if it were alone, from the very inputs", () => {
  fc.assert(
    fc.property(askings({ maxItems: 16, maxReplicas: 3 }), ({ askings: list }) => {
      const apart = list.map((one) => ({ ...one, draws: new Map(), raises: new Map(), budgets: [] }));
      for (const { workload, inputs, decision } of decideTogether(apart, []).decided) {
        const alone = apart.find((one) => one.workload === workload);
        expect(inputs).toEqual(alone?.inputs);
        expect(decision).toEqual(alone && decidePlacement(alone.inputs));
      }
    }),
    { numRuns: 100 },
  );
});

test("one workload in a change has whatever it would have alone", () => {
  fc.assert(
    fc.property(askings({ maxItems: 1, maxReplicas: 3 }), ({ askings: [asking] }) => {
      fc.pre(asking !== undefined);
      const [only] = decideTogether([{ ...asking, budgets: [] }], []).decided;
      expect(only?.decision).toEqual(decidePlacement(asking.inputs));
    }),
    { numRuns: 200 },
  );
});

test("what was decided beside others is decided again from its inputs alone, as a receipt keeps them", () => {
  fc.assert(
    fc.property(askings({ maxItems: 8 }), ({ askings: list, budgets }) => {
      for (const { inputs, decision } of decideTogether(list, budgets).decided)
        expect(decidePlacement(JSON.parse(JSON.stringify(inputs)))).toEqual(
          JSON.parse(JSON.stringify(decision)),
        );
    }),
    { numRuns: 100 },
  );
});

test("the higher priority gets the room that does for one, and the other is told who has it", () => {
  fc.assert(
    fc.property(
      askings({ maxItems: 1, maxReplicas: 1, policy: fc.constant(OPEN_POLICY) }),
      ({ askings: [one] }) => {
        fc.pre(one !== undefined && isPlaced(decideTogether([{ ...one, budgets: [] }], []).decided[0]));
        const free = one.inputs.offers
          .slice(0, 1)
          .map((offer) => ({ ...offer, capacityReplicas: 1, impossible: [] }));
        const room = new Map(free.map(({ id }) => [id, [{ pool: "room", replicas: 1 }]]));
        const asking = (workload: string, priority: number): Asking => ({
          ...one,
          workload,
          inputs: {
            ...one.inputs,
            offers: free,
            held: [],
            incumbents: [],
            incumbent: undefined,
            workload: one.inputs.workload && { ...one.inputs.workload, priority },
          },
          draws: room,
          budgets: [],
        });
        const [first, second] = decideTogether([asking("a", 10), asking("b", 90)], []).decided;
        fc.pre(first !== undefined && isPlaced(first));
        expect([first?.workload, second?.workload]).toEqual(["b", "a"]);
        expect(isPlaced(second)).toBe(false);
        expect(second?.decision.placement.rejected[0]?.reasons[0]?.message).toMatch(
          /its room goes to b of the same change/,
        );
      },
    ),
    { numRuns: 100 },
  );
});

function isPlaced(one: Decided | undefined): boolean {
  return one?.decision.split?.ok === true;
}

function partsOf({ decision: { split } }: Decided) {
  if (split?.ok !== true) return [];
  return split.parts.map(({ ranked, replicas }) => ({ offer: ranked.offer.id, replicas }));
}

function askingOf(list: readonly Asking[], { workload }: Decided): Asking {
  const found = list.find((one) => one.workload === workload);
  if (found === undefined) throw new Error(`${workload} was not asked for`);
  return found;
}

function placedByPack(list: readonly Asking[], budgets: readonly BudgetLeft[]): ReadonlySet<string> {
  const rooms = new Map(
    list.flatMap(({ draws }) => [...draws.values()].flat()).map((draw) => [draw.pool, draw]),
  );
  const items = list.map(({ workload, inputs: { offers, ...question }, draws, budgets: pays, raises }) => ({
    id: workload,
    priority: question.workload?.priority ?? 0,
    replicas: question.needs.scale.min,
    question,
    offers: offers.map((offer) => ({
      offer,
      pools: (draws.get(offer.id) ?? []).map(({ pool }) => pool),
      reservedUsd: raises.get(offer.id),
    })),
    budgets: pays,
  }));
  const market = {
    offers: [],
    pools: [...rooms.values()].map(({ pool, ...free }) => ({ id: pool, ...free })),
    budgets: budgets.map(({ name, usdPerMonth }) => ({ id: name, usdPerMonth })),
  };
  return new Set(pack(market, items).placements.map(({ id }) => id));
}

// Counted from the question itself, with none of the code that decides.
function expectRoomsKept(list: readonly Asking[], decided: readonly Decided[]): void {
  const taken = new Map<string, { replicas: number; milliCpu: number; memoryMiB: number }>();
  const free = new Map(
    list.flatMap(({ draws }) => [...draws.values()].flat()).map((draw) => [draw.pool, draw]),
  );
  for (const one of decided) {
    const asking = askingOf(list, one);
    for (const { offer: id, replicas } of partsOf(one)) {
      const offer = offerOf(asking, id);
      if (offer === undefined) throw new Error(`${id} was not offered`);
      const news = Math.max(0, replicas - keptAt(asking, offer));
      for (const { pool } of asking.draws.get(id) ?? []) {
        const sum = taken.get(pool) ?? { replicas: 0, milliCpu: 0, memoryMiB: 0 };
        sum.replicas += news;
        sum.milliCpu += news * offer.shape.milliCpu;
        sum.memoryMiB += news * offer.shape.memoryMiB;
        taken.set(pool, sum);
      }
    }
  }
  for (const [pool, sum] of taken) {
    expect(sum.milliCpu).toBeLessThanOrEqual(free.get(pool)?.milliCpu ?? Infinity);
    expect(sum.memoryMiB).toBeLessThanOrEqual(free.get(pool)?.memoryMiB ?? Infinity);
    expect(sum.replicas).toBeLessThanOrEqual(free.get(pool)?.replicas ?? Infinity);
  }
}

function keptAt({ inputs: { held } }: Asking, { place }: Offer): number {
  return held?.[0]?.place === place ? held[0].replicas : 0;
}

function expectBudgetsKept(
  list: readonly Asking[],
  budgets: readonly BudgetLeft[],
  decided: readonly Decided[],
): void {
  for (const { name, usdPerMonth } of budgets) {
    const spent = decided.reduce((sum, one) => {
      const asking = askingOf(list, one);
      if (!asking.budgets.includes(name)) return sum;
      const parts = partsOf(one);
      const all = parts.reduce((count, { replicas }) => count + replicas, 0);
      return parts.reduce(
        (more, { offer, replicas }) =>
          more.plus(new Big(asking.raises.get(offer) ?? "0").times(replicas).div(all)),
        sum,
      );
    }, new Big(0));
    expect(spent.lte(new Big(usdPerMonth).plus("0.0001"))).toBe(true);
  }
}

function shuffle<T>(list: readonly T[], keys: fc.Stream<number>): readonly T[] {
  return list
    .map((one) => ({ one, key: keys.next().value ?? 0 }))
    .sort((a, b) => a.key - b.key)
    .map(({ one }) => one);
}

const byOffer = (a: { readonly offer: string }, b: { readonly offer: string }): number =>
  a.offer < b.offer ? -1 : 1;
