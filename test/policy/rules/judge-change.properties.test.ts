import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Exception, Person } from "../../../src/domain/exception.ts";
import { othersThan } from "../../../src/domain/exception.ts";
import type { LayerRef } from "../../../src/domain/layer.ts";
import { CHANGE_KINDS, type ChangeRules } from "../../../src/policy/rules/rule.ts";
import { judgeChange, type ChangeQuestion } from "../../../src/policy/rules/judge-change.ts";
import { factsOf } from "./facts.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const RULES = ["a", "b", "c"];
const layer: fc.Arbitrary<LayerRef> = fc.record({
  layer: fc.constantFrom("instance" as const, "project" as const, "workload" as const, "inline" as const),
  name: fc.constantFrom("p", "q"),
  version: fc.constant(1),
  hash: fc.constant("h"),
});
const rule = fc.record(
  {
    name: fc.constantFrom(...RULES),
    on: fc.uniqueArray(fc.constantFrom(...CHANGE_KINDS), { minLength: 1 }),
    when: fc.constantFrom("yes", "no", "unclear"),
    effect: fc.constantFrom("deny" as const, "approve" as const, "warn" as const),
    mode: fc.constantFrom("enforce" as const, "audit" as const),
    message: fc.constant("change it"),
    approvals: fc.integer({ min: 1, max: 3 }),
    layer,
  },
  { requiredKeys: ["name", "on", "effect", "message", "layer"] },
);
const freeze = fc.record(
  {
    name: fc.constantFrom(...RULES),
    on: fc.option(fc.uniqueArray(fc.constantFrom(...CHANGE_KINDS), { minLength: 1 }), {
      nil: undefined,
      freq: 1,
    }),
    message: fc.constant("wait"),
    window: fc.constantFrom({ from: NOW - 1, until: NOW + 1 }, { from: NOW + 1, until: NOW + 2 }),
    layer,
  },
  { requiredKeys: ["name", "message", "window", "layer"] },
);
const person: fc.Arbitrary<Person> = fc.record({
  actor: fc.constantFrom("token:a", "token:b", "token:c"),
  token: fc.constantFrom("t1", "t2", "t3"),
  ofInstance: fc.boolean(),
});
const exception: fc.Arbitrary<Exception> = fc.record({
  id: fc.constantFrom("exc_1", "exc_2"),
  rule: fc.constantFrom(...RULES),
  select: fc.record(
    {
      environments: fc.constantFrom(["production"], ["staging"]),
      workloads: fc.constantFrom(["web"], ["api"]),
    },
    { requiredKeys: [] },
  ),
  reason: fc.constant("because"),
  until: fc.constantFrom(NOW - 1, NOW, NOW + 1),
  createdAt: fc.constantFrom(NOW - 10, NOW + 10),
  requester: person,
  approvals: fc.array(
    person.map((one) => ({ ...one, at: NOW - 5 })),
    { maxLength: 4 },
  ),
});
const question: fc.Arbitrary<ChangeQuestion> = fc
  .record({
    kind: fc.constantFrom(...CHANGE_KINDS),
    rules: fc.record({
      rules: fc.array(rule, { maxLength: 5 }),
      freezes: fc.array(freeze, { maxLength: 3 }),
    }),
    exceptions: fc.array(exception, { maxLength: 4 }),
    emergency: fc.option(fc.constant({ reason: "fire" }), { nil: undefined, freq: 1 }),
    continues: fc.boolean(),
  })
  .map(({ kind, ...rest }) => ({
    ...rest,
    facts: factsOf({ now: NOW, kinds: [kind] }),
    holds: (when) => (when === "unclear" ? "no such field" : when === "yes"),
  }));
const judged = (asked: ChangeQuestion) => judgeChange(asked);
const without = (asked: ChangeQuestion, over: Partial<ChangeQuestion>) => judgeChange({ ...asked, ...over });

describe("what the rules say of a change", () => {
  test("an emergency passes every hold and no denial, whatever else there is", () => {
    fc.assert(
      fc.property(question, (asked) => {
        const [calm, urgent] = [
          without(asked, { emergency: undefined }),
          without(asked, { emergency: { reason: "fire" } }),
        ];
        expect(urgent.denials).toEqual(calm.denials);
        expect(urgent.holds).toEqual([]);
        const passed = urgent.passed.filter(({ by }) => "emergency" in by).map((one) => one.rule);
        expect(passed.sort()).toEqual(calm.holds.map((hold) => hold.rule).sort());
      }),
    );
  });

  test("more rules never lift a denial or a hold, and the order of rules changes neither", () => {
    fc.assert(
      fc.property(question, rule, freeze, fc.nat(5), (asked, more, frozen, at) => {
        const wider: ChangeRules = {
          rules: asked.rules.rules.toSpliced(at, 0, more),
          freezes: asked.rules.freezes.toSpliced(at, 0, frozen),
        };
        const [before, after] = [judged(asked), without(asked, { rules: wider })];
        expect(after.denials).toEqual(expect.arrayContaining([...before.denials]));
        expect(after.holds).toEqual(expect.arrayContaining([...before.holds]));
        const turned = {
          rules: asked.rules.rules.toReversed(),
          freezes: asked.rules.freezes.toReversed(),
        };
        const names = (list: readonly { readonly rule: string }[]) =>
          list.map((one) => JSON.stringify(one)).sort();
        const other = without(asked, { rules: turned });
        expect(names(other.denials)).toEqual(names(before.denials));
        expect(names(other.holds)).toEqual(names(before.holds));
      }),
    );
  });

  test("an exception lifts only what it names, never past its end, and never on the word of who asked for it", () => {
    fc.assert(
      fc.property(question, (asked) => {
        for (const { rule: name, layer: of, by } of judged(asked).passed) {
          if (!("exception" in by)) continue;
          const used = asked.exceptions.filter(
            (one) => one.id === by.exception && one.rule === name && one.until > NOW,
          );
          expect(used.length).toBeGreaterThan(0);
          const demands = asked.rules.rules.filter((one) => one.name === name && one.layer === of);
          const needed = Math.min(
            ...demands.map((one) => one.approvals ?? (one.effect === "approve" ? 1 : 0)),
            3,
          );
          const counted = used.map((one) => othersThan([one.requester], one.approvals).length);
          if (demands.length > 0) expect(Math.max(...counted)).toBeGreaterThanOrEqual(needed);
        }
      }),
    );
  });

  test("a rule in audit mode stops nothing, and one that cannot be judged lets nothing through that it should stop", () => {
    fc.assert(
      fc.property(question, (asked) => {
        const audits = {
          ...asked.rules,
          freezes: [],
          rules: asked.rules.rules.map((one) => ({ ...one, mode: "audit" as const })),
        };
        const quiet = without(asked, { rules: audits });
        expect([quiet.denials, quiet.holds, quiet.warnings]).toEqual([[], [], []]);
        const blind = without(asked, { exceptions: [], holds: () => "it is broken" });
        const spoken = asked.rules.rules.filter(
          (one) =>
            one.mode !== "audit" &&
            one.effect !== "warn" &&
            one.on.includes(asked.facts.change.kinds[0] ?? "deploy"),
        );
        const told = (one: (typeof spoken)[number]) => one.when === undefined && one.effect === "approve";
        expect(blind.denials.length).toBe(spoken.filter((one) => !told(one)).length);
      }),
    );
  });

  test("a failover and a drain wait for a freeze only where it names them", () => {
    fc.assert(
      fc.property(question, (asked) => {
        for (const kind of ["failover", "drain"] as const) {
          const facts = factsOf({ now: NOW, kinds: [kind] });
          const rules = { rules: [], freezes: asked.rules.freezes };
          const alone = { exceptions: [], emergency: undefined, continues: false };
          const { holds } = without(asked, { facts, rules, ...alone });
          for (const hold of holds)
            expect(asked.rules.freezes.some((one) => one.name === hold.rule && one.on?.includes(kind))).toBe(
              true,
            );
        }
      }),
    );
  });
});

test("people count once each: none of the authors, and of two who share a name or a token only one", () => {
  fc.assert(
    fc.property(fc.array(person, { maxLength: 6 }), fc.array(person, { maxLength: 3 }), (said, authors) => {
      const counted = othersThan(authors, said);
      for (const field of ["actor", "token"] as const) {
        const values = counted.map((one) => one[field]);
        expect(new Set(values).size).toBe(values.length);
        for (const author of authors) expect(values).not.toContain(author[field]);
      }
    }),
  );
});
