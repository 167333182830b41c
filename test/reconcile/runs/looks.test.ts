import { beforeEach, describe, expect, test } from "vitest";
import type { Adapter, RunVerbs, TrySightings } from "../../../src/adapters/adapter.ts";
import { AdapterError } from "../../../src/domain/fault.ts";
import type { Attempt, RunObservation } from "../../../src/domain/run.ts";
import type { ReconcilePorts } from "../../../src/reconcile/ports.ts";
import { lookTogether, type Due } from "../../../src/reconcile/runs/looks.ts";
import type { RunClaim } from "../../../src/store/store.ts";
import { servingUnit, unitOf } from "../fixtures.ts";

const NOW = 1_000_000;
const { signal } = new AbortController();
const RUNNING: RunObservation = { phase: "running", lastLines: [], at: NOW };
const said: string[] = [];
const asked: (readonly [target: string, names: readonly string[]])[] = [];
beforeEach(() => {
  said.length = 0;
  asked.length = 0;
});

/** The nth try of a run of its own, whose unit is at this target. */
function due(number: number, target: string | undefined = "prod"): Due {
  const id = `u${number}`;
  const unit = { ...servingUnit(unitOf(id)), targetId: target };
  const job = { retries: 0, timeoutSeconds: 60, parallelism: 1, retryUnknown: false };
  const attempt: Attempt = {
    number,
    index: 0,
    id: `a${number}`,
    name: `ba${number}`,
    unit: id,
    phase: "running",
    sentAt: NOW - 1_000,
    lastLines: [],
    released: false,
  };
  const run = { id: `run_${number}`, workload: "web", job, units: [{ id, replicas: 1 }] };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all of a claim that a look looks at
  return { attempt, claim: { run, units: [unit] } as unknown as RunClaim };
}

const saysOfAll = (seen: RunObservation | AdapterError) => async (names: readonly string[]) =>
  new Map(names.map((name) => [name, seen] as const));

/** Targets by their ids, each with what it says of tries; none: it runs no jobs. */
function world(
  targets: Readonly<Record<string, ((names: readonly string[]) => Promise<TrySightings>) | "no jobs">>,
) {
  let draws = 0;
  const ports = {
    store: { targetById: async (id: string) => (id in targets ? { id, name: id } : undefined) },
    open: ({ id }: { readonly id: string }) => {
      const says = targets[id];
      const runs: Partial<RunVerbs> | undefined =
        typeof says !== "function"
          ? undefined
          : {
              async observe(tries) {
                const names = tries.map(({ run }) => run.name);
                asked.push([id, names]);
                return await says(names);
              },
            };
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a look asks nobody but these verbs
      return { runs } as unknown as Adapter;
    },
    now: () => NOW,
    // Another one each time.
    draw: () => 1 / ++draws,
    log: (_level: string, message: string) => void said.push(message),
  };
  return async (...dues: readonly Due[]) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all of the ports that a look uses
    const looked = lookTogether(ports as unknown as ReconcilePorts, dues, signal);
    return await Promise.all(dues.map(({ attempt }) => looked(attempt)));
  };
}

describe("a look at tries", () => {
  test("is one call for each target, however many runs they are of", async () => {
    const look = world({ prod: saysOfAll(RUNNING), spare: saysOfAll(RUNNING) });
    const steps = await look(due(1), due(2, "spare"), due(3), due(4));
    expect(asked).toEqual([
      ["prod", ["ba1", "ba3", "ba4"]],
      ["spare", ["ba2"]],
    ]);
    expect(steps.map((step) => [step?.number, step?.phase, step?.lookedAt])).toEqual(
      [1, 2, 3, 4].map((number) => [number, "running", NOW]),
    );
  });

  test("that fails is everybody's setback there until the same moment, told once, and nobody's elsewhere", async () => {
    const down = new AdapterError("unavailable", "nobody answers");
    const look = world({ prod: async () => await Promise.reject(down), spare: saysOfAll(RUNNING) });
    const [first, elsewhere, other] = await look(due(1), due(2, "spare"), due(3));
    expect(first?.setback).toMatchObject({ kind: "unavailable", message: "nobody answers", attempts: 1 });
    expect(other?.setback).toEqual(first?.setback);
    expect(elsewhere).toMatchObject({ phase: "running", setback: null });
    expect(said).toEqual(["ba1 and 1 other tries: nobody answers"]);
  });

  test("that tells why one cannot be told of, or leaves one out, says nothing by that of the others", async () => {
    const stray = new AdapterError("conflict", "it is somebody else's");
    const look = world({
      prod: async () =>
        new Map<string, RunObservation | AdapterError>([
          ["ba1", stray],
          ["ba3", RUNNING],
        ]),
    });
    const [first, second, third] = await look(due(1), due(2), due(3));
    expect(first).toMatchObject({ number: 1, setback: { kind: "conflict" } });
    expect(first?.phase).toBeUndefined();
    expect(second).toBeUndefined();
    expect(third).toMatchObject({ number: 3, phase: "running" });
    expect(said).toEqual(["ba1: it is somebody else's"]);
  });

  test("at a target that is gone, or that runs no jobs, is a setback that names it", async () => {
    const look = world({ old: "no jobs" });
    const [gone, jobless, nowhere] = await look(due(1, "prod"), due(2, "old"), due(3, "away"));
    expect(gone?.setback?.message).toContain("is no longer connected");
    expect(jobless?.setback).toMatchObject({ kind: "invalid" });
    expect(jobless?.setback?.message).toContain("Target old runs no jobs");
    expect(nowhere?.setback?.kind).toBe("bug");
    const { attempt, claim } = due(4);
    const [unitless] = await look({ attempt, claim: { ...claim, units: [] } });
    expect(unitless?.setback?.message).toContain("the unit of ba4 is no longer known");
    expect(asked).toEqual([]);
  });

  test("is not held up by a target that does not answer, nor does it end before its own call's signal", async () => {
    const { promise, resolve } = Promise.withResolvers<TrySightings>();
    const look = world({ prod: async () => await promise, spare: saysOfAll(RUNNING) });
    const [slow, quick] = [due(1), due(2, "spare")];
    const both = look(slow, quick);
    expect(await look(quick)).toMatchObject([{ phase: "running" }]);
    resolve(new Map([["ba1", RUNNING]]));
    expect(await both).toMatchObject([{ phase: "running" }, { phase: "running" }]);
  });
});
