import { expect, test } from "vitest";
import type { Hold } from "../../../src/domain/plan.ts";
import { holdsLeft, holdWords } from "../../../src/policy/rules/hold-words.ts";

const layer = { layer: "project", name: "shop", version: 1, hash: "abc" } as const;
const hold = (changes: Partial<Hold>): Hold => ({
  kind: "approval",
  rule: "four-eyes",
  layer,
  message: "look first",
  ...changes,
});
const UNTIL = Date.parse("2026-11-23T05:00:00Z");

test("an approval is left until as many have agreed as it asks for, one where it does not say; all else is left", () => {
  const holds = [hold({}), hold({ approvals: 2 }), hold({ kind: "freeze" })];
  expect(holdsLeft(holds, 0)).toEqual(holds);
  expect(holdsLeft(holds, 1)).toEqual(holds.slice(1));
  expect(holdsLeft(holds, 2)).toEqual(holds.slice(2));
});

test.each([
  [hold({}), "it waits for somebody else to approve it (four-eyes: look first)"],
  [hold({ approvals: 3 }), "it waits for 3 people to approve it, 1 so far (four-eyes: look first)"],
  [
    hold({ kind: "freeze", until: UNTIL }),
    "it waits for a freeze to end at 2026-11-23T05:00:00.000Z (four-eyes: look first)",
  ],
  [hold({ kind: "budget" }), "it waits for room in a budget (four-eyes: look first)"],
])("what a plan waits for is a sentence: %#", (one, words) => {
  expect(holdWords([one], 1)).toBe(words);
});
