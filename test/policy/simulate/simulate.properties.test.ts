import * as fc from "fast-check";
import { expect, test } from "vitest";
import { subtract, sum } from "../../../src/domain/money.ts";
import { againstIncumbent } from "../../../src/policy/against.ts";
import type { DecisionInputs } from "../../../src/policy/decision.ts";
import { decidePlacement } from "../../../src/policy/decision.ts";
import { parsePolicy } from "../../../src/policy/parse-policy.ts";
import { simulate, type Subject } from "../../../src/policy/simulate/simulate.ts";
import { aPrice, questions, rulesArbitrary } from "../arbitraries.ts";

/** What a deploy of a workload is decided from, mostly one that runs somewhere already. */
const inputs: fc.Arbitrary<DecisionInputs> = fc
  .record({ question: questions, at: fc.option(fc.nat({ max: 20 }), { nil: undefined, freq: 4 }) })
  .map(({ question, at }) => {
    const offer = at === undefined ? undefined : question.offers[at % Math.max(1, question.offers.length)];
    const incumbent = offer && {
      place: offer.place,
      offer: offer.id,
      billing: offer.billing,
      shape: offer.shape,
    };
    return { ...question, now: 0, incumbent };
  });

const policies = rulesArbitrary.map((rules) => {
  const { jurisdictions, ...rest } = rules;
  const parsed = parsePolicy({ ...rest, ...(jurisdictions?.length === 0 ? {} : { jurisdictions }) });
  return parsed.ok ? parsed.policy : undefined;
});

/** A fleet, and the same with another policy for all of it and other prices for some. */
const fleets: fc.Arbitrary<readonly Subject[]> = fc
  .record({
    fleet: fc.array(inputs, { maxLength: 6 }),
    policy: policies,
    usd: fc.constantFrom("0.1", "3", "12.34"),
  })
  .map(({ fleet, policy, usd }) =>
    fleet.map((before, index) => ({
      environment: "production",
      workload: `w${index}`,
      before,
      after: {
        ...before,
        policy: policy ?? before.policy,
        offers: before.offers.map((offer, at) =>
          at % 3 === 0 && offer.price !== undefined ? { ...offer, price: aPrice(usd) } : offer,
        ),
      },
    })),
  );

test("a fleet that nothing changes for is all unchanged, and costs what it did", () => {
  fc.assert(
    fc.property(fc.array(inputs, { maxLength: 6 }), (fleet) => {
      const subjects = fleet.map((one, index) => ({
        environment: "production",
        workload: `w${index}`,
        before: one,
        after: structuredClone(one),
      }));
      const { totals, changed } = simulate(subjects);
      expect(totals).toMatchObject({ moves: 0, repriced: 0, differenceUsd: "0" });
      expect(
        changed.filter(({ unplaceable, violation }) => (unplaceable ?? violation)?.already !== true),
      ).toEqual([]);
    }),
  );
});

test("the total difference is the sum of the workloads' and of nothing else", () => {
  fc.assert(
    fc.property(fleets, (subjects) => {
      const { totals, changed } = simulate(subjects);
      expect(totals.differenceUsd).toBe(sum(changed.flatMap(({ differenceUsd }) => differenceUsd ?? [])));
      expect(totals.differenceUsd).toBe(subtract(totals.afterUsd, totals.beforeUsd));
    }),
  );
});

test("every workload is counted once, and each that is not unchanged is told with a sentence", () => {
  fc.assert(
    fc.property(fleets, (subjects) => {
      const { totals, changed } = simulate(subjects);
      const { unchanged, repriced, moves, unplaceable } = totals;
      expect(unchanged + repriced + moves + unplaceable).toBe(subjects.length);
      expect(changed.filter(({ outcome }) => outcome !== "unchanged")).toHaveLength(
        subjects.length - unchanged,
      );
      for (const { because } of changed) expect(because).not.toBe("");
    }),
  );
});

test("a workload said to move goes where its next plan would put it, and one said to have no place has none", () => {
  fc.assert(
    fc.property(fleets, (subjects) => {
      const { changed } = simulate(subjects);
      for (const { workload, outcome, to, unplaceable } of changed) {
        const subject = subjects.find((one) => one.workload === workload);
        const after = subject?.after;
        const decision = after && decidePlacement(after);
        const chosen = decision?.split?.ok === true ? decision.choice.chosen?.offer.id : undefined;
        expect(to?.offer).toBe(chosen);
        expect(outcome === "unplaceable").toBe(chosen === undefined);
        expect(unplaceable === undefined).toBe(chosen !== undefined);
      }
    }),
  );
});

test("a violation names a rule of the policy, and the place is one the next plan would not stay at", () => {
  fc.assert(
    fc.property(fleets, (subjects) => {
      const { changed } = simulate(subjects);
      for (const { workload, violation, to } of changed) {
        if (violation === undefined) continue;
        expect(violation.reasons.length).toBeGreaterThan(0);
        for (const { rule } of violation.reasons) expect(rule).toMatch(/^policy:/);
        const incumbent = subjects.find((one) => one.workload === workload)?.before.incumbent;
        expect(to?.offer).not.toBe(incumbent?.offer);
      }
    }),
  );
});

test("simulating changes nothing of what it is given", () => {
  fc.assert(
    fc.property(fleets, (subjects) => {
      const copy = structuredClone(subjects);
      simulate(subjects);
      expect(subjects).toEqual(copy);
    }),
  );
});

test("policies that contradict each other leave no place, the sentence says which, and what each forbids is told", () => {
  fc.assert(
    fc.property(fleets, (subjects) => {
      const said = "a allows only DE, b only US";
      const torn = subjects.map((subject) => ({ ...subject, contradiction: { after: said } }));
      const { changed } = simulate(torn);
      expect(changed.every(({ outcome, because }) => outcome === "unplaceable" && because === said)).toBe(
        true,
      );
      expect(changed).toHaveLength(subjects.length);
      const forbidden = (simulation: ReturnType<typeof simulate>) =>
        simulation.changed.flatMap(({ workload, violation }) => (violation === undefined ? [] : [workload]));
      expect(forbidden(simulate(torn))).toEqual(forbidden(simulate(subjects)));
    }),
  );
});

test("what is forbidden without the changed policy, too, is not told of that one, and nothing else is left out", () => {
  fc.assert(
    fc.property(fleets, fleets, (subjects, others) => {
      const mixed = subjects.map((subject, index) => ({ ...subject, without: others[index]?.after }));
      const found = simulate(mixed).changed.flatMap(({ workload, violation }) =>
        violation === undefined ? [] : [{ workload, violation }],
      );
      for (const subject of mixed) {
        const { before, after, without, workload } = subject;
        const rules = (of: DecisionInputs | undefined) =>
          of === undefined || before.incumbent === undefined
            ? []
            : againstIncumbent(decidePlacement(of), before.incumbent).map(({ rule }) => rule);
        const own = rules(after).filter((rule) => !rules(without).includes(rule));
        const told = found.find((one) => one.workload === workload)?.violation;
        expect(told?.reasons.map(({ rule }) => rule) ?? []).toEqual(own);
        if (told !== undefined) expect(told.already).toBe(own.every((rule) => rules(before).includes(rule)));
      }
    }),
  );
});
