import { expect, test } from "vitest";
import { renderExplanation } from "../../src/render/explanation.ts";
import { choose } from "../../src/policy/choose.ts";
import { compareEverywhere } from "../../src/policy/compare.ts";
import { explain } from "../../src/policy/explain.ts";
import { COMPARE_POLICY } from "../../src/policy/policy.ts";
import { smallBook, webSpec } from "../cli/render/web-spec.ts";

function explanation() {
  const { placement } = compareEverywhere(webSpec(), smallBook());
  const current = placement.ranked.find(({ offer }) => offer.billing === "request")?.offer;
  const incumbent = current && {
    offer: current.id,
    place: current.place,
    billing: current.billing,
    shape: current.shape,
  };
  const choice = choose(placement, incumbent, COMPARE_POLICY);
  const overrides = ["avoids ecs us-east-1: the region was slow on Sunday, and nobody has found out why yet"];
  return explain({ placement, policy: COMPARE_POLICY, choice, incumbent, overrides });
}

test("an explanation looks as it did", async () => {
  const text = renderExplanation({ explanation: explanation(), width: 80, all: false });
  await expect(text).toMatchFileSnapshot("explanation.golden.txt");
});

test("an explanation that was cut counts what was left out", async () => {
  const whole = explanation();
  const omitted = {
    ranked: 400,
    rejected: 2000,
    groups: [{ offers: 2004, reasons: [{ rule: "price", message: "price not known" }] }],
  };
  const text = renderExplanation({
    explanation: { ...whole, incumbent: undefined, omitted },
    width: 80,
    all: true,
  });
  await expect(text).toMatchFileSnapshot("explanation-omitted.golden.txt");
});

test("a workload that nothing could take has its reasons and no ranking", () => {
  const whole = explanation();
  const text = renderExplanation({ explanation: { ...whole, ranked: [] }, width: 80, all: false });
  expect(text).toContain("nothing could take it");
  expect(text).toMatch(/refused (\d+) of \1/);
});

test("no line is wider than 80 columns", () => {
  for (const line of renderExplanation({ explanation: explanation(), width: 80, all: true }).split("\n"))
    expect(line.length, line).toBeLessThanOrEqual(80);
});
