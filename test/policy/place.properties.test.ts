import * as fc from "fast-check";
import { expect, test } from "vitest";
import { place } from "../../src/policy/place.ts";
import { completePolicy, narrow } from "../../src/policy/layers.ts";
import { offersArbitrary, OPEN_POLICY, questions, rulesArbitrary } from "./arbitraries.ts";

const idsOf = (list: readonly { readonly offer: { readonly id: string } }[]): readonly string[] =>
  list.map(({ offer }) => offer.id);

test("the order in which offers come changes nothing", () => {
  fc.assert(
    fc.property(
      questions.chain((question) =>
        fc.tuple(
          fc.constant(question),
          fc.shuffledSubarray([...question.offers], { minLength: question.offers.length }),
        ),
      ),
      ([question, shuffled]) => {
        expect(place({ ...question, offers: shuffled })).toEqual(place(question));
      },
    ),
  );
});

test("every offer is ranked or rejected, once", () => {
  fc.assert(
    fc.property(questions, (question) => {
      const { ranked, rejected } = place(question);
      expect([...idsOf(ranked), ...idsOf(rejected)].sort()).toEqual(
        question.offers.map(({ id }) => id).sort(),
      );
    }),
  );
});

test("every rejected offer has a reason, and every reason is a sentence under a rule", () => {
  fc.assert(
    fc.property(questions, (question) => {
      for (const { reasons } of place(question).rejected) {
        expect(reasons.length).toBeGreaterThan(0);
        for (const { rule, message } of reasons)
          expect([rule.length > 2, message.length > 8]).toEqual([true, true]);
      }
    }),
  );
});

test("ranked offers go from best to worst, and equal ones by id", () => {
  fc.assert(
    fc.property(questions, (question) => {
      const { ranked } = place(question);
      for (const [index, one] of ranked.entries()) {
        const next = ranked[index + 1];
        if (next === undefined) continue;
        expect(one.total > next.total || (one.total === next.total && one.offer.id < next.offer.id)).toBe(
          true,
        );
      }
    }),
  );
});

test("scores and totals stay between 0 and 1", () => {
  fc.assert(
    fc.property(questions, (question) => {
      for (const { total, scores } of place(question).ranked)
        for (const value of [total, ...Object.values(scores)]) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1 + Number.EPSILON);
        }
    }),
  );
});

test("a stricter policy never widens: what either refuses, both together refuse", () => {
  fc.assert(
    fc.property(questions, rulesArbitrary, rulesArbitrary, (question, hard, inline) => {
      const base = completePolicy(OPEN_POLICY, "base", hard);
      const alone = completePolicy(OPEN_POLICY, "inline", inline);
      const left = (policy: typeof base): readonly string[] => idsOf(place({ ...question, policy }).ranked);
      const both = left(narrow(base, inline));
      const expected = left(base).filter((id) => left(alone).includes(id));
      expect([...both].sort()).toEqual([...expected].sort());
    }),
    { numRuns: 1000 },
  );
});

test("one more offer never gives a worse choice by the scores computed with it present", () => {
  fc.assert(
    fc.property(questions, offersArbitrary, (question, extra) => {
      const more = extra.map((offer) => ({ ...offer, id: `more-${offer.id}` }));
      const before = place(question).ranked[0];
      const after = place({ ...question, offers: [...question.offers, ...more] }).ranked;
      if (before === undefined) return;
      const same = after.find(({ offer }) => offer.id === before.offer.id);
      expect(same).toBeDefined();
      expect(after[0]?.total).toBeGreaterThanOrEqual(same?.total ?? Infinity);
    }),
  );
});

test("a reason against an offer does not depend on which other offers there are", () => {
  fc.assert(
    fc.property(questions, (question) => {
      const { rejected } = place(question);
      for (const { offer, reasons } of rejected)
        expect(place({ ...question, offers: [offer] }).rejected).toEqual([{ offer, reasons }]);
    }),
  );
});
