import { describe, expect, test } from "vitest";
import { refusalText } from "../../src/domain/budget.ts";

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
