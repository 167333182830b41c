import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Trouble } from "../../../src/domain/fault.ts";
import { isFinal, isOver, type Attempt, type Run, type RunPhase } from "../../../src/domain/run.ts";
import { decideRun } from "../../../src/reconcile/runs/decide.ts";
import type { RunAction, RunWorld } from "../../../src/reconcile/runs/run-world.ts";
import { TIMING, unitOf } from "../fixtures.ts";

const START = 1_800_000_000_000;
/** Passes after which a run that has not ended never will. */
const MOST_PASSES = 20_000;

function runOf(over: Partial<Run["job"]>): Run {
  const job = { retries: 3, timeoutSeconds: 600, parallelism: 1, retryUnknown: false, ...over };
  return {
    id: "run_1",
    project: "p1",
    environment: "production",
    workload: "report",
    plan: "plan_1",
    generation: 1,
    revision: "r1",
    trigger: "manual",
    actor: "ci",
    reason: "by hand",
    job,
    units: [{ id: "u1", replicas: job.parallelism }],
    state: "pending",
    createdAt: START,
  };
}

/** What a provider makes of a call, one answer after the other; then it is well again. */
type Answer = "lost" | "unavailable" | "invalid" | "denied" | RunPhase | "stopping";
const answers = fc.array(
  fc.constantFrom<Answer>(
    "lost",
    "unavailable",
    "invalid",
    "denied",
    "starting",
    "running",
    "succeeded",
    "failed",
    "stopped",
    "unknown",
    "stopping",
  ),
  { maxLength: 60 },
);
const jobs = fc.record({
  retries: fc.integer({ min: 0, max: 4 }),
  timeoutSeconds: fc.integer({ min: 1, max: 4_000 }),
  parallelism: fc.integer({ min: 1, max: 5 }),
  retryUnknown: fc.boolean(),
});

interface Story {
  readonly world: RunWorld;
  readonly starts: readonly { readonly attempt: number; readonly fresh: boolean }[];
  /** For each call that ends a try or takes it away: how long before it the last start of it was sent that nobody answered, ms. */
  readonly removals: readonly number[];
  readonly passes: number;
}

/** Plays a run to its end against a provider that answers as told; `watch` sees each decision and what it was made from. */
function play(
  job: Partial<Run["job"]>,
  script: readonly Answer[],
  watch: (world: RunWorld, actions: readonly RunAction[]) => void = () => {},
  stopAt = Infinity,
  removing = false,
): Story {
  const left = [...script];
  const starts: Story["starts"][number][] = [];
  const removals: number[] = [];
  const unanswered = new Map<number, number>();
  let world: RunWorld = {
    run: runOf(job),
    workloadId: "wl_1",
    attempts: [],
    removing: false,
    units: new Map([["u1", unitOf("u1")]]),
    silentMs: new Map(),
    timing: TIMING,
  };
  let now = START;
  for (let passes = 1; passes <= MOST_PASSES; passes += 1) {
    if (now - START >= stopAt && world.run.stop === undefined) world = { ...asked(world, now), removing };
    const { actions, wakeAt } = decideRun(world, now);
    watch(world, actions);
    for (const action of actions) {
      if (action.do === "start") starts.push({ attempt: action.attempt.number, fresh: action.fresh });
      const answer = action.do === "place" ? "stopped" : (left.shift() ?? healthy(action));
      if (action.do === "start" && (answer === "lost" || answer === "unavailable"))
        unanswered.set(action.attempt.number, now);
      if (action.do === "stop" || action.do === "release")
        removals.push(now - (unanswered.get(action.attempt.number) ?? -Infinity));
      world = apply(world, action, answer, now);
    }
    if (actions.length === 0 && wakeAt === undefined) return { world, starts, removals, passes };
    now = actions.length > 0 ? now + 1_000 : Math.max(now + 1, wakeAt ?? now);
  }
  return { world, starts, removals, passes: MOST_PASSES + 1 };
}

const asked = (world: RunWorld, at: number): RunWorld => ({
  ...world,
  run: { ...world.run, stop: { actor: "ci", reason: "enough", at } },
});

const healthy = (action: RunAction): Answer =>
  action.do === "start" ? "running" : action.do === "observe" ? "succeeded" : "stopped";

function apply(world: RunWorld, action: RunAction, answer: Answer, now: number): RunWorld {
  if (action.do === "finish") return { ...world, run: { ...world.run, state: action.state, endedAt: now } };
  if (action.do === "place") {
    const since = action.request.isNeeded ? (world.run.placing?.since ?? now) : undefined;
    const placing = { notBefore: now + 10_000, message: "there is none", since };
    return { ...world, run: { ...world.run, placing } };
  }
  const { attempt } = action;
  const known = world.attempts.some(({ number }) => number === attempt.number);
  const before = known ? world.attempts : [...world.attempts, attempt];
  const changed = changeOf(action, answer, now);
  return {
    ...world,
    attempts: before.map((one) => (one.number === attempt.number ? { ...one, ...changed } : one)),
  };
}

function changeOf(
  action: Exclude<RunAction, { do: "finish" | "place" }>,
  answer: Answer,
  now: number,
): Partial<Attempt> {
  const attempts = (action.attempt.setback?.attempts ?? 0) + 1;
  const trouble = (kind: Trouble, notBefore?: number): Partial<Attempt> => ({
    setback: { kind, message: `${answer} it was`, attempts, notBefore },
    ...(action.do === "stop" ? { stop: action.stop } : {}),
  });
  if (action.do === "end") return { phase: action.phase, reason: action.because, lookedAt: now };
  if (action.do === "leave") return { released: true };
  if (action.do === "announce-stop") return { stop: action.stop };
  if (answer === "lost" || answer === "unavailable") return trouble("unavailable", now + 30_000);
  if (answer === "invalid") return trouble("invalid");
  if (answer === "denied") return trouble("denied", now + 300_000);
  if (action.do === "release")
    return answer === "stopping" ? trouble("unavailable", now + 5_000) : { released: true };
  if (action.do === "stop") {
    const { stop } = action;
    if (answer !== "stopped") return { stop, lookedAt: now, setback: undefined };
    return { stop, lookedAt: now, setback: undefined, phase: stop.why === "asked" ? "stopped" : "failed" };
  }
  const phase = answer === "stopping" ? "running" : answer;
  return {
    phase,
    lookedAt: now,
    setback: undefined,
    answeredAt: action.attempt.answeredAt ?? now,
    ...(phase === "running" ? { startedAt: action.attempt.startedAt ?? now } : {}),
  };
}

const live = ({ attempts }: RunWorld) => attempts.filter((attempt) => !isFinal(attempt));

describe("a run's decision", () => {
  test("never has more tries live than its parallelism, nor more of one index than one and its retries", () => {
    fc.assert(
      fc.property(jobs, answers, (job, script) => {
        const { world } = play(job, script, (seen, actions) => {
          const fresh = actions.filter((action) => action.do === "start" && action.fresh).length;
          expect(live(seen).length + fresh).toBeLessThanOrEqual(job.parallelism);
        });
        for (const tries of Map.groupBy(world.attempts, ({ index }) => index).values())
          expect(tries.length).toBeLessThanOrEqual(1 + job.retries);
      }),
    );
  });

  test("never starts a try that has ended, and numbers and names are given once", () => {
    fc.assert(
      fc.property(jobs, answers, (job, script) => {
        const { world, starts } = play(job, script, (seen, actions) => {
          for (const action of actions)
            if (action.do === "start") {
              const stored = seen.attempts.find(({ number }) => number === action.attempt.number);
              expect(stored === undefined || !isFinal(stored)).toBe(true);
              expect(action.fresh).toBe(stored === undefined);
            }
        });
        const fresh = starts.filter((start) => start.fresh).map(({ attempt }) => attempt);
        expect(new Set(fresh).size).toBe(fresh.length);
        expect(new Set(world.attempts.map(({ name }) => name)).size).toBe(world.attempts.length);
      }),
    );
  });

  test("never tries again after an unknown end unless the job says so", () => {
    fc.assert(
      fc.property(jobs, answers, (job, script) => {
        const { world } = play(job, script);
        for (const tries of Map.groupBy(world.attempts, ({ index }) => index).values()) {
          const again = tries.some((one, at) => one.phase === "unknown" && at < tries.length - 1);
          expect(again && !job.retryUnknown).toBe(false);
        }
      }),
    );
  });

  test("brings every run to its end, whatever its provider answers, and leaves nothing of it; well only if every index ended well", () => {
    fc.assert(
      fc.property(jobs, answers, fc.constantFrom(Infinity, 0, 5_000, 100_000), (job, script, stopAt) => {
        const { world, passes } = play(job, script, () => {}, stopAt);
        expect(passes).toBeLessThanOrEqual(MOST_PASSES);
        expect(isOver(world.run)).toBe(true);
        expect(live(world)).toEqual([]);
        expect(world.attempts.every(({ released }) => released)).toBe(true);
        const well = new Set(
          world.attempts.filter(({ phase }) => phase === "succeeded").map(({ index }) => index),
        );
        expect(world.run.state === "succeeded").toBe(well.size === job.parallelism);
      }),
    );
  });

  test("begins nothing once it was asked to end, and stops everything that lives", () => {
    fc.assert(
      fc.property(jobs, answers, fc.integer({ min: 0, max: 60_000 }), (job, script, stopAt) => {
        play(
          job,
          script,
          (seen, actions) => {
            if (seen.run.stop === undefined) return;
            expect(actions.filter((action) => action.do === "start")).toEqual([]);
          },
          stopAt,
        );
      }),
    );
  });

  test("takes nothing away while an unanswered start of it may still arrive, for it would begin a second time", () => {
    fc.assert(
      fc.property(
        jobs,
        answers,
        fc.integer({ min: 0, max: 60_000 }),
        fc.boolean(),
        (job, script, at, removing) => {
          const { removals } = play(job, ["lost", ...script], () => {}, at, removing);
          expect(Math.min(...removals)).toBeGreaterThanOrEqual(20_000);
        },
      ),
    );
  });

  test("ends even a run whose provider never answers again", () => {
    for (const answer of ["unavailable", "denied", "starting", "running", "stopping"] as const) {
      const { world } = play(
        { retries: 1, timeoutSeconds: 60 },
        Array.from({ length: 4_000 }, () => answer),
      );
      expect(world.run.state, answer).toBe("failed");
      expect(
        world.attempts.every(({ released }) => released),
        answer,
      ).toBe(true);
    }
  });
});
