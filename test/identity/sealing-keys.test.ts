import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { newSealingKey, parseSealingKeys } from "../../src/identity/sealing-keys.ts";

const key = (fill: number) => Buffer.alloc(32, fill).toString("base64");

describe("BERTH_SEALING_KEYS", () => {
  test("lists keys, the current one first", () => {
    const { keys, problems } = parseSealingKeys(`k2:${key(2)}, k1:${key(1)}\n`);
    expect(problems).toEqual([]);
    expect(keys?.map(({ id, bytes }) => [id, bytes[0], bytes.length])).toEqual([
      ["k2", 2, 32],
      ["k1", 1, 32],
    ]);
  });

  test("says nothing when it is not set", () => {
    for (const text of [undefined, "", "  "])
      expect(parseSealingKeys(text)).toEqual({ keys: undefined, problems: [] });
  });

  test.each([
    ["without an id", key(7)],
    ["with an id in capitals", `K1:${key(7)}`],
    ["that is too short", `k1:${Buffer.alloc(16, 7).toString("base64")}`],
    ["that is no base64", `k1:${key(7).slice(0, -4)}*&^%`],
    ["twice under one id", `k1:${key(7)},k1:${key(8)}`],
    ["too many", Array.from({ length: 17 }, (_, index) => `k${index}:${key(7)}`).join()],
  ])("refuses a key %s, and never repeats it", (_what, text) => {
    const { keys, problems } = parseSealingKeys(text);
    expect(keys).toBe(undefined);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join()).toContain("BERTH_SEALING_KEYS");
    expect(problems.join()).not.toContain(key(7).slice(0, 12));
  });

  test("takes a new key, whose id nobody else has", () => {
    const made = [1, 2].map(() => newSealingKey((count) => randomBytes(count)));
    const ids = made.map((text) => parseSealingKeys(text).keys?.[0]?.id);
    expect(new Set(ids).size).toBe(2);
    expect(ids[0]).toMatch(/^k-[a-z2-7]{8}$/);
  });
});
