import { describe, expect, test } from "vitest";
import { compileCel } from "../../src/policy/cel/compile.ts";
import { offerScene, withOffer } from "../../src/policy/cel/offer-values.ts";
import { aService } from "../catalog/needs.ts";
import { anOffer } from "../policy/arbitraries.ts";

const values = withOffer(
  offerScene({ needs: aService(), now: Date.parse("2026-07-22T12:30:00Z") }),
  anOffer("a", { labels: { disk: "nvme" } }),
);
const answer = (text: string): unknown => {
  const compiled = compileCel(text, "offer", "");
  return compiled.ok ? compiled.program.run(values) : compiled.problems[0]?.message;
};

describe("expressions on workerd, where no code is made from text", () => {
  test.each([
    'offer.labels["disk"] == "nvme" && offer.expectedUsd < 20 && "EU" in offer.jurisdictions',
    'now.getHours("Europe/Berlin") == 14 && needs.registries.all(host, host.matches("^[a-z.]+$"))',
  ])("%s", (text) => {
    expect(answer(text)).toEqual({ ok: true, value: true });
  });

  test("keep their bounds and find no prototype", () => {
    const list = `[${Array.from({ length: 200 }, (_, index) => index).join()}]`;
    expect(answer(`${list}.all(a, ${list}.all(b, a + b >= 0)) || true`)).toMatchObject({ ok: false });
    expect(answer("offer.constructor == 1")).toContain("no such key: constructor");
  });
});
