import { describe, expect, test } from "vitest";
import { compileCel } from "../../../src/policy/cel/compile.ts";
import type { CelKind } from "../../../src/policy/cel/environment.ts";
import { offerScene, withOffer } from "../../../src/policy/cel/offer-values.ts";
import { parsePolicy } from "../../../src/policy/parse-policy.ts";
import { aService } from "../../catalog/needs.ts";
import { anOffer } from "../arbitraries.ts";

function slips(text: string, kind: CelKind = "offer"): readonly string[] {
  const compiled = compileCel(text, kind, "/require/0/when");
  if (!compiled.ok) throw new Error(compiled.problems.map(({ message }) => message).join("; "));
  return compiled.slips.map(({ message }) => message);
}

describe("has() of a field that cannot be is refused when it is written", () => {
  test.each<[CelKind, string, string]>([
    [
      "offer",
      "!has(offer.gridGramsPerKWh2) || offer.gridGramsPerKwh <= 400.0",
      "line 1, column 6: no such key: gridGramsPerKWh2; did you mean gridGramsPerKwh?",
    ],
    [
      "offer",
      "!has(offer.gridGramsPerKWh) || offer.gridGramsPerKwh <= 400.0",
      "line 1, column 6: no such key: gridGramsPerKWh; did you mean gridGramsPerKwh?",
    ],
    ["offer", "!has(workload.label) || true", "no such key: label; did you mean labels?"],
    ["offer", "has(workload.image.tagg)", "no such key: tagg; did you mean tag?"],
    ["offer", "has(workload.imge.tag)", "no such key: imge; did you mean image?"],
    ["offer", "has(offer.id.length)", "a string has no fields, so none length"],
    ["offer", "has(needs.registries.first)", "a list<string> has no fields, so none first"],
    ["change", "has(change.foo)", "no such key: foo"],
    ["change", "change.to.all(p, has(p.regoin))", "no such key: regoin; did you mean region?"],
    ["change", "workload.images.exists(i, !has(i.digset))", "no such key: digset; did you mean digest?"],
    ["change", "has(change.price.befor)", "no such key: befor; did you mean before?"],
  ])("%s: %s", (kind, text, sentence) => {
    expect(slips(text, kind)).toEqual([expect.stringContaining(sentence)]);
  });

  test.each<[CelKind, string]>([
    ["offer", "!has(offer.gridGramsPerKwh) || has(offer.labels.disk) || has(offer.labels.any.thing)"],
    ["offer", "has(workload.image.tag) && has(incumbent.region)"],
    ["offer", "[1, 2].map(a, offer.labels).all(l, has(l.disk))"],
    [
      "change",
      "has(change.price.before) && change.from.exists(p, has(p.host)) && has(environment.labels.tier)",
    ],
  ])("%s: what can be is taken: %s", (kind, text) => {
    expect(slips(text, kind)).toEqual([]);
  });
});

describe("what can never be told, whatever is asked about, is refused when it is written", () => {
  test.each([
    ["now.getHours('Mars/Base') > 1", "line 1, column 14: there is no time zone Mars/Base"],
    ["offer.cpu > 1.0 || now.getSeconds('Mars/' + 'Base') > 1", "column 35: there is no time zone Mars/Base"],
    ["now > timestamp('2026-13-01T00:00:00Z')", "column 7: timestamp() requires a string"],
    ["now - now < duration('a day')", "column 13: invalid duration string: a day: it can never be told"],
    ["[1,2,3].map(a, a / 0).size() > 0", "column 16: division by zero"],
    ["offer.milliCpu / (2 - 2) > 1", "column 1: it divides by 0"],
    ["needs.registries.exists(r, r.size() % 0 == 1)", "column 28: it divides by 0"],
    ["9223372036854775808 > 0", "column 1: whole numbers go to 9223372036854775807"],
    ["offer.milliCpu > 0x8000000000000000", "column 18: whole numbers go to"],
    ["-9223372036854775809 < 0", "whole numbers go to"],
    ["offer.milliCpu > 9223372036854775807 + 1", "column 18: integer overflow"],
    ["offer.milliCpu == [1, 2][5]", "column 19: no such key: index out of bounds"],
    ["offer.simulated || int('many') == 3", "column 20: "],
  ])("%s", (text, sentence) => {
    expect(slips(text)).toEqual([expect.stringContaining(sentence)]);
  });

  test.each([
    "now.getHours('Europe/Berlin') > 1 && now.getHours() > 1 && now > timestamp('2026-12-01T00:00:00Z')",
    "-9223372036854775808 < 0 && 9223372036854775807 > 0 && 1.0 / 0.0 > 1.0",
    "offer.milliCpu / 2 > [1, 2][1] && needs.registries.all(a, a.size() / 2 > 0)",
    "offer.labels.all(zone, now.getHours(zone) > 1)",
    "true || 1 / 2 == 0",
    "[1, 2].exists(a, offer.milliCpu / a > 1) && [0].all(a, a == 0)",
  ])("what can be told is taken: %s", (text) => {
    expect(slips(text)).toEqual([]);
  });

  test("and finding out takes no longer than a moment: what takes more only the evaluation shows", () => {
    const far = `"${",".repeat(900)}".split(",").map(a, "${",".repeat(900)}".split(",")).size() / 0 > 1`;
    expect(slips(far.replace(" / 0", ""))).toEqual([]);
    const many = `"${",".repeat(2_100)}".split(",").all(a, 1 / 0 == 1)`;
    expect(slips(many)).toEqual([]);
  });
});

test("every slip of an expression is told at once, in the order in which they are written", () => {
  expect(slips("has(offer.foo) || offer.milliCpu % 0 == 1\n || now.getHours('Moon') == 1")).toEqual([
    expect.stringContaining("line 1, column 5: no such key: foo"),
    expect.stringContaining("line 1, column 19: it divides by 0"),
    expect.stringContaining("line 2, column 18: there is no time zone Moon"),
  ]);
});

test("a slip in a policy that is kept already does not make it unreadable, and it is asked as before", () => {
  const when = "!has(offer.gridGramsPerKWh) || false";
  const document = { require: [{ name: "clean", when, message: "m" }] };
  expect(parsePolicy(document, { world: { regions: [] } })).toMatchObject({
    ok: false,
    problems: [{ pointer: "/require/0/when", message: expect.stringContaining("did you mean") }],
  });
  expect(parsePolicy(document)).toMatchObject({ ok: true });
  const compiled = compileCel(when, "offer", "");
  const values = withOffer(offerScene({ needs: aService() }), anOffer("a"));
  expect(compiled.ok && compiled.program.run(values)).toEqual({ ok: true, value: true });
});
