import { describe, expect, test } from "vitest";
import { capUsd, DEFAULT_LADDER, refusalText, type LadderStep } from "../../src/domain/budget.ts";

const refusal = { budget: "team", capUsd: "100", reservedUsd: "80", wantedUsd: "30" };

describe("a refusal by a budget in words", () => {
  test("says what it allows, what others hold, what this one would hold, and what would help", () => {
    expect(refusalText("web", refusal)).toBe(
      "Budget team allows 100 USD a month; other workloads hold 80, and web would hold 30 at scale.max. Lower scale.max or the size, free something else, or raise the budget.",
    );
  });

  test("of one among several that are decided together says what they would hold together", () => {
    expect(refusalText("web", { ...refusal, reservedUsd: "20", togetherUsd: "90" })).toBe(
      "Budget team allows 100 USD a month; other workloads hold 20, and those of this change would hold 90 together at scale.max, web 30 of it. Lower scale.max or the size, free something else, or raise the budget.",
    );
  });
});

describe("what plans may reserve of a budget", () => {
  const rung = (step: LadderStep, atPercent: number) => ({ do: step, atPercent, graceMinutes: 0 });

  test.each([
    ["the default ladder", DEFAULT_LADDER, "40"],
    ["block-new below another rung", [rung("block-new", 75), rung("stop", 100)], "30"],
    ["block-new above another rung", [rung("scale-down", 50), rung("block-new", 120)], "48"],
    ["two rungs that block", [rung("block-new", 90), rung("block-new", 60)], "24"],
    ["a ladder that only acts", [rung("warn", 50), rung("scale-down", 80), rung("stop", 100)], undefined],
    ["no rung", [], undefined],
  ])("%s caps where it first has block-new", (_words, ladder, cap) => {
    expect(capUsd({ usdPerMonth: "40", ladder })).toBe(cap);
  });
});
