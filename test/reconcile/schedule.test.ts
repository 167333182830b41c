import { expect, test } from "vitest";
import { MAX_OPEN_RUNS, scheduleStep } from "../../src/reconcile/schedule.ts";
import type { World } from "../../src/reconcile/world.ts";
import { planOf, unitOf, worldOf } from "./fixtures.ts";

const MIDNIGHT = Date.parse("2026-11-23T00:00:00Z");
const THREE = MIDNIGHT + 3 * 3_600_000;
const KEY = "0 3 * * * UTC";

/** A nightly job's world a minute after its time, its schedule dealt with until midnight. */
function nightly(
  overlap: "allow" | "forbid" | "replace",
  open: number,
  replicas = 1,
  over: Partial<World> = {},
): World {
  const job = {
    retries: 0,
    timeoutSeconds: 60,
    parallelism: 1,
    retryUnknown: false,
    schedule: "0 3 * * *",
    timeZone: "UTC",
    overlap,
  } as const;
  const unit = unitOf("u1", { replicas: { min: replicas, max: replicas } });
  const plan = planOf("p1", 1, [unit], { job, state: "ready", createdAt: MIDNIGHT });
  const runs = {
    scheduled: { key: KEY, at: MIDNIGHT },
    open: Array.from({ length: open }, (_, at) => `run_${at}`),
    units: new Set<string>(),
  };
  return worldOf(plan, [], { runs, ...over });
}
const said = (world: World) => scheduleStep(world, THREE + 60_000).actions;

test.each([
  ["none is under way", nightly("forbid", 0), { runFor: THREE, replaces: false }],
  ["others may be under way", nightly("allow", 5), { runFor: THREE, replaces: false }],
  ["it replaces the one under way", nightly("replace", 1), { runFor: THREE, replaces: true }],
  ["it would replace one, and there is none", nightly("replace", 0), { runFor: THREE, replaces: false }],
])("a run is begun for its moment when %s", (_why, world, expected) => {
  expect(said(world)).toMatchObject([{ do: "fire", scheduled: { key: KEY, at: THREE }, ...expected }]);
});

test.each([
  ["one is still under way and they may not overlap", nightly("forbid", 1), "still under way"],
  ["too many are", nightly("allow", MAX_OPEN_RUNS), `${MAX_OPEN_RUNS} are under way already`],
  ["the job is scaled to none", nightly("allow", 0, 0), "scaled to none"],
])("a moment is dealt with, and left out in words, when %s", (_why, world, because) => {
  const [action] = said(world);
  expect(action).toMatchObject({ do: "fire", because: expect.stringContaining(because) });
  expect(action).not.toHaveProperty("runFor");
});

test("nothing is begun twice, while the plan is not ready, or without a schedule", () => {
  const done = nightly("allow", 0, 1, {
    runs: { scheduled: { key: KEY, at: THREE }, open: [], units: new Set<string>() },
  });
  expect(scheduleStep(done, THREE + 60_000)).toEqual({ actions: [], wakeAt: THREE + 24 * 3_600_000 });
  const rolling = nightly("allow", 0);
  expect(said({ ...rolling, plan: { ...rolling.plan, state: "progressing" } })).toEqual([]);
  expect(said({ ...rolling, runs: undefined })).toEqual([]);
  expect(said({ ...rolling, plan: { ...rolling.plan, job: undefined } })).toEqual([]);
});
