import * as fc from "fast-check";
import { expect, test } from "vitest";
import { localMinute, offsetMs } from "../../src/domain/local-time.ts";

const MINUTE_MS = 60_000;

test("what the clocks of a zone show is UTC and the zone's offset then, to the minute", () => {
  const zones = fc.constantFrom(
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
  );
  const at = fc
    .integer({ min: Date.parse("2020-01-01"), max: Date.parse("2030-01-01") })
    .map((ms) => ms - (ms % MINUTE_MS));
  fc.assert(
    fc.property(zones, at, (zone, instant) => {
      const { year, month, day, hour, minute } = localMinute(instant, zone);
      expect(Date.UTC(year, month - 1, day, hour, minute)).toBe(instant + offsetMs(instant, zone));
    }),
  );
});

test("offsets are those of the zone's own summer and winter", () => {
  const hours = (at: string, zone: string) => offsetMs(Date.parse(at), zone) / 3_600_000;
  expect([hours("2026-01-01", "Europe/Berlin"), hours("2026-07-01", "Europe/Berlin")]).toEqual([1, 2]);
  expect([hours("2026-01-01", "Asia/Kolkata"), hours("2026-07-01", "UTC")]).toEqual([5.5, 0]);
});
