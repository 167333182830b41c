import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compilePattern } from "../../../src/policy/cel/linear-match.ts";

/** Patterns that both engines know, over so few letters that matches are common. */
const atoms = fc.constantFrom(
  "a",
  "b",
  ".",
  "[ab]",
  "[^a]",
  "\\w",
  "\\d",
  "^",
  "$",
  "\\b",
  "\\B",
  "\\.",
  "[a-c]",
  "()",
);
const patterns: fc.Arbitrary<string> = fc.letrec<{ readonly whole: string; readonly part: string }>(
  (tie) => ({
    part: fc.oneof(
      { maxDepth: 3 },
      atoms,
      fc
        .tuple(tie("part"), fc.constantFrom("*", "+", "?", "{2}", "{1,3}", "{0,}", "*?"))
        .map(([part, sign]) => `(?:${part})${sign}`),
      fc.tuple(tie("part"), tie("part")).map((both) => both.join("")),
      fc.tuple(tie("part"), tie("part")).map((either) => `(${either.join("|")})`),
    ),
    whole: fc.tuple(fc.constantFrom("", "(?i)"), tie("part")).map((parts) => parts.join("")),
  }),
).whole;
const texts = fc.string({ unit: fc.constantFrom("a", "b", "c", "A", "1", ".", " ", "\n"), maxLength: 8 });

test("a pattern matches exactly what the platform's own engine matches", () => {
  fc.assert(
    fc.property(patterns, texts, (pattern, text) => {
      const matcher = compilePattern(pattern);
      const flags = pattern.startsWith("(?i)") ? "ui" : "u";
      const platform = new RegExp(pattern.replace("(?i)", ""), flags);
      expect(typeof matcher === "string" ? matcher : matcher.test(text)).toBe(platform.test(text));
    }),
    { numRuns: 3_000 },
  );
});

test.each([
  "(",
  ")",
  "a)",
  "[",
  "*",
  "a**",
  "a{3,1}",
  "a{",
  "\\",
  "(?=a)",
  "(?<name>a)",
  "\\1",
  "\\p{L}",
  "[z-a]",
  "[a-\\d]",
  "x".repeat(257),
])("%j is refused with a sentence", (pattern) => {
  expect(typeof compilePattern(pattern)).toBe("string");
});

test("a pattern never needs more states than its bound", () => {
  for (const pattern of ["(a{30}){30}", "((a|b){0,99}){0,99}", "(((()){999}){999}){999}", "a{1000}"]) {
    const matcher = compilePattern(pattern);
    if (typeof matcher !== "string") expect(matcher.states).toBeLessThanOrEqual(1_002);
  }
});
