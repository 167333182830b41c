import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Attempt } from "../../../src/domain/run.ts";
import { hasRoom, runOfPlan, scheduleProgress } from "../../../src/reconcile/begin-run.ts";
import {
  deadlineOf,
  keptUntil,
  lookAgainAt,
  lostFrom,
  resendAt,
  restartAt,
  stopEndsAt,
  stopFrom,
} from "../../../src/reconcile/runs/run-timing.ts";
import { serves, servesFully } from "../../../src/reconcile/traffic.ts";
import { planOf, servingUnit, TEMPLATE, unitOf, worldOf } from "../fixtures.ts";

const SENT = 1_000_000;
const OF_P = { project: "p" };
const MINUTE_MS = 60_000;
const JOB = {
  retries: 1,
  timeoutSeconds: 60,
  parallelism: 2,
  retryUnknown: false,
  timeZone: "UTC",
  overlap: "forbid",
} as const;
const tried = (over: Partial<Attempt> = {}): Attempt => ({
  number: 1,
  index: 0,
  id: "a",
  name: "ba",
  unit: "u",
  phase: "running",
  sentAt: SENT,
  lastLines: [],
  released: false,
  ...over,
});

describe("a try", () => {
  test("has its time from when it started, and a quarter of an hour to start", () => {
    expect(deadlineOf({ job: JOB }, tried())).toBe(SENT + 15 * MINUTE_MS);
    expect(deadlineOf({ job: JOB }, tried({ startedAt: SENT + 500 }))).toBe(SENT + 500 + MINUTE_MS);
  });

  test("that is told to end may take its grace and five minutes", () => {
    expect(stopEndsAt(SENT, 30)).toBe(SENT + 30_000 + 5 * MINUTE_MS);
  });

  test("is looked at within one second to fifteen of the last look, the less often the longer it runs", () => {
    expect(lookAgainAt(OF_P, tried())).toBe(SENT + 1_000);
    const stop = { why: "asked", because: "enough", at: SENT + 200_000 } as const;
    expect(lookAgainAt(OF_P, tried({ lookedAt: SENT + 210_000, stop }))).toBe(SENT + 211_000);
    fc.assert(
      fc.property(fc.nat(3_600_000), fc.string(), fc.boolean(), (age, project, isAnswered) => {
        const answered = isAnswered ? { answeredAt: SENT } : {};
        const pause = lookAgainAt({ project }, tried({ ...answered, lookedAt: SENT + age })) - SENT - age;
        expect(pause).toBeGreaterThan(0);
        expect(pause).toBeLessThanOrEqual(Math.max(1_000, Math.min(15_000, Math.round(age / 10))));
        // Two looks, and the second is a whole pause after the first.
        const next = SENT + age + pause;
        const after = lookAgainAt({ project }, tried({ ...answered, lookedAt: next })) - next;
        expect(after).toBeGreaterThanOrEqual(age < 50_000 ? 1_000 : age < 150_000 ? 5_000 : 15_000);
      }),
    );
  });

  test("is looked at when all others of its project are that are looked at as often", () => {
    const old = fc.integer({ min: 150_000, max: 3_600_000 });
    fc.assert(
      fc.property(fc.string(), old, old, fc.nat(14_999), (project, one, other, late) => {
        // Both were last looked at within one slot, whenever they were sent.
        const slot = lookAgainAt({ project }, tried({ lookedAt: SENT + one }));
        const next = (age: number, at: number) =>
          lookAgainAt({ project }, tried({ sentAt: at - age, lookedAt: at }));
        expect(next(one, slot)).toBe(next(other, slot + late));
      }),
    );
    const phases = ["p1", "p2", "p3"].map(
      (project) => lookAgainAt({ project }, tried({ lookedAt: SENT + MINUTE_MS * 60 })) % 15_000,
    );
    expect(new Set(phases).size).toBe(3);
  });

  test("follows the one before it after a pause that doubles, and is never above five minutes", () => {
    const after = (count: number, over: Partial<Attempt> = {}) =>
      restartAt({ index: 0, count, last: tried(over) });
    expect(restartAt({ index: 0, count: 0, last: undefined })).toBe(0);
    expect([1, 2, 3].map((count) => after(count) - SENT)).toEqual([10_000, 20_000, 40_000]);
    expect(after(1, { lookedAt: SENT + 5 })).toBe(SENT + 10_005);
    expect(after(1_000) - SENT).toBe(5 * MINUTE_MS);
  });

  test("that ended is kept for its logs, and in a hurry only as long as a lost call may still arrive", () => {
    expect(keptUntil(tried(), false)).toBe(SENT + 5 * MINUTE_MS);
    expect(keptUntil(tried({ lookedAt: SENT + 7 }), false)).toBe(SENT + 7 + 5 * MINUTE_MS);
    expect(keptUntil(tried({ answeredAt: SENT }), true)).toBe(SENT);
    expect(keptUntil(tried(), true)).toBe(SENT + 20_000);
    const repeated = tried({ answeredAt: SENT + 9_000, lookedAt: SENT + 10_000 });
    expect(keptUntil(repeated, true)).toBe(SENT + 29_000);
  });

  test("is ended at once where its first start was answered, and else once no start of it can arrive any more", () => {
    const askedAt = SENT + 60_000;
    expect(stopFrom(tried({ answeredAt: SENT + 4_999 }), SENT + 4_999)).toBe(SENT + 4_999);
    expect(resendAt(tried())).toBe(SENT + 5_000);
    expect(stopFrom(tried({ answeredAt: SENT + 50_000 }), askedAt)).toBe(SENT + 70_000);
    expect(stopFrom(tried({ answeredAt: SENT + 30_000 }), askedAt)).toBe(askedAt);
    expect(stopFrom(tried(), askedAt)).toBe(askedAt + 20_000);
    expect(lostFrom(tried())).toBe(SENT + 5 * MINUTE_MS + 40_000);
  });
});

describe("a run of a job's plan", () => {
  const start = { id: "run_1", trigger: "manual", actor: "token:ci", reason: "now", now: SENT } as const;
  const unit = (min: number) => unitOf("u1", { replicas: { min, max: min } });

  test("needs a place for each of its containers", () => {
    expect(hasRoom(planOf("p1", 1, [unit(2)], { job: JOB }))).toBe(true);
    expect(hasRoom(planOf("p1", 1, [unit(1)], { job: JOB }))).toBe(false);
    expect(runOfPlan(planOf("p1", 1, [unit(1)], { job: JOB }), start)).toBe(undefined);
  });

  test("is none where the plan is no job's", () => {
    expect(hasRoom(planOf("p1", 1, [unit(2)]))).toBe(false);
    expect(runOfPlan(planOf("p1", 1, [unit(2)]), start)).toBe(undefined);
  });

  test("a moment of a schedule that is left out makes none, and one that replaces ends the others", () => {
    const plan = planOf("p1", 1, [unit(2)], { job: JOB });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all that is looked at of a workload here
    const claim = { plan, workload: { id: "wl_1" } } as Parameters<typeof scheduleProgress>[0];
    const scheduled = { key: "0 3 * * * UTC", at: SENT };
    const skipped = { do: "fire", scheduled, replaces: false, because: "under way" } as const;
    expect(scheduleProgress(claim, skipped, SENT)).toEqual({ scheduled });
    const due = scheduleProgress(claim, { ...skipped, runFor: SENT, replaces: true }, SENT);
    expect(due).toMatchObject({ run: { scheduledFor: SENT }, replaces: { actor: "berth" } });
    expect(scheduleProgress(claim, { ...skipped, runFor: SENT }, SENT)).not.toHaveProperty("replaces");
  });
});

test("a job's unit is nothing that serves, and so nothing is waited for before it replaces another", () => {
  const stored = servingUnit(unitOf("u1", { template: { ...TEMPLATE, kind: "job" } }));
  const world = worldOf(planOf("p1", 1, [stored.unit]), [
    { ...stored, observation: undefined, probe: undefined },
  ]);
  const [job] = world.units;
  expect(job === undefined ? [] : [serves(world, job), servesFully(world, job)]).toEqual([true, true]);
});
