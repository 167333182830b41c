import * as fc from "fast-check";
import { expect, test } from "vitest";
import { frozenUntil } from "../../../src/policy/rules/freeze-window.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const weekly = (schedule: string, hours: number, timeZone: string) => ({
  window: { schedule, hours, timeZone },
});
const until = (freeze: Parameters<typeof frozenUntil>[0], at: string) => {
  const end = frozenUntil(freeze, Date.parse(at));
  return end === undefined ? undefined : new Date(end).toISOString();
};

test("a freeze between two times holds from the first up to the second, which is no part of it", () => {
  const freeze = { window: { from: 10, until: 20 } };
  expect([9, 10, 19, 20].map((now) => frozenUntil(freeze, now))).toEqual([undefined, 20, 20, undefined]);
});

test("a weekend freeze begins and ends by the clocks of its time zone, in winter and in summer", () => {
  const weekend = weekly("0 18 * * fri", 60, "Europe/Berlin");
  expect(until(weekend, "2026-11-20T16:59:00Z")).toBe(undefined);
  expect(until(weekend, "2026-11-20T17:00:00Z")).toBe("2026-11-23T05:00:00.000Z");
  expect(until(weekend, "2026-11-23T04:59:59Z")).toBe("2026-11-23T05:00:00.000Z");
  expect(until(weekend, "2026-11-23T05:00:00Z")).toBe(undefined);
  expect(until(weekend, "2026-07-17T16:00:00Z")).toBe("2026-07-20T04:00:00.000Z");
});

test("a window is as long as it says also when the clocks are changed in it", () => {
  const night = weekly("0 22 * * sat", 10, "Europe/Berlin");
  expect(until(night, "2026-10-25T05:59:00Z")).toBe("2026-10-25T06:00:00.000Z");
  expect(until(night, "2026-03-29T06:59:00Z")).toBe("2026-03-29T07:00:00.000Z");
});

test("a time the clocks skip begins it when the gap ends, and one they show twice the first time", () => {
  const early = weekly("30 2 * * *", 1, "Europe/Berlin");
  expect(until(early, "2026-03-29T00:59:59Z")).toBe(undefined);
  expect(until(early, "2026-03-29T01:00:00Z")).toBe("2026-03-29T02:00:00.000Z");
  expect(until(early, "2026-10-25T00:30:00Z")).toBe("2026-10-25T01:30:00.000Z");
  expect(until(early, "2026-10-25T01:30:00Z")).toBe(undefined);
});

test("a freeze opens only in the months it names, and with both kinds of days on either", () => {
  const december = weekly("0 0 * 12 *", 24, "UTC");
  expect(until(december, "2026-11-30T12:00:00Z")).toBe(undefined);
  expect(until(december, "2026-12-01T12:00:00Z")).toBe("2026-12-02T00:00:00.000Z");
  const either = weekly("0 0 15 * mon", 24, "UTC");
  expect(until(either, "2026-11-15T12:00:00Z")).toBe("2026-11-16T00:00:00.000Z");
  expect(until(either, "2026-11-23T12:00:00Z")).toBe("2026-11-24T00:00:00.000Z");
  expect(until(either, "2026-11-24T12:00:00Z")).toBe(undefined);
});

test("a schedule that cannot be read holds for ever, so that it lets nothing through", () => {
  expect(frozenUntil(weekly("at noon", 1, "UTC"), 0)).toBe(Number.POSITIVE_INFINITY);
});

test("in UTC a freeze holds exactly when one of its openings is less than its length ago", () => {
  const hours = fc.integer({ min: 1, max: 100 });
  const hour = fc.integer({ min: 0, max: 23 });
  const day = fc.integer({ min: 0, max: 6 });
  const start = Date.parse("2026-11-01T00:00:00Z");
  const at = fc.integer({ min: 0, max: 60 * 24 * 40 }).map((minutes) => start + minutes * MINUTE_MS);
  fc.assert(
    fc.property(hours, hour, day, at, (length, opensAt, weekday, now) => {
      let opened: number | undefined;
      for (let time = now - (now % HOUR_MS); time > now - 8 * 24 * HOUR_MS; time -= HOUR_MS) {
        const then = new Date(time);
        if (then.getUTCDay() === weekday && then.getUTCHours() === opensAt) {
          opened = time;
          break;
        }
      }
      const end =
        opened === undefined || now >= opened + length * HOUR_MS ? undefined : opened + length * HOUR_MS;
      expect(frozenUntil(weekly(`0 ${opensAt} * * ${weekday}`, length, "UTC"), now)).toBe(end);
    }),
  );
});
