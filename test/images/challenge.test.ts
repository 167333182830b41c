import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseChallenges } from "../../src/images/challenge.ts";

test("challenges are read as RFC 9110 writes them: several, quoted, with escapes and commas inside quotes", () => {
  expect(
    parseChallenges(
      'Bearer realm="https://a/token",service="a, b",scope="x \\"y\\"" , Basic realm=b, Negotiate',
    ),
  ).toEqual([
    { scheme: "bearer", parameters: { realm: "https://a/token", service: "a, b", scope: 'x "y"' } },
    { scheme: "basic", parameters: { realm: "b" } },
    { scheme: "negotiate", parameters: {} },
  ]);
});

test("no header, and what is none, has no challenge", () => {
  for (const header of [null, "", " , ", '"x"', "=", "realm=x"]) expect(parseChallenges(header)).toEqual([]);
});

test("any text is read without an error and to an end", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("a", "B", "=", '"', ",", "\\", " ", "\t", ";"), maxLength: 300 }),
      (header) => {
        expect(parseChallenges(header).length).toBeLessThanOrEqual(16);
      },
    ),
  );
});

test("what was written is what is read", () => {
  const word = fc.stringMatching(/^[a-z]{1,8}$/);
  const value = fc.stringMatching(/^[ -~]{0,20}$/);
  fc.assert(
    fc.property(word, fc.dictionary(word, value, { minKeys: 1, maxKeys: 4 }), (scheme, parameters) => {
      const quoted = Object.entries(parameters).map(
        ([name, text]) => `${name}="${text.replaceAll(/[\\"]/g, "\\$&")}"`,
      );
      expect(parseChallenges(`${scheme} ${quoted.join(", ")}`)).toEqual([{ scheme, parameters }]);
    }),
  );
});
