import { describe, expect, test } from "vitest";
import { attemptId } from "../../src/domain/attempt-id.ts";
import type { Attempt, Run } from "../../src/domain/run.ts";
import type { RunClaim } from "../../src/store/run-store.ts";
import type { Store } from "../../src/store/store.ts";
import type { OpenStore } from "./contract.ts";
import { dueRunsContract } from "./due-runs-contract.ts";
import { heldTriesContract } from "./held-tries-contract.ts";
import { placedRunsContract } from "./placed-runs-contract.ts";
import {
  claimed,
  commitOf,
  eventOf,
  LEASE_MS,
  NOW,
  observationOf,
  OTHER,
  SCOPE,
  targetOf,
  withWorkload,
} from "./fixtures.ts";
import { openedStore } from "./opened-store.ts";

const UNIT = "u-p1-web-1";
const BOUNDS = { most: 100, keep: 200 };

export function runOf(id: string, over: Partial<Run> = {}): Run {
  return {
    ...SCOPE,
    id,
    workload: "web",
    plan: "plan-p1-web-1",
    generation: 1,
    revision: "r1",
    trigger: "manual",
    actor: "ci",
    reason: "by hand",
    job: { retries: 1, timeoutSeconds: 60, parallelism: 1, retryUnknown: false },
    units: [{ id: UNIT, replicas: 1 }],
    state: "pending",
    createdAt: NOW,
    ...over,
  };
}

/** A try of that run. */
export function attemptOf(run: string, number: number, over: Partial<Attempt> = {}): Attempt {
  const names = attemptId("workload-p1-web", run, number);
  const rest = { unit: UNIT, phase: "starting", sentAt: NOW, lastLines: [], released: false } as const;
  return { ...names, number, index: 0, ...rest, ...over };
}

/** The run that is due. */
export async function heldRun(store: Store, now = NOW): Promise<RunClaim> {
  const [claim] = await store.claimRuns(now, LEASE_MS, 1);
  if (claim === undefined) throw new Error("no run was due");
  return claim;
}

/** What the store guarantees of runs and their tries, on any engine. */
export function runsContract(name: string, open: () => Promise<OpenStore>): void {
  describe(`runs on ${name}`, () => {
    const opened = openedStore(open, (store) => withWorkload(store));
    const store = () => opened().store;
    const begin = (id: string, over: Partial<Run> = {}) => store().startRun(SCOPE, runOf(id, over), BOUNDS);
    const attempts = (run: string) => store().attempts(SCOPE, "web", run);

    test("a run is read as it began, by its tenant only, the newest first", async () => {
      expect(await begin("run_1")).toBe("started");
      expect(await begin("run_2", { createdAt: NOW + 1 })).toBe("started");
      expect(await store().run(SCOPE, "web", "run_1")).toEqual(runOf("run_1"));
      expect(await store().run(OTHER, "web", "run_1")).toBeUndefined();
      expect((await store().runs(SCOPE, "web", { limit: 5 })).map(({ id }) => id)).toEqual([
        "run_2",
        "run_1",
      ]);
      expect((await store().runs(SCOPE, "web", { limit: 5, before: NOW + 1 })).map(({ id }) => id)).toEqual([
        "run_1",
      ]);
      expect(await store().runs(OTHER, "web", { limit: 5 })).toEqual([]);
    });

    heldTriesContract(store);

    test("a run begins only while its plan is in force, its units stand, and few enough are under way", async () => {
      expect(await begin("run_0", { plan: "plan-other" })).toBe("overtaken");
      expect(await begin("run_0", { units: [{ id: "u-none", replicas: 1 }] })).toBe("overtaken");
      await begin("run_1");
      expect(await store().startRun(SCOPE, runOf("run_2"), { most: 1, keep: 9 })).toBe("too-many");
      await store().commit(SCOPE, commitOf(2));
      expect(await begin("run_3")).toBe("overtaken");
      expect((await store().runs(SCOPE, "web", { limit: 9 })).map(({ id }) => id)).toEqual(["run_1"]);
    });

    dueRunsContract(store);
    placedRunsContract(store);

    test("projects with a due run are told beside those with a due workload", async () => {
      await store().record(await claimed(store()), { now: NOW, release: true });
      expect(await store().dueProjects(NOW, 9)).toEqual([]);
      await begin("run_1");
      expect(await store().dueProjects(NOW, 9)).toEqual(["p1"]);
    });

    test("whoever lost the lease writes nothing: no try, no end, no event", async () => {
      await begin("run_1");
      const late = await heldRun(store());
      await heldRun(store(), NOW + LEASE_MS);
      const written = { now: NOW, begun: [attemptOf("run_1", 1)], state: "failed", endedAt: NOW } as const;
      expect(await store().recordRun(late, { ...written, events: [eventOf("run.failed")] })).toBe(false);
      expect(await attempts("run_1")).toEqual([]);
      expect((await store().run(SCOPE, "web", "run_1"))?.state).toBe("pending");
      expect((await store().events(SCOPE, "web", 0, 99)).map(({ type }) => type)).not.toContain("run.failed");
    });

    test("a try is stored with its name before anything else, once, and a step changes only what it names", async () => {
      await begin("run_1");
      const claim = await heldRun(store());
      const one = attemptOf("run_1", 1);
      await store().recordRun(claim, { now: NOW, begun: [one] });
      await store().recordRun(claim, { now: NOW, begun: [{ ...one, sentAt: 0 }] });
      expect(await attempts("run_1")).toEqual([one]);
      const setback = { kind: "unavailable", message: "lost", attempts: 1, notBefore: NOW + 5 } as const;
      await store().recordRun(claim, { now: NOW, steps: [{ number: 1, setback }] });
      await store().recordRun(claim, {
        now: NOW,
        steps: [{ number: 1, phase: "running", answeredAt: NOW + 1, startedAt: NOW + 2, setback: null }],
      });
      await store().recordRun(claim, {
        now: NOW,
        steps: [{ number: 1, startedAt: NOW + 9, lookedAt: NOW + 9 }],
      });
      const seen = { phase: "running", answeredAt: NOW + 1, startedAt: NOW + 2, lookedAt: NOW + 9 } as const;
      expect(await attempts("run_1")).toEqual([{ ...one, ...seen }]);
    });

    test("a try that has ended stays as it ended, and so does a run; only that it was taken away is still told of it", async () => {
      await begin("run_1");
      const claim = await heldRun(store());
      const lastLines = ["one", "two"];
      const end = {
        number: 1,
        phase: "failed",
        exitCode: 3,
        reason: "it exited",
        lastLines,
        endedAt: NOW,
      } as const;
      await store().recordRun(claim, { now: NOW, begun: [attemptOf("run_1", 1)], steps: [end] });
      await store().recordRun(claim, { now: NOW, state: "failed", reason: "no", endedAt: NOW });
      const stop = { why: "asked", because: "late", at: NOW } as const;
      const later = {
        number: 1,
        phase: "succeeded",
        exitCode: 0,
        reason: "well",
        stop,
        released: true,
      } as const;
      await store().recordRun(claim, {
        now: NOW,
        steps: [later],
        state: "succeeded",
        reason: "well",
        endedAt: NOW + 9,
      });
      const { number: _number, ...ended } = end;
      expect(await attempts("run_1")).toEqual([{ ...attemptOf("run_1", 1), ...ended, released: true }]);
      expect(await store().run(SCOPE, "web", "run_1")).toMatchObject({
        state: "failed",
        stateReason: "no",
        endedAt: NOW,
      });
    });

    test("a claim of the workload tells which units runs still use, until the run is done, and which are under way", async () => {
      await begin("run_1");
      const used = async (now: number) => {
        const claim = await claimed(store(), now);
        await store().record(claim, { now, dueAt: now, release: true });
        return [[...(claim.runs?.units ?? [])], claim.runs?.open];
      };
      expect(await used(NOW)).toEqual([[UNIT], ["run_1"]]);
      const run = await heldRun(store());
      await store().recordRun(run, { now: NOW, state: "succeeded", endedAt: NOW });
      expect(await used(NOW)).toEqual([[UNIT], []]);
      await store().recordRun(run, { now: NOW, done: true, release: true });
      expect(await used(NOW)).toEqual([[], []]);
    });

    test("asked to end, a run is due at once, keeps the first word, and one that is over hears nothing", async () => {
      await begin("run_1");
      await begin("run_2");
      const claim = await heldRun(store());
      await store().recordRun(claim, { now: NOW, state: "succeeded", endedAt: NOW, release: true });
      const stop = { actor: "ann", reason: "enough", at: NOW + 5 };
      expect(await store().stopRuns(SCOPE, "web", stop)).toBe(1);
      expect(await store().stopRuns(SCOPE, "web", { ...stop, actor: "bob" })).toBe(1);
      const open = await store().run(SCOPE, "web", claim.run.id === "run_1" ? "run_2" : "run_1");
      expect(open?.stop).toEqual(stop);
      expect((await store().run(SCOPE, "web", claim.run.id))?.stop).toBeUndefined();
    });

    test("one moment of a schedule begins one run, in the batch that says it is dealt with", async () => {
      const claim = await claimed(store());
      const scheduled = { key: "0 3 * * * UTC", at: NOW };
      const run = runOf("run_s", { trigger: "schedule", scheduledFor: NOW });
      expect(
        await store().record(claim, { now: NOW, schedule: { scheduled, run }, dueAt: NOW, release: true }),
      ).toBe(true);
      const next = await claimed(store());
      expect(next.runs).toMatchObject({ scheduled, open: ["run_s"] });
      expect(
        await store().record(claim, { now: NOW, schedule: { scheduled, run: { ...run, id: "run_t" } } }),
      ).toBe(false);
      await store().record(next, { now: NOW, schedule: { scheduled, run: { ...run, id: "run_u" } } });
      expect((await store().runs(SCOPE, "web", { limit: 9 })).map(({ id }) => id)).toEqual(["run_s"]);
    });

    test("a moment of a schedule begins no run beside one that its pass has not seen, and is not dealt with", async () => {
      const claim = await claimed(store());
      await begin("run_1");
      const scheduled = { key: "0 3 * * * UTC", at: NOW };
      const run = runOf("run_s", { trigger: "schedule", scheduledFor: NOW });
      const events = [eventOf("run.begun")];
      expect(await store().record(claim, { now: NOW, schedule: { scheduled, run }, events })).toBe(false);
      expect(await store().record(claim, { now: NOW, dueAt: NOW, release: true })).toBe(true);
      const next = await claimed(store());
      expect(next.runs).toMatchObject({ scheduled: undefined, open: ["run_1"] });
      expect(await store().record(next, { now: NOW, schedule: { scheduled, run }, events })).toBe(true);
      expect(await store().runs(SCOPE, "web", { limit: 9 })).toHaveLength(2);
      const told = (await store().events(SCOPE, "web", 0, 99)).filter(({ type }) => type === "run.begun");
      expect(told).toHaveLength(1);
    });

    test("of ended runs only the newest stay, with their tries; one that is not done never goes", async () => {
      for (const [at, id] of ["run_1", "run_2", "run_3"].entries()) {
        await begin(id, { createdAt: NOW + at });
        const claim = await heldRun(store(), NOW + at);
        const end = id === "run_2" ? {} : ({ state: "succeeded", endedAt: NOW, done: true } as const);
        await store().recordRun(claim, { now: NOW, begun: [attemptOf(id, 1)], ...end, release: true });
      }
      await store().startRun(SCOPE, runOf("run_4", { createdAt: NOW + 9 }), { most: 9, keep: 1 });
      expect((await store().runs(SCOPE, "web", { limit: 9 })).map(({ id }) => id)).toEqual([
        "run_4",
        "run_2",
      ]);
      expect(await attempts("run_1")).toEqual([]);
      expect(await attempts("run_2")).toHaveLength(1);
    });

    test("an agent is told of its own tries only, and its word makes the run due when something changed", async () => {
      await store().putTarget(targetOf({ id: "target-pool", name: "pool", kind: "agents" }), 0);
      const place = { provider: "agents", target: "pool", region: "home", host: "agt-1" } as const;
      const commit = commitOf(2);
      const [unit] = commit.newUnits;
      if (unit === undefined) throw new Error("the fixture has no unit");
      const there = { ...unit, place };
      await store().commit(SCOPE, { ...commit, newUnits: [there], plan: { ...commit.plan, units: [there] } });
      await begin("run_1", { plan: commit.plan.id, units: [{ id: unit.id, replicas: 1 }] });
      const claim = await heldRun(store());
      const one = attemptOf("run_1", 1, { unit: unit.id });
      await store().recordRun(claim, { now: NOW, begun: [one], release: true });
      expect((await store().attemptsOn("agt-1")).map(({ attempt, run }) => [attempt.id, run.id])).toEqual([
        [one.id, "run_1"],
      ]);
      expect(await store().attemptsOn("agt-2")).toEqual([]);
      const said = observationOf(one.id, { phase: "stopped", exitCode: 0 });
      expect(await store().attemptsHeard("agt-2", [said], NOW + 1)).toBe(0);
      expect(await store().attemptsHeard("agt-1", [said], NOW + 1)).toBe(1);
      expect((await heldRun(store(), NOW + 1)).run.id).toBe("run_1");
      expect(await store().attemptsHeard("agt-1", [{ ...said, at: NOW + 50 }], NOW + 50)).toBe(0);
      expect((await store().attemptsOn("agt-1"))[0]?.report).toMatchObject({ phase: "stopped", exitCode: 0 });
    });
  });
}
