import { expect, test } from "vitest";
import { compileCel } from "../../../src/policy/cel/compile.ts";
import { offerScene, withOffer } from "../../../src/policy/cel/offer-values.ts";
import { zonedPart } from "../../../src/policy/cel/zoned-part.ts";
import { Meter } from "../../../src/policy/cel/meter.ts";
import { compilePattern } from "../../../src/policy/cel/linear-match.ts";
import { aService } from "../../catalog/needs.ts";
import { anOffer } from "../arbitraries.ts";

const AT = new Date(Date.parse("2026-12-31T23:30:00Z"));

test.each([
  ["getFullYear", 2027n],
  ["getMonth", 0n],
  ["getDate", 1n],
  ["getDayOfMonth", 0n],
  ["getDayOfWeek", 5n],
  ["getHours", 0n],
  ["getMinutes", 30n],
])("%s of a time zone is what its clocks show, wherever the broker stands", (method, expected) => {
  expect(zonedPart(method)?.(AT, "Europe/Berlin")).toBe(expected);
});

test("a part nobody knows is none, and a text has no clock", () => {
  expect(zonedPart("getCentury")).toBeUndefined();
  expect(() => zonedPart("getHours")?.("noon", "UTC")).toThrow("a question about a time");
});

test("a meter that is over stays over until it begins anew", () => {
  const meter = new Meter();
  expect(() => meter.spend(600_000)).toThrow("more than 500000 evaluations");
  expect(() => meter.step()).toThrow("500000");
  expect(() => meter.made("")).toThrow("500000");
  meter.reset();
  expect(meter.over).toBeUndefined();
  meter.step();
});

test("a pattern with more work than an evaluation has is stopped", () => {
  const compiled = compileCel(`"${"a".repeat(3_500)}".matches("(a|b|c){0,80}d") || true`, "offer", "");
  const values = withOffer(offerScene({ needs: aService() }), anOffer("a"));
  const looped = compileCel(
    `[${Array.from({ length: 100 }, (_, index) => index).join()}].all(i, "${"a".repeat(3_000)}".matches("(a|b|c){0,80}d") == false)`,
    "offer",
    "",
  );
  expect(compiled.ok && compiled.program.run(values)).toEqual({ ok: true, value: true });
  expect(looped.ok && looped.program.run(values)).toMatchObject({
    ok: false,
    because: expect.stringContaining("evaluations"),
  });
});

test("a lone half of a character is taken as it is", () => {
  const matcher = compilePattern(".");
  expect(typeof matcher !== "string" && matcher.test("\uD83D")).toBe(true);
});

test("what needs nothing and has a graphics card is seen as it is", () => {
  const needs = { ...aService(), gpu: { type: "l4", count: 2 }, route: undefined };
  const compiled = compileCel(
    'needs.gpu == "l4" && needs.gpuCount == 2 && !needs.routed && needs.access == ""',
    "offer",
    "",
  );
  const values = withOffer(offerScene({ needs }), anOffer("a", { capacityReplicas: 3, price: undefined }));
  expect(compiled.ok && compiled.program.run(values)).toEqual({ ok: true, value: true });
  const room = compileCel("offer.capacityReplicas == 3 && !has(offer.expectedUsd)", "offer", "");
  expect(room.ok && room.program.run(values)).toEqual({ ok: true, value: true });
});

test.each([
  ["a tab of a pattern is the character", "\\t", "\t", true],
  ["a class of characters may be within brackets", "^[\\d.]+$", "10.4", true],
  ["and what is left out of it as well", "^[^\\s]$", " ", false],
])("%s", (_what, pattern, text, expected) => {
  const matcher = compilePattern(pattern);
  expect(typeof matcher !== "string" && matcher.test(text)).toBe(expected);
});
