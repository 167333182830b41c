import { expect, test } from "vitest";
import { CANARY, canariesIn, formsOf } from "./canary.ts";

test("the canary is found however it is written, and not in what is none", () => {
  const wrapped = `user:${CANARY}@host`;
  const written = [
    wrapped,
    encodeURIComponent(wrapped),
    JSON.stringify({ wrapped }),
    Buffer.from(wrapped).toString("hex"),
    ...["", "x", "xy", "xyz"].flatMap((before) => {
      const bytes = Buffer.from(`${before}${wrapped}`);
      return [bytes.toString("base64"), bytes.toString("base64url")];
    }),
  ];
  expect(written.filter((text) => canariesIn(text).length === 0)).toEqual([]);
  expect(canariesIn("canary of the secrets")).toEqual([]);
  expect(formsOf(CANARY).every((form) => form.length > 16)).toBe(true);
});
