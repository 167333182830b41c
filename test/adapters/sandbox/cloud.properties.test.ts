import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type CloudEvent,
  type CloudRules,
  type CloudState,
  emptyCloud,
  present,
  resourcesUsed,
  step,
} from "../../../src/adapters/sandbox/cloud.ts";
import { resourcesFor } from "../../../src/adapters/sandbox/quotas.ts";
import { observationOf } from "../../../src/adapters/sandbox/view.ts";

const PATH = { transport: "plain", reach: "loopback", bypassable: false } as const;
/** More than all delays together: after this nothing has anything left to do. */
const LONG_MS = 100_000;
const UNITS = 4;

interface Move {
  readonly event: CloudEvent;
  readonly afterMs: number;
}

const order = (number: number, replicas: number, crash: boolean) => ({
  id: `id-${number}`,
  name: `unit-${number}`,
  project: "p",
  environment: "production",
  workload: `w${number}`,
  image: "image:1",
  containers: ["main"],
  port: 80,
  replicas,
  crash: crash ? { exitCode: 7, lastLines: ["fatal"] } : undefined,
});
const number = fc.integer({ min: 0, max: UNITS - 1 });
const event: fc.Arbitrary<CloudEvent> = fc.oneof(
  fc.record({ n: number, replicas: fc.integer({ min: 1, max: 3 }) }).map(({ n, replicas }) => ({
    do: "apply" as const,
    order: order(n, replicas, n === 0),
  })),
  number.map((n) => ({ do: "destroy" as const, name: `unit-${n}`, workload: `w${n}` })),
  number.map((n) => ({ do: "served" as const, name: `unit-${n}`, url: `http://127.0.0.1:${n + 1}` })),
  fc.constantFrom("offers" as const, "observe" as const).map((on) => ({ do: "read" as const, on })),
);
const move: fc.Arbitrary<Move> = fc.record({ event, afterMs: fc.integer({ min: 0, max: 3_000 }) });
const delay = fc.integer({ min: 0, max: 2_000 });
const rules: fc.Arbitrary<CloudRules> = fc.record({
  delaysMs: fc.record({ create: delay, ready: delay, destroy: delay, visible: delay }),
  quota: fc.record({
    resources: fc.integer({ min: 0, max: 12 }),
    replicasPerResource: fc.constantFrom(1, 100),
    createBurst: fc.integer({ min: 3, max: 6 }),
    createsPerHour: fc.constant(3_600_000),
  }),
  faults: fc.array(
    fc.record({
      on: fc.constantFrom("apply" as const, "destroy" as const, "observe" as const),
      kind: fc.constantFrom("unavailable" as const, "throttled" as const, "bug" as const),
      times: fc.integer({ min: 1, max: 3 }),
      lostAnswer: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
});

const seen = (state: CloudState, now: number) =>
  present(state, now).map((unit) => observationOf(unit, now, PATH));

const reread = (state: CloudState) => JSON.parse(JSON.stringify(state));

function play(moves: readonly Move[], given: CloudRules) {
  let now = 0;
  let state = emptyCloud(given, now);
  const history: { readonly state: CloudState; readonly now: number }[] = [];
  for (const { event: next, afterMs } of moves) {
    now += afterMs;
    ({ state } = step(state, next, now, given));
    history.push({ state, now });
  }
  return { state, now, history };
}

describe("the simulated cloud", () => {
  const moves = fc.array(move, { maxLength: 40 });

  test("never holds one id twice, and never more than its quota", () => {
    fc.assert(
      fc.property(moves, rules, (list, given) => {
        for (const { state, now } of play(list, given).history) {
          const ids = present(state, now).map(({ id }) => id);
          expect(new Set(ids).size).toBe(ids.length);
          expect(resourcesUsed(state, now, given.quota)).toBeLessThanOrEqual(given.quota.resources);
        }
      }),
    );
  });

  test("converges once it is willing: what is asked for again and again is ready, or failed where it crashes", () => {
    fc.assert(
      fc.property(moves, rules, (list, given) => {
        const willing = { ...given, quota: { ...given.quota, resources: 100 } };
        const before = play(list, willing);
        let { state } = before;
        let now = before.now + LONG_MS;
        const wanted = Array.from({ length: UNITS }, (_, n) => order(n, 2, n === 0));
        // Every fault strikes at most three times, and there are at most three.
        for (let tries = 0; tries < 10; tries += 1)
          for (const one of wanted)
            ({ state } = step(state, { do: "apply", order: one }, (now += LONG_MS), willing));
        now += LONG_MS;
        const phases = Object.fromEntries(
          seen(state, now).map((one) => [one.unit, [one.phase, one.replicas]]),
        );
        expect(phases).toEqual({
          "id-0": ["failed", 2],
          "id-1": ["ready", 2],
          "id-2": ["ready", 2],
          "id-3": ["ready", 2],
        });
      }),
    );
  });

  test("deletes for good what is asked to go again and again, and nothing else", () => {
    fc.assert(
      fc.property(moves, rules, (list, given) => {
        const before = play(list, given);
        let { state } = before;
        let now = before.now + LONG_MS;
        const others = seen(state, now).filter((one) => one.unit !== "id-1");
        for (let tries = 0; tries < 12; tries += 1)
          ({ state } = step(
            state,
            { do: "destroy", name: "unit-1", workload: "w1" },
            (now += LONG_MS),
            given,
          ));
        now += LONG_MS;
        expect(seen(state, now).map((one) => one.unit)).toEqual(others.map((one) => one.unit));
        expect(seen(state, now).map((one) => one.unit)).not.toContain("id-1");
      }),
    );
  });

  test("is what it was after it was written down and read again: same phases, no restart", () => {
    fc.assert(
      fc.property(moves, rules, fc.integer({ min: 0, max: 5_000 }), (list, given, laterMs) => {
        const { state, now } = play(list, given);
        const again: CloudState = reread(state);
        expect(seen(again, now + laterMs)).toEqual(seen(state, now + laterMs));
      }),
    );
  });

  test("rests: the same apply again gives back the very same state", () => {
    fc.assert(
      fc.property(moves, rules, (list, given) => {
        const calm = { ...given, faults: [] };
        const { state, now } = play(list, calm);
        for (const unit of present(state, now + LONG_MS)) {
          const again = order(
            Number(unit.id.slice("id-".length)),
            unit.replicas.length,
            unit.crash !== undefined,
          );
          expect(step(state, { do: "apply", order: again }, now + LONG_MS, calm).state).toBe(state);
        }
      }),
    );
  });

  test("a ready replica stays ready for as long as nobody touches its unit", () => {
    fc.assert(
      fc.property(moves, rules, fc.integer({ min: 1, max: 50_000 }), (list, given, laterMs) => {
        const { state, now } = play(list, given);
        for (const before of seen(state, now)) {
          const after = seen(state, now + laterMs).find((one) => one.unit === before.unit);
          if (before.phase === "ready")
            expect(after).toMatchObject({ phase: "ready", ready: before.ready, restarts: 0 });
        }
      }),
    );
  });

  test("creates no faster than its burst and its hourly rate together", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60_000 }), { maxLength: 60 }), (gaps) => {
        const quota = { resources: 1_000, replicasPerResource: 1, createBurst: 5, createsPerHour: 300 };
        const given: CloudRules = {
          delaysMs: { create: 0, ready: 0, destroy: 0, visible: 0 },
          quota,
          faults: [],
        };
        let now = 0;
        let created = 0;
        let state = emptyCloud(given, now);
        for (const [n, gapMs] of gaps.entries()) {
          now += gapMs;
          const done = step(state, { do: "apply", order: order(n, 2, false) }, now, given);
          ({ state } = done);
          if (done.answer.ok) created += resourcesFor(quota, 2);
          else expect(done.answer).toMatchObject({ kind: "throttled", retryAfterMs: expect.any(Number) });
        }
        expect(created).toBeLessThanOrEqual(quota.createBurst + (now * quota.createsPerHour) / 3_600_000);
      }),
    );
  });
});
