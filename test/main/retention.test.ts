import { expect, test } from "vitest";
import { parseRetention } from "../../src/main/retention.ts";

test("without variables receipts are kept for 90 days, events and history for 400", () => {
  expect(parseRetention({ BERTH_EVENT_DAYS: "", BERTH_RECEIPT_DAYS: "" })).toEqual({
    retention: { receiptDays: 90, keepDays: { events: 400, history: 400 } },
    problems: [],
  });
});

test("each is kept as long as its variable says, or for ever", () => {
  const said = { BERTH_RECEIPT_DAYS: "0", BERTH_EVENT_DAYS: "3650", BERTH_HISTORY_DAYS: "30" };
  expect(parseRetention(said)).toEqual({
    retention: { receiptDays: 0, keepDays: { events: 3_650, history: 30 } },
    problems: [],
  });
  expect(parseRetention({ BERTH_EVENT_DAYS: "forever" }).retention.keepDays).toEqual({
    events: undefined,
    history: 400,
  });
});

test.each([
  ["BERTH_RECEIPT_DAYS", "forever"],
  ["BERTH_RECEIPT_DAYS", "3651"],
  ["BERTH_EVENT_DAYS", "29"],
  ["BERTH_EVENT_DAYS", "0"],
  ["BERTH_HISTORY_DAYS", "3651"],
  ["BERTH_HISTORY_DAYS", "-40"],
  ["BERTH_HISTORY_DAYS", "40.5"],
])("%s=%s is refused by its name, and nothing is kept shorter for it", (name, value) => {
  const { retention, problems } = parseRetention({ [name]: value });
  expect(problems).toEqual([
    expect.stringContaining(`${name} is ${JSON.stringify(value)}; say whole days from`),
  ]);
  expect(retention).toEqual(parseRetention({}).retention);
});
