import { expect, test } from "vitest";
import { BROKEN, demandUnbroken, JUDGED } from "./broken-line.ts";
import { takeViolations } from "./ledger.ts";

test("a broker in a process of its own has to say that it judges, and nothing of a broken contract", () => {
  expect(() => demandUnbroken(`berth: API\n${JUDGED}\n`)).not.toThrow();
  expect(() => demandUnbroken("berth: API\n")).toThrow("judges nothing");
  expect(() => demandUnbroken(`${JUDGED}\n${BROKEN}AWS: CreateService.request.colour\n`)).toThrow(
    "request.colour",
  );
  expect(takeViolations()).toHaveLength(2);
});
