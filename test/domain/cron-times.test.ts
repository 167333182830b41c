import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lastTime, nextTime } from "../../src/domain/cron-times.ts";

const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());
const next = (schedule: string, timeZone: string, after: string) =>
  iso(nextTime({ schedule, timeZone }, Date.parse(after)));
const MINUTE_MS = 60_000;

describe("the moments of a schedule", () => {
  test.each([
    ["0 3 * * *", "UTC", "2026-11-22T12:00:00Z", "2026-11-23T03:00:00.000Z"],
    ["0 3 * * *", "America/New_York", "2026-11-22T12:00:00Z", "2026-11-23T08:00:00.000Z"],
    ["0 0 29 2 *", "UTC", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00.000Z"],
    ["0 12 13 * fri", "UTC", "2026-11-01T00:00:00Z", "2026-11-06T12:00:00.000Z"],
    ["45 23 31 12 *", "Asia/Kathmandu", "2026-01-01T00:00:00Z", "2026-12-31T18:00:00.000Z"],
    ["0 0 1 1 *", "Pacific/Kiritimati", "2026-06-01T00:00:00Z", "2026-12-31T10:00:00.000Z"],
  ])("%s in %s after %s is %s", (schedule, zone, after, expected) => {
    expect(next(schedule, zone, after)).toBe(expected);
  });

  test.each([
    ["30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00.000Z"],
    ["0 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00.000Z"],
    ["59 2 * * *", "America/New_York", "2026-03-08T00:00:00Z", "2026-03-08T07:00:00.000Z"],
    ["15 2 * * *", "Australia/Lord_Howe", "2026-10-03T12:00:00Z", "2026-10-03T15:30:00.000Z"],
    ["0 12 30 12 *", "Pacific/Apia", "2011-12-29T00:00:00Z", "2011-12-30T10:00:00.000Z"],
  ])(
    "a time that the clocks skip happens when they move on: %s in %s after %s at %s",
    (schedule, zone, after, expected) => {
      expect(next(schedule, zone, after)).toBe(expected);
    },
  );

  test("times that the clocks skip together happen once", () => {
    const first = next("*/10 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z");
    expect(first).toBe("2026-03-29T01:00:00.000Z");
    expect(next("*/10 2 * * *", "Europe/Berlin", "2026-03-29T01:00:00Z")).toBe("2026-03-30T00:00:00.000Z");
  });

  test("a time that comes twice happens once", () => {
    expect(next("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z")).toBe("2026-10-25T00:30:00.000Z");
    expect(next("30 2 * * *", "Europe/Berlin", "2026-10-25T00:30:00Z")).toBe("2026-10-26T01:30:00.000Z");
  });

  test("a schedule of every hour goes by real hours, whatever the clocks do", () => {
    for (const day of ["2026-03-29", "2026-10-25"]) {
      const times: number[] = [];
      let at = Date.parse(`${day}T00:00:00Z`) - 1;
      for (let turn = 0; turn < 12; turn += 1) {
        at = nextTime({ schedule: "0 * * * *", timeZone: "Europe/Berlin" }, at) ?? 0;
        times.push(at);
      }
      expect(new Set(times.slice(1).map((time, turn) => time - (times[turn] ?? 0)))).toEqual(
        new Set([3_600_000]),
      );
    }
  });

  const zones = fc.constantFrom(
    "UTC",
    "Europe/Berlin",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Asia/Tokyo",
  );
  const schedules = fc
    .record({ minute: fc.integer({ min: 0, max: 59 }), hour: fc.constantFrom("*", "2", "*/7", "0,23") })
    .chain(({ minute, hour }) =>
      fc.constantFrom(`${minute} ${hour} * * *`, `*/17 ${hour} * * 1-5`, `${minute} ${hour} 1,15 * *`),
    );
  const instants = fc.integer({ min: Date.parse("2025-01-01"), max: Date.parse("2030-01-01") });

  test("the next one is later, on a whole minute, and nothing lies between: the last one up to it is itself, and before it an earlier one", () => {
    fc.assert(
      fc.property(schedules, zones, instants, (schedule, timeZone, after) => {
        const when = { schedule, timeZone };
        const found = nextTime(when, after) ?? 0;
        expect(found).toBeGreaterThan(after);
        expect(found % MINUTE_MS).toBe(0);
        expect(lastTime(when, found)).toBe(found);
        expect(lastTime(when, found - 1) ?? 0).toBeLessThanOrEqual(after);
      }),
      { numRuns: 300 },
    );
  });
});
