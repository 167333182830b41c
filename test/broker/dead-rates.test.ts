import { expect, test } from "vitest";
import { deadRates } from "../../src/broker/dead-rates.ts";
import type { AccountRates } from "../../src/domain/account-rates.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const rates = (changes: Partial<AccountRates>): AccountRates => ({
  discounts: [],
  commitments: [],
  ...changes,
});
const pointers = (sent: AccountRates, before?: AccountRates) =>
  deadRates(sent, before, NOW).map(({ pointer }) => pointer);

test("of two discounts of one scope only one could count, so the second is refused", () => {
  const ecs = { provider: "ecs", percent: "10" } as const;
  expect(pointers(rates({ discounts: [ecs, { ...ecs, percent: "20" }] }))).toEqual(["/discounts/1"]);
  const apart = [
    ecs,
    { ...ecs, region: "eu-west-1" },
    { ...ecs, meter: "cpu-second" },
    { ...ecs, until: NOW },
  ];
  expect(pointers(rates({ discounts: apart }), rates({ discounts: apart }))).toEqual([]);
});

test("what ends in the past is refused when it is new, and may be sent again once it was set", () => {
  const gone = rates({
    discounts: [{ provider: "ecs", percent: "10", until: NOW }],
    commitments: [{ provider: "aci", usdPerHour: "2", until: NOW - 1 }],
  });
  expect(pointers(gone)).toEqual(["/discounts/0/until", "/commitments/0/until"]);
  expect(pointers(gone, gone)).toEqual([]);
  const commitments = [{ provider: "aci", usdPerHour: "2", until: NOW + 1 }] as const;
  expect(pointers(rates({ commitments }))).toEqual([]);
});
