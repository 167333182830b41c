import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { measuredOf, measuredWindow, withMeasured } from "../../src/domain/measured.ts";
import { needsOf } from "../../src/domain/needs-of.ts";
import { parseSpec } from "../../src/domain/parse-spec.ts";
import { DAY_MS, type TrafficDay } from "../../src/domain/traffic.ts";

const NOON = Date.parse("2026-11-22T12:00:00Z");
const TODAY = Date.parse("2026-11-22T00:00:00Z");
const WEEK = { from: TODAY - 7 * DAY_MS, until: TODAY };
const dayOf = (day: number, over: Partial<TrafficDay> = {}): TrafficDay => ({
  project: "p",
  environment: "production",
  workload: "web",
  day,
  requests: 1_000,
  requestMs: 80_000,
  egressBytes: 2 ** 30,
  ...over,
});
const week = (over: Partial<TrafficDay> = {}) =>
  Array.from({ length: 7 }, (_, at) => dayOf(WEEK.from + at * DAY_MS, over));

describe("the days that count", () => {
  test("are the last seven whole ones, and only those after the workload was there", () => {
    expect(measuredWindow(0, NOON)).toEqual(WEEK);
    expect(measuredWindow(TODAY - DAY_MS - 1, NOON)).toEqual({ from: TODAY - DAY_MS, until: TODAY });
    expect(measuredWindow(TODAY - DAY_MS, NOON)).toEqual({ from: TODAY - DAY_MS, until: TODAY });
    expect(measuredWindow(TODAY - DAY_MS + 1, NOON)).toBe(undefined);
    expect(measuredWindow(NOON, NOON)).toBe(undefined);
  });

  test("stay the same all day long", () => {
    fc.assert(
      fc.property(fc.nat(DAY_MS - 1), fc.nat(20 * DAY_MS), (into, age) => {
        const createdAt = TODAY - age;
        expect(measuredWindow(createdAt, TODAY + into)).toEqual(measuredWindow(createdAt, TODAY));
      }),
    );
  });
});

describe("what was measured", () => {
  test("is a month of 730 h of what the days carried, in two digits", () => {
    expect(measuredOf(week(), WEEK)).toEqual({
      days: 7,
      requestsPerMonth: 30_000,
      requestMs: 80,
      egressGiBPerMonth: 30,
    });
  });

  test("a day without a row carried nothing, and none at all measures nothing", () => {
    expect(measuredOf([dayOf(WEEK.from, { requests: 7_000 })], WEEK)?.requestsPerMonth).toBe(30_000);
    expect(measuredOf([], WEEK)).toBe(undefined);
  });

  test("bytes that were not counted everywhere are not measured", () => {
    const days = [...week().slice(1), dayOf(WEEK.from, { egressBytes: null })];
    expect(measuredOf(days, WEEK)).not.toHaveProperty("egressGiBPerMonth");
  });
});

describe("needs", () => {
  const usage = { requestsPerMonth: 1_000, requestMs: 200 };
  const read = parseSpec({ name: "web", image: "localhost/web:1", port: 8080, usage });
  if (!read.ok) throw new Error("the spec of this test does not parse");
  const needs = needsOf(read.spec);

  test("take the greater of hint and measure in each field, and say which was measured", () => {
    const measured = withMeasured(needs, measuredOf(week(), WEEK));
    expect(measured.usage).toMatchObject({ requestsPerMonth: 30_000, requestMs: 200, egressGiBPerMonth: 30 });
    expect(measured.measured).toEqual([
      "usage.requestsPerMonth: 30000, measured over the last 7 days",
      "usage.egressGiBPerMonth: 30, measured over the last 7 days",
    ]);
  });

  test("stay as they are where nothing was measured, or the hint is above all of it", () => {
    expect(withMeasured(needs, undefined)).toBe(needs);
    const quiet = measuredOf([dayOf(WEEK.from, { requests: 1, requestMs: 1, egressBytes: 0 })], WEEK);
    expect(withMeasured(needs, quiet)).toBe(needs);
  });
});
