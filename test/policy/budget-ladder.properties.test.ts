import * as fc from "fast-check";
import { expect, test } from "vitest";
import { LADDER_STEPS, type Budget, type BudgetStep } from "../../src/domain/budget.ts";
import { blocksNew, climb, thresholdUsd } from "../../src/policy/budget-ladder.ts";

const MINUTE_MS = 60_000;
const rung = fc.record({
  atPercent: fc.integer({ min: 1, max: 150 }),
  do: fc.constantFrom(...LADDER_STEPS),
  graceMinutes: fc.integer({ min: 0, max: 30 }),
});
const budget = fc
  .record({
    ladder: fc.uniqueArray(rung, { maxLength: 5, selector: (one) => `${one.do}@${one.atPercent}` }),
    usdPerMonth: fc.integer({ min: 1, max: 100 }).map(String),
    overrideUntil: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }),
  })
  .map(({ overrideUntil, ...rest }): Budget => ({
    project: "p",
    name: "team",
    select: {},
    version: 1,
    createdAt: 0,
    updatedAt: 0,
    ...(overrideUntil === undefined ? {} : { overrideUntil: overrideUntil * MINUTE_MS }),
    ...rest,
  }));
/** What is spent from minute to minute; undefined where nobody knows. */
const spending = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 30 }), fc.boolean()), {
    maxLength: 12,
  })
  .map((steps) => {
    let now = 0;
    let usd = 0;
    return steps.map(([minutes, more, known]) => {
      now += minutes * MINUTE_MS;
      usd += more;
      return { now, usd, spendUsd: known ? String(usd) : undefined };
    });
  });

/** Everything a ladder does in a month: each move with its moment. */
function monthOf(one: Budget, moments: readonly { now: number; spendUsd: string | undefined }[]) {
  const steps: BudgetStep[] = [];
  return moments.flatMap(({ now, spendUsd }) => {
    const moves = climb({ budget: one, month: "2026-11", spendUsd, steps, now });
    for (const { do: what, step } of moves) {
      const at = steps.findIndex((said) => said.do === step.do && said.atPercent === step.atPercent);
      if (what === "announce") steps.push(step);
      else steps[at] = { ...step, actedAt: now };
    }
    return moves.map((move) => ({ ...move, now, spendUsd }));
  });
}

test("what is not known never moves a ladder", () => {
  fc.assert(
    fc.property(budget, spending, (one, moments) => {
      const blind = moments.map(({ now }) => ({ now, spendUsd: undefined }));
      expect(monthOf(one, blind)).toEqual([]);
      for (const { spendUsd } of monthOf(one, moments)) expect(spendUsd).toBeDefined();
    }),
  );
});

test("a rung is announced once and carried out once, never before its grace has ended nor below its share", () => {
  fc.assert(
    fc.property(budget, spending, (one, moments) => {
      const moves = monthOf(one, moments);
      const keys = moves.map(({ do: what, step }) => `${what} ${step.do}@${step.atPercent}`);
      expect(new Set(keys).size).toBe(keys.length);
      for (const { do: what, step, now, spendUsd } of moves) {
        expect(Number(spendUsd)).toBeGreaterThanOrEqual(Number(thresholdUsd(one, step)));
        const said = moves.find(
          (other) =>
            other.do === "announce" && other.step.do === step.do && other.step.atPercent === step.atPercent,
        );
        if (what === "act") expect(now).toBeGreaterThanOrEqual(said?.step.actsAt ?? Infinity);
        const grace = one.ladder.find((named) => named.do === step.do && named.atPercent === step.atPercent);
        expect(step.actsAt - step.announcedAt).toBe((grace?.graceMinutes ?? Number.NaN) * MINUTE_MS);
      }
    }),
  );
});

test("while a person overrides a budget it warns, and does nothing else", () => {
  fc.assert(
    fc.property(budget, spending, (one, moments) => {
      for (const { step, now } of monthOf(one, moments)) {
        const overridden = one.overrideUntil !== undefined && one.overrideUntil > now;
        if (overridden) expect(step.do).toBe("warn");
        expect(overridden && blocksNew(one, [{ ...step, do: "block-new" }], now)).toBe(false);
      }
    }),
  );
});

test("only rungs that somebody wrote are climbed, the mildest first", () => {
  fc.assert(
    fc.property(budget, spending, (one, moments) => {
      const moves = monthOf(one, moments);
      const written = one.ladder.map((named) => `${named.do}@${named.atPercent}`);
      for (const { step } of moves) expect(written).toContain(`${step.do}@${step.atPercent}`);
      for (const now of new Set(moves.map((move) => move.now))) {
        const together = moves
          .filter((move) => move.now === now)
          .map(({ step }) => LADDER_STEPS.indexOf(step.do));
        // Two looks at the same minute each begin with the mildest.
        if (moments.filter((moment) => moment.now === now).length === 1)
          expect(together).toEqual([...together].toSorted((a, b) => a - b));
      }
    }),
  );
});
