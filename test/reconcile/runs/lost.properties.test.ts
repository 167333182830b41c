import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isFinal, isOver, type Attempt, type Run, type RunPhase } from "../../../src/domain/run.ts";
import { decideRun } from "../../../src/reconcile/runs/decide.ts";
import { movedUnits } from "../../../src/reconcile/runs/places.ts";
import type { RunAction, RunWorld } from "../../../src/reconcile/runs/run-world.ts";
import { TEMPLATE, TIMING, unitOf } from "../fixtures.ts";

const START = 1_800_000_000_000;
const SECOND_MS = 1_000;
/** The longest that a fenced try may run on after its host was heard last, s: a whole lease, and then its own grace. */
const KILLED_AFTER_S = 40;
const MOST_SECONDS = 30_000;
const HOSTS = ["h0", "h1", "h2"];

const hosted = (host: string) =>
  unitOf(`u-${host}`, {
    place: { provider: "agents", target: "home", region: "home", host },
    template: { ...TEMPLATE, kind: "job", unreachable: "fence", stopGraceSeconds: 30 },
  });
const UNITS = new Map(HOSTS.map((host) => [`u-${host}`, hosted(host)]));

const stories = fc.record({
  parallelism: fc.integer({ min: 1, max: 3 }),
  retries: fc.integer({ min: 0, max: 3 }),
  retryUnknown: fc.boolean(),
  runSeconds: fc.integer({ min: 1, max: 90 }),
  /** For each host, how many seconds it is heard, is not, is heard again, and so on; in the end all are. */
  lives: fc.tuple(...HOSTS.map(() => fc.array(fc.integer({ min: 1, max: 120 }), { maxLength: 6 }))),
  stopAt: fc.option(fc.integer({ min: 0, max: 120 }), { nil: undefined }),
});
type Story = typeof stories extends fc.Arbitrary<infer T> ? T : never;

/** A try as it really is on its host. */
interface Real {
  readonly host: string;
  readonly endsAt: number;
  readonly end?: RunPhase;
}

function isUp(life: readonly number[], second: number): boolean {
  let left = second;
  for (const [at, seconds] of life.entries()) {
    if (left < seconds) return at % 2 === 0;
    left -= seconds;
  }
  return true;
}

/** Plays a run on hosts that come and go; `watch` sees each try that is begun, and the numbers of those that really run then. */
function play(story: Story, watch: (begun: Attempt, running: readonly Attempt[]) => void) {
  const { parallelism, retries, retryUnknown, runSeconds, lives, stopAt } = story;
  const job = { retries, timeoutSeconds: 600, parallelism, retryUnknown };
  let run: Run = {
    id: "run_1",
    project: "p",
    environment: "production",
    workload: "report",
    plan: "plan_1",
    generation: 1,
    revision: "r",
    trigger: "manual",
    actor: "ci",
    reason: "by hand",
    job,
    units: [{ id: "u-h0", replicas: parallelism }],
    state: "pending",
    createdAt: START,
  };
  let attempts: readonly Attempt[] = [];
  const real = new Map<number, Real>();
  const heard = new Map(HOSTS.map((host) => [host, START]));
  const running = () =>
    attempts.filter(({ number }) => real.has(number) && real.get(number)?.end === undefined);
  let second = 0;
  for (; second < MOST_SECONDS; second += 1) {
    const now = START + second * SECOND_MS;
    for (const [at, host] of HOSTS.entries()) if (isUp(lives[at] ?? [], second)) heard.set(host, now);
    const isHeard = (host: string) => heard.get(host) === now;
    for (const attempt of attempts) {
      const host = UNITS.get(attempt.unit)?.place.host ?? "";
      const there = real.get(attempt.number);
      const told = isHeard(host) && (isFinal(attempt) || attempt.stop !== undefined);
      if (there === undefined && isHeard(host) && !told)
        real.set(attempt.number, { host, endsAt: now + runSeconds * SECOND_MS });
      if (there === undefined || there.end !== undefined) continue;
      const killed = now - (heard.get(host) ?? 0) >= KILLED_AFTER_S * SECOND_MS;
      if (there.endsAt <= now) real.set(attempt.number, { ...there, end: "succeeded" });
      else if (killed || told) real.set(attempt.number, { ...there, end: "unknown" });
    }
    if (second === stopAt && !isOver(run)) run = stoppedAt(run, now);
    const silentMs = new Map(
      [...UNITS].map(([id, { place }]) => [id, now - (heard.get(place.host ?? "") ?? 0)]),
    );
    const world: RunWorld = {
      run,
      workloadId: "w",
      attempts,
      removing: false,
      units: UNITS,
      silentMs,
      timing: TIMING,
    };
    const { actions, wakeAt } = decideRun(world, now);
    for (const action of actions) {
      if (action.do === "start" && action.fresh) {
        watch(action.attempt, running());
        attempts = attempts.concat({ ...action.attempt, answeredAt: now, lookedAt: now });
      } else if (action.do === "place") run = placed(run, action, isHeard, now);
      else if (action.do === "finish") run = { ...run, state: action.state, stateReason: action.because };
      else
        attempts = attempts.map((one) =>
          one.number === action.attempt.number ? { ...one, ...changed(action, real, isHeard, now) } : one,
        );
    }
    if (actions.length === 0 && wakeAt === undefined) break;
  }
  return { run, attempts, running: running(), second };
}

function placed(
  run: Run,
  { request }: Extract<RunAction, { do: "place" }>,
  isHeard: (host: string) => boolean,
  now: number,
): Run {
  const host = HOSTS.find((one) => isHeard(one) && !request.avoidHosts.includes(one));
  if (host === undefined) {
    const since = run.placing?.since ?? now;
    return { ...run, placing: { notBefore: now + 10 * SECOND_MS, message: "every host is silent", since } };
  }
  const to = request.indexes.map(() => `u-${host}`);
  return { ...run, placing: undefined, units: movedUnits(run.units, request.indexes, to) };
}

// What is known of a host is what it said last, and a silent one says nothing.
function changed(
  action: Exclude<RunAction, { do: "finish" | "place" }>,
  real: ReadonlyMap<number, Real>,
  isHeard: (host: string) => boolean,
  now: number,
): Partial<Attempt> {
  const { attempt } = action;
  const there = real.get(attempt.number);
  const said = there !== undefined && isHeard(there.host) ? (there.end ?? "running") : attempt.phase;
  switch (action.do) {
    case "end":
      return { phase: action.phase, reason: action.because, lookedAt: now };
    case "leave":
      return { released: true };
    case "announce-stop":
      return { stop: action.stop };
    case "release":
      return there === undefined || isHeard(there.host) ? { released: true } : {};
    case "stop": {
      const ends = isFinal({ phase: said }) ? said : there === undefined ? "unknown" : undefined;
      return { stop: action.stop, lookedAt: now, ...(ends === undefined ? {} : { phase: ends }) };
    }
    case "start":
    case "observe":
      return {
        phase: said,
        lookedAt: now,
        ...(said === "running" ? { startedAt: attempt.startedAt ?? now } : {}),
      };
  }
}

describe("a run whose hosts come and go", () => {
  test("never has two tries of one index alive, wherever the next one begins", () => {
    fc.assert(
      fc.property(stories, (story) => {
        play(story, (begun, running) => {
          expect(running.map(({ index }) => index)).not.toContain(begun.index);
        });
      }),
    );
  });

  test("comes to its end, leaves nothing running, and has succeeded only if each index has", () => {
    fc.assert(
      fc.property(stories, (story) => {
        const { run, attempts, running, second } = play(story, () => {});
        expect(second).toBeLessThan(MOST_SECONDS);
        expect(isOver(run)).toBe(true);
        expect(running).toEqual([]);
        const well = attempts.filter(({ phase }) => phase === "succeeded").map(({ index }) => index);
        expect(run.state === "succeeded").toBe(new Set(well).size === story.parallelism);
      }),
    );
  });

  test("succeeds on whichever hosts are left where every try may be followed by another", () => {
    fc.assert(
      fc.property(stories, (story) => {
        const { run, attempts } = play(
          { ...story, stopAt: undefined, retries: 20, retryUnknown: true },
          () => {},
        );
        expect(attempts.length).toBeLessThanOrEqual(21 * story.parallelism);
        expect(run.state).toBe("succeeded");
      }),
    );
  });
});

describe("the units of a run that moves", () => {
  test("are one for each index, those of the others are untouched, and each that it ever had stays listed", () => {
    const ids = fc.constantFrom("a", "b", "c", "d");
    const lists = fc.array(fc.record({ id: ids, replicas: fc.integer({ min: 0, max: 3 }) }), {
      minLength: 1,
    });
    const each = (units: Run["units"]) =>
      units.flatMap(({ id, replicas }) => Array<string>(replicas).fill(id));
    fc.assert(
      fc.property(lists, fc.array(fc.tuple(fc.nat(8), ids), { maxLength: 4 }), (units, moves) => {
        const known = each(units);
        const to = new Map(moves.filter(([index]) => index < known.length));
        const after = movedUnits(units, [...to.keys()], [...to.values()]);
        expect(each(after)).toEqual(known.map((id, index) => to.get(index) ?? id));
        const all = new Set([...units.map(({ id }) => id), ...to.values()]);
        expect(new Set(after.map(({ id }) => id))).toEqual(all);
      }),
    );
  });
});

const stoppedAt = (run: Run, at: number): Run => ({ ...run, stop: { actor: "ci", reason: "enough", at } });
