import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseCron } from "../../src/domain/cron.ts";

test.each([
  ["0 3 * * *", { minutes: [0], hours: [3], daysOfWeek: [0, 1, 2, 3, 4, 5, 6], eitherDay: false }],
  [
    "*/15 0-2 1,15 JAN-mar mon-FRI",
    {
      minutes: [0, 15, 30, 45],
      hours: [0, 1, 2],
      daysOfMonth: [1, 15],
      months: [1, 2, 3],
      daysOfWeek: [1, 2, 3, 4, 5],
      eitherDay: true,
    },
  ],
  ["5/20 1-9/4 * * 7", { minutes: [5, 25, 45], hours: [1, 5, 9], daysOfWeek: [0], eitherDay: false }],
  ["0 0 */10 * sun", { daysOfMonth: [1, 11, 21, 31], daysOfWeek: [0], eitherDay: false }],
  ["0 0 29 feb *", { daysOfMonth: [29], months: [2] }],
  ["0 0 31 2 mon", { eitherDay: true }],
])("%s is read as cron reads it", (schedule, fields) => expect(parseCron(schedule)).toMatchObject(fields));

test.each([
  "",
  "* * * *",
  "* * * * * *",
  "@daily",
  "60 * * * *",
  "* 24 * * *",
  "* * 0 * *",
  "* * * 13 *",
  "* * * * 8",
  "a * * * *",
  "*/0 * * * *",
  "5-1 * * * *",
  "1-2-3 * * * *",
  "*/2/3 * * * *",
  "1, * * * *",
  "- * * * *",
  "1- * * * *",
  "* * L * *",
  "* * * * 5#3",
  "0 0 30 2 *",
  "0 0 31 4,6,9,11 *",
  "-1 * * * *",
  "* ".repeat(100),
  "٣ * * * *",
])("%j is refused with a sentence", (schedule) => expect(parseCron(schedule)).toEqual(expect.any(String)));

test("any text is read or refused, and what is read stays within the ranges", () => {
  const piece = fc.stringMatching(/^[0-9*,/a-z-]{1,6}$/);
  fc.assert(
    fc.property(fc.array(piece, { minLength: 5, maxLength: 5 }), (pieces) => {
      const cron = parseCron(pieces.join(" "));
      if (typeof cron === "string") return;
      expect(Math.max(...cron.minutes)).toBeLessThanOrEqual(59);
      expect(Math.max(...cron.hours)).toBeLessThanOrEqual(23);
      expect(Math.max(...cron.daysOfWeek)).toBeLessThanOrEqual(6);
      expect(Math.min(...cron.daysOfMonth, ...cron.months)).toBeGreaterThanOrEqual(1);
    }),
    { numRuns: 1_000 },
  );
});
