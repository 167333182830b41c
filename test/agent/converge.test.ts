import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CRASH_LIMIT } from "../../src/agent/memory.ts";
import type { Unit } from "../../src/domain/plan.ts";
import { aUnit } from "./a-unit.ts";
import { Model } from "./model.ts";

const sidecar = {
  name: "proxy",
  image: "envoy",
  env: {},
  secrets: {},
  resources: { milliCpu: 10, memoryMiB: 6 },
  essential: true,
};
const unitOf = (number: number, min: number, unreachable: "fence" | "replace", sidecars = 0): Unit =>
  aUnit({
    id: `u${String(number)}`,
    name: `b${String(number)}`,
    replicas: { min, max: min },
    template: { unreachable, sidecars: sidecars === 0 ? [] : [sidecar] },
  });
const units = fc
  .array(
    fc.tuple(
      fc.integer({ min: 0, max: 3 }),
      fc.constantFrom("fence" as const, "replace" as const),
      fc.integer({ min: 0, max: 1 }),
    ),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map((list) =>
    list.map(([min, unreachable, sidecars], index) => unitOf(index, min, unreachable, sidecars)),
  );

/** What fate, the broker and time may do between two passes. */
const event = fc.oneof(
  fc.record({ kind: fc.constant("crash" as const), unit: fc.integer({ min: 0, max: 4 }) }),
  fc.record({ kind: fc.constant("vanish" as const), unit: fc.integer({ min: 0, max: 4 }) }),
  fc.record({ kind: fc.constant("sick" as const), unit: fc.integer({ min: 0, max: 4 }) }),
  fc.record({ kind: fc.constant("well" as const), unit: fc.integer({ min: 0, max: 4 }) }),
  fc.record({
    kind: fc.constant("scale" as const),
    unit: fc.integer({ min: 0, max: 4 }),
    min: fc.integer({ min: 0, max: 3 }),
  }),
  fc.record({ kind: fc.constant("doom" as const), unit: fc.integer({ min: 0, max: 4 }) }),
  fc.record({ kind: fc.constant("forget" as const), unit: fc.integer({ min: 0, max: 4 }) }),
  fc.record({ kind: fc.constant("lease" as const), over: fc.boolean() }),
  fc.record({ kind: fc.constant("time" as const), ms: fc.integer({ min: 1, max: 90_000 }) }),
);
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

function happen(model: Model, what: Event, sick: Set<string>): void {
  if (what.kind === "time") model.now += what.ms;
  else if (what.kind === "lease") model.leaseOver = what.over;
  else {
    const id = `u${String(what.unit)}`;
    if (what.kind === "crash") model.crash(id);
    if (what.kind === "vanish") model.vanish(id);
    if (what.kind === "sick") sick.add(id);
    if (what.kind === "well") sick.delete(id);
    const { units: wanted, doomed } = model.desired;
    if (what.kind === "scale") {
      const { min } = what;
      model.desired = {
        ...model.desired,
        units: wanted.map((unit) =>
          unit.id === id ? aUnit({ ...unit, replicas: { min, max: min } }) : unit,
        ),
      };
    }
    if (what.kind === "forget")
      model.desired = { ...model.desired, units: wanted.filter((unit) => unit.id !== id) };
    const found = wanted.find((unit) => unit.id === id);
    if (what.kind === "doom" && found !== undefined) {
      const tombstone = { id, name: found.name, stopGraceSeconds: 1 };
      model.desired = {
        ...model.desired,
        units: wanted.filter((unit) => unit.id !== id),
        doomed: [...doomed, tombstone],
      };
    }
  }
}

/** Runs events, with `check` between each pass and the next. */
function live(
  wanted: readonly Unit[],
  events: readonly Event[],
  check: (model: Model, actions: ReturnType<Model["pass"]>, before: Model["containers"]) => void,
): Model {
  const model = new Model();
  const sick = new Set<string>();
  model.answer = (unit) => (sick.has(unit) ? { ok: false, because: "sick" } : { ok: true });
  model.want(wanted);
  for (const what of events) {
    happen(model, what, sick);
    const before = model.containers;
    check(model, model.pass(), before);
    model.now += 500;
  }
  return model;
}

describe("converging", () => {
  test("a willing world comes to hold exactly what is wanted, and then rests but for probes", () => {
    fc.assert(
      fc.property(units, fc.array(event, { maxLength: 30 }), (wanted, events) => {
        const model = live(wanted, events, () => {});
        model.leaseOver = false;
        model.answer = () => ({ ok: true });
        model.memory = {}; // what was given up stays so; here it may try again
        model.run(80);
        const begun = model.done.length;
        model.run(20);
        expect(model.done.length).toBe(begun);
        for (const unit of model.desired.units)
          expect(model.running(unit.id)).toHaveLength(unit.replicas.min);
        for (const { id } of model.desired.doomed)
          expect(model.containers.filter(({ mark }) => mark.unit === id)).toEqual([]);
        expect(model.observe().every(({ phase }) => phase === "ready" || phase === "stopped")).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test("only a doomed unit is removed, and what is in neither list is never touched", () => {
    fc.assert(
      fc.property(units, fc.array(event, { maxLength: 40 }), (wanted, events) => {
        live(wanted, events, (model, actions, before) => {
          const doomed = new Set(model.desired.doomed.map(({ id }) => id));
          const spokenOf = new Set([...doomed, ...model.desired.units.map(({ id }) => id)]);
          for (const action of actions) {
            const id = typeof action.unit === "string" ? action.unit : action.unit.id;
            expect(spokenOf.has(id)).toBe(true);
            if (action.do === "remove") expect(doomed.has(id)).toBe(true);
            else expect(doomed.has(id)).toBe(false);
          }
          const strange = before.filter(({ mark }) => !spokenOf.has(mark.unit));
          expect(model.containers).toEqual(expect.arrayContaining([...strange]));
        });
      }),
      { numRuns: 200 },
    );
  });

  test("a serving replica is stopped only when it is too many, fenced, or long unhealthy", () => {
    fc.assert(
      fc.property(units, fc.array(event, { maxLength: 40 }), (wanted, events) => {
        live(wanted, events, (model, actions) => {
          for (const action of actions) {
            if (action.do !== "stop") continue;
            const unit = model.desired.units.find(({ id }) => id === action.unit);
            if (action.why === "scaled-in")
              expect(action.replica).toBeGreaterThanOrEqual(unit?.replicas.min ?? 0);
            if (action.why === "fenced")
              expect(model.leaseOver && unit?.template.unreachable === "fence").toBe(true);
            if (action.why === "unhealthy") expect(model.answer(action.unit).ok).toBe(false);
          }
        });
      }),
      { numRuns: 200 },
    );
  });

  test("what may run only once is not started, and does not run on, while the lease is over", () => {
    fc.assert(
      fc.property(units, fc.array(event, { maxLength: 40 }), (wanted, events) => {
        live(wanted, events, (model) => {
          if (!model.leaseOver) return;
          const fenced = model.desired.units.filter(({ template }) => template.unreachable === "fence");
          for (const unit of fenced) expect(model.running(unit.id)).toEqual([]);
        });
      }),
      { numRuns: 200 },
    );
  });

  test("there is never more than one action for a replica, and each says why", () => {
    fc.assert(
      fc.property(units, fc.array(event, { maxLength: 30 }), (wanted, events) => {
        live(wanted, events, (_, actions) => {
          const keys = actions.map(
            (action) =>
              `${typeof action.unit === "string" ? action.unit : action.unit.id}/${"replica" in action ? String(action.replica) : "all"}`,
          );
          expect(new Set(keys).size).toBe(keys.length);
          for (const action of actions) if (action.do !== "probe") expect(action.because).not.toBe("");
        });
      }),
      { numRuns: 100 },
    );
  });

  test("what crashes before it was ever healthy is started so many times and not once more", () => {
    const unit = unitOf(0, 1, "replace");
    const model = new Model();
    model.answer = () => ({ ok: false, because: "no answer" });
    model.want([unit]);
    for (let pass = 0; pass < 200; pass += 1) {
      model.pass();
      model.crash(unit.id, 3);
      model.now += 1_000;
    }
    expect(model.done).toHaveLength(CRASH_LIMIT);
    expect(model.observe()[0]).toMatchObject({
      phase: "failed",
      exitCode: 3,
      lastLines: ["the end"],
      restarts: CRASH_LIMIT,
    });
  });

  test("what has served is started again after any number of crashes, within twenty seconds each", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), (crashes) => {
        const unit = unitOf(0, 1, "replace");
        const model = new Model();
        model.want([unit]);
        model.run(3);
        for (let count = 0; count < crashes; count += 1) {
          model.crash(unit.id);
          model.run(20);
          expect(model.running(unit.id)).toHaveLength(1);
          expect(model.observe()[0]?.phase).toBe("ready");
        }
      }),
      { numRuns: 20 },
    );
  });

  test("each restart waits longer than the one before, up to a bound", () => {
    const unit = unitOf(0, 1, "replace");
    const model = new Model();
    model.want([unit]);
    model.run(3);
    for (let pass = 0; pass < 1_000; pass += 1) {
      model.pass();
      model.crash(unit.id);
      model.now += 100;
    }
    const gaps = model.startedAt.slice(2).map((at, index) => at - (model.startedAt[index + 1] ?? 0));
    expect(gaps.length).toBeGreaterThan(5);
    expect(gaps).toEqual([...gaps].sort((a, b) => a - b));
    expect(gaps[0]).toBeGreaterThanOrEqual(500);
    expect(gaps.at(-1)).toBeGreaterThan(10_000);
    expect(gaps.at(-1)).toBeLessThan(20_000);
  });

  test("what an answer both wants and dooms is doomed", () => {
    const unit = unitOf(0, 1, "replace");
    const model = new Model();
    model.want([unit], [unit]);
    model.run(5);
    expect(model.done.map(({ do: what }) => what)).toEqual(["remove"]);
    expect(model.observe()).toMatchObject([{ phase: "stopped", replicas: 0 }]);
  });

  test("a doomed unit is not said to be gone before its removal was carried out and a look confirms it", () => {
    const unit = unitOf(0, 1, "replace");
    const model = new Model();
    model.want([], [unit]);
    expect(model.observe()[0]?.phase).toBe("stopping");
    model.cleared.add(unit.id);
    model.start(unit, 0);
    expect(model.observe()[0]).toMatchObject({ phase: "stopping", replicas: 1 });
    model.pass();
    expect(model.observe()[0]).toMatchObject({ phase: "stopped", replicas: 0 });
  });

  test("a replica whose essential sidecar died is started again as a whole", () => {
    const unit = unitOf(0, 1, "replace", 1);
    const model = new Model();
    model.want([unit]);
    model.run(3);
    const death = { exitCode: 9, reason: "exited with code 9", lines: [], ranMs: 1 };
    model.containers = model.containers.map((one) =>
      one.mark.container === "proxy" ? { ...one, state: "dead", death } : one,
    );
    model.run(5);
    expect(model.done.map(({ do: what }) => what)).toEqual(["start", "start"]);
    expect(model.observe()[0]).toMatchObject({ phase: "ready", restarts: 1 });
  });
});
