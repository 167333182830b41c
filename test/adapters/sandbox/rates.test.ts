import { afterEach, expect, test } from "vitest";
import type { Cloud } from "../../../src/domain/place.ts";
import { call } from "../fixtures.ts";
import { sandbox, unitAt } from "./bench.ts";

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((servers) => servers.close()));
});

/** More units than each of the clouds lets be made at one moment. */
const UNITS = { ecs: 30, aci: 105, "cloud-run": 65 } as const;
// So that the sandbox's own bucket is not what refuses.
const quota = { createBurst: 100_000, createsPerHour: 100_000, resources: 100_000 };

/** Applies many units at one moment; how many were taken, and what was said to the others. */
async function applyMany(simulates: Cloud, options: Readonly<Record<string, unknown>>) {
  const here = sandbox(simulates, { quota, ...options });
  opened.push(here.servers);
  const apply = async (number: number): Promise<unknown> =>
    await here.adapter.apply(unitAt(simulates, number), call()).then(
      () => undefined,
      (error: unknown) => error,
    );
  const errors: unknown[] = [];
  for (let number = 1; number <= UNITS[simulates]; number += 1) errors.push(await apply(number));
  return { here, apply, refused: errors.filter((error) => error !== undefined) };
}

test.each([
  ["ecs", /Rate exceeded/],
  ["aci", /Too many requests/],
  ["cloud-run", /Quota exceeded/],
] as const)(
  "%s with rates refuses too many writes at once as the cloud does, and takes them later",
  async (cloud, says) => {
    const { here, apply, refused } = await applyMany(cloud, { rates: true });
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(UNITS[cloud]);
    for (const error of refused)
      expect(error).toMatchObject({ kind: "throttled", message: expect.stringMatching(says) });
    here.time.pass(10 * 60_000);
    expect(await apply(UNITS[cloud])).toBe(undefined);
  },
);

test.each(["ecs", "aci", "cloud-run"] as const)(
  "%s without rates takes as many as the quota allows",
  async (cloud) => {
    expect((await applyMany(cloud, {})).refused).toEqual([]);
  },
);
