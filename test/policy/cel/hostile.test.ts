import { describe, expect, test } from "vitest";
import { compileCel, type Answer } from "../../../src/policy/cel/compile.ts";
import { offerScene, withOffer } from "../../../src/policy/cel/offer-values.ts";
import { parsePolicy } from "../../../src/policy/parse-policy.ts";
import { aService } from "../../catalog/needs.ts";
import { anOffer } from "../arbitraries.ts";

const NOW = Date.parse("2026-07-22T12:30:00Z");
const labels = JSON.parse('{"tier": "gold", "__proto__": "hidden"}') as Readonly<Record<string, string>>;
const values = withOffer(offerScene({ needs: aService(), now: NOW }), anOffer("a", { labels }));

/** The answer, or the sentences that refuse the expression. */
function ask(text: string): Answer | string {
  const compiled = compileCel(text, "offer", "/require/0/when");
  return compiled.ok ? (compiled.slips[0]?.message ?? compiled.program.run(values)) : refusal(compiled);
}
/** The answer, also of what would be refused if it were written now. */
function run(text: string): Answer | string {
  const compiled = compileCel(text, "offer", "/require/0/when");
  return compiled.ok ? compiled.program.run(values) : refusal(compiled);
}
const refusal = ({ problems }: { readonly problems: readonly { readonly message: string }[] }): string =>
  problems.map(({ message }) => message).join("; ");
const nested = (depth: number): string => `${"(".repeat(depth - 1)}true${")".repeat(depth - 1)}`;
/** A list of so many texts whose length only the evaluation shows. */
const made = (count: number): string => `"${",".repeat(count - 1)}".split(",")`;
const numbers = (count: number): string => `[${Array.from({ length: count }, (_, index) => index).join()}]`;

describe("an expression is refused when it is written", () => {
  test.each([
    ["nested deeper than 24 levels", nested(25), "nested deeper than 24 levels"],
    ["nested two thousand deep", nested(1_900), "nested deeper than 24 levels"],
    ["lists in lists", `${"[".repeat(25)}${"]".repeat(25)}.size() == 0`, "nested deeper than 24 levels"],
    ["thirty negations", `${"!".repeat(30)}true`, "nested deeper than 24 levels"],
    ["of four thousand negations", `${"!".repeat(4_000)}true`, "more than 1000 nodes"],
    ["of more than 1000 nodes", Array.from({ length: 501 }, () => "true").join("&&"), "more than 1000 nodes"],
    ["of a list of a thousand", `${numbers(1_000)}.size() > 0`, "more than 1000 nodes"],
    [
      "of lists written out with one element too many together",
      `${numbers(100)}.all(a, ${numbers(100)}.all(b, a + b >= 0))`,
      "it may look at 10100 elements, and at most 10000 are looked at",
    ],
    [
      "of such lists beside shorter ones and around them",
      `${numbers(2)}.size() == 2 && ${numbers(150)}.map(a, needs.registries.filter(b, ${numbers(150)}.exists(c, c == a))).size() > 0`,
      "it may look at 22650 elements",
    ],
    ["longer than 4 kB", `true${" ".repeat(4_093)}`, "at most 4096"],
    ["longer than 4 kB in bytes alone", `"${"é".repeat(2_050)}" == ""`, "at most 4096"],
    ["that reaches for a constructor", "offer.constructor == offer.constructor", "no such key: constructor"],
    ["that reaches for it by index", 'offer["constructor"] == "x"', "no such key: constructor"],
    ["that reaches for a global", "globalThis == 1", "unknown variable: globalThis"],
    ["that multiplies text", '"x" * 1000000 == ""', "no such overload"],
    ["that is no question", "offer.expectedUsd", "must be true or false, and this is a double"],
    ["that is nothing", "   ", "unexpected token"],
    ["that calls what is not offered", 'b"{}".json().size() == 0', "there is no method json"],
    ["that hides types", "dyn(offer).secret == 1", "there is no function dyn"],
    ["that binds names", 'cel.bind(a, "x", a == a)', "there is no method bind"],
    [
      "whose pattern is made up as it runs",
      "offer.id.matches(offer.region)",
      "must be written out as a text",
    ],
    ["whose pattern looks back", 'offer.id.matches("(?<=a)b")', "no lookaround"],
    ["whose pattern refers back", 'offer.id.matches("(a)\\\\1")', "no references back"],
    ["whose pattern explodes", 'offer.id.matches("((a{100}){100}){100}")', "more than 1000 states"],
  ])("%s", (_name, text, sentence) => {
    expect(ask(text)).toContain(sentence);
  });

  test("with its pointer, line and column", () => {
    const compiled = compileCel("true &&\n  offer.provder == 'ecs'", "offer", "/tiers/1/where/when");
    expect(compiled).toMatchObject({
      ok: false,
      problems: [{ pointer: "/tiers/1/where/when", line: 2, column: 9 }],
    });
  });

  test("and what was kept before is still read, and stopped when it is evaluated", () => {
    const when = `true &&\n ${numbers(100)}.all(a, ${numbers(100)}.all(b, a + b >= 0))`;
    const document = { require: [{ name: "far", when, message: "m" }] };
    expect(parsePolicy(document, { world: { regions: [] } })).toMatchObject({
      ok: false,
      problems: [
        { pointer: "/require/0/when", message: expect.stringContaining("line 2, column 301: it may") },
      ],
    });
    expect(parsePolicy(document)).toMatchObject({ ok: true });
    const compiled = compileCel(when, "offer", "");
    if (!compiled.ok) throw new Error("it is read");
    expect(compiled.program.run(values)).toEqual({
      ok: false,
      because: "it looks at more than 10000 elements",
    });
  });
});

describe("an expression at its bounds is taken", () => {
  test.each([
    ["24 levels", nested(24)],
    ["a chain of four hundred", Array.from({ length: 400 }, () => "true").join(" && ")],
    ["10,000 elements, nested ones counted", `${numbers(100)}.all(a, ${numbers(99)}.all(b, a + b >= 0))`],
    ["so many that only the evaluation shows", `${made(100)}.all(a, ${made(99)}.all(b, a == b))`],
    [
      "a list that is gone through once, of another that is",
      `${numbers(150)}.map(a, a).all(b, b in ${numbers(150)})`,
    ],
    [
      "a list that is gone through once, with another in an element",
      `[${numbers(150)}.all(a, a >= 0)${", true".repeat(99)}].all(b, b)`,
    ],
    ["4096 bytes", `true${" ".repeat(4_092)}`],
  ])("%s", (_name, text) => {
    expect(ask(text)).toEqual({ ok: true, value: true });
  });
});

describe("an expression that runs too far is stopped, and cannot hide it", () => {
  const deep = `${made(300)}.all(a, ${made(300)}.all(b, ${made(300)}.all(c, a == b || b == c)))`;
  test.each([
    ["in nested comprehensions", deep, "more than 10000 elements"],
    ["behind an or", `(${deep}) || true`, "more than 10000 elements"],
    [
      "in exists, which forgives errors",
      `${made(300)}.exists(a, ${made(300)}.exists(b, a != b)) || true`,
      "more than 10000 elements",
    ],
    ["one element too many", `${made(100)}.all(a, ${made(100)}.all(b, a == b))`, "more than 10000 elements"],
    [
      "in map and filter",
      `${made(200)}.map(a, ${made(200)}.filter(b, b == a)).size() > 0`,
      "more than 10000 elements",
    ],
    [
      "by doubling text",
      `["xxxxxxxxxx"]${".map(x, x + x + x + x + x + x + x + x)".repeat(8)}.size() == 1`,
      "longer than 10000",
    ],
    [
      "by doubling lists",
      `[[1,2,3,4]]${".map(x, x + x + x + x + x + x + x + x)".repeat(8)}.size() == 1`,
      "longer than 10000",
    ],
    ["in integers", "9223372036854775807 * 2 > 0", "integer overflow"],
  ])("%s", (_name, text, sentence) => {
    expect(run(text)).toMatchObject({ ok: false, because: expect.stringContaining(sentence) });
  });

  test("a pattern that others follow for ever is answered", () => {
    const slow = `"${"a".repeat(3_000)}b".matches("^(a+)+$")`;
    expect(ask(slow)).toEqual({ ok: true, value: false });
  });
});

describe("labels are texts under their own names, and nothing else", () => {
  test.each(["constructor", "toString", "hasOwnProperty"])("%s is absent", (key) => {
    expect(ask(`has(offer.labels.${key})`)).toEqual({ ok: true, value: false });
    expect(ask(`offer.labels["${key}"] == "x"`)).toMatchObject({ ok: false });
  });

  test("even __proto__ is a label like any other", () => {
    expect(ask('offer.labels["__proto__"] == "hidden"')).toEqual({ ok: true, value: true });
  });
});

test("what compiles again is the same program, and the oldest of too many is forgotten", () => {
  const first = compileCel("offer.milliCpu > 1", "offer", "/a");
  const again = compileCel("offer.milliCpu > 1", "offer", "/b");
  expect(first.ok && again.ok && first.program === again.program).toBe(true);
  for (let index = 0; index < 1_100; index++) compileCel(`offer.milliCpu > ${index + 2}`, "offer", "");
  const later = compileCel("offer.milliCpu > 1", "offer", "");
  expect(first.ok && later.ok && first.program === later.program).toBe(false);
});

test("one program answers each question anew: what one run used up is not missing in the next", () => {
  const compiled = compileCel(`${numbers(100)}.all(a, ${numbers(90)}.all(b, a + b >= 0))`, "offer", "");
  if (!compiled.ok) throw new Error("it compiles");
  expect([1, 2, 3].map(() => compiled.program.run(values).ok)).toEqual([true, true, true]);
});
