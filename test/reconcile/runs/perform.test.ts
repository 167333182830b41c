import { beforeEach, describe, expect, test } from "vitest";
import type { Adapter, RunVerbs } from "../../../src/adapters/adapter.ts";
import { AdapterError } from "../../../src/domain/fault.ts";
import type { Attempt, RunObservation } from "../../../src/domain/run.ts";
import type { ReconcilePorts } from "../../../src/reconcile/ports.ts";
import type { RunAction } from "../../../src/reconcile/runs/run-world.ts";
import { performRun } from "../../../src/reconcile/runs/perform.ts";
import type { RunClaim } from "../../../src/store/store.ts";
import { servingUnit, unitOf } from "../fixtures.ts";

const NOW = 1_000_000;
const { signal } = new AbortController();
const attempt: Attempt = {
  number: 1,
  index: 0,
  id: "a1",
  name: "ba1",
  unit: "u1",
  phase: "running",
  sentAt: NOW - 1_000,
  lastLines: [],
  released: false,
};
const said: string[] = [];
beforeEach(() => {
  said.length = 0;
});

/** A run whose try is at a target with these verbs; none: it is no longer connected. */
function world(verbs: Partial<RunVerbs> | "no jobs" | "gone") {
  const adapter = { provider: "ecs", runs: verbs === "no jobs" ? undefined : verbs };
  const ports = {
    store: {
      targetById: async () => (verbs === "gone" ? undefined : { id: "tgt_1", name: "prod" }),
    },
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a try is told to nobody but these verbs
    open: () => adapter as unknown as Adapter,
    now: () => NOW,
    draw: () => 0,
    log: (_level: string, message: string) => void said.push(message),
  };
  const unit = { ...servingUnit(unitOf("u1")), targetId: "tgt_1" };
  const job = { retries: 0, timeoutSeconds: 60, parallelism: 1, retryUnknown: false };
  const run = { id: "run_1", workload: "web", job, units: [{ id: "u1", replicas: 1 }] };
  const perform = (action: RunAction) =>
    performRun(
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all of the ports that one call uses
      ports as unknown as ReconcilePorts,
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all of a claim that one call looks at
      { run, units: [unit] } as unknown as RunClaim,
      action,
      signal,
    );
  return perform;
}
const because = "it is time";

describe("a call for a try", () => {
  test("is recorded by how it ends, and one that fails leaves a setback and never throws", async () => {
    const denied = world({
      stop: async () => await Promise.reject(new AdapterError("denied", "the role may not stop")),
    });
    expect(await denied({ do: "release", attempt, because })).toMatchObject({
      number: 1,
      setback: { kind: "denied", message: "the role may not stop" },
    });
    expect(said).toEqual(["ba1: the role may not stop"]);
  });

  test("at a target that is gone, or that runs no jobs, is a setback that names it", async () => {
    expect(await world("gone")({ do: "release", attempt, because })).toMatchObject({
      setback: { message: expect.stringContaining("is no longer connected") },
    });
    expect(await world("no jobs")({ do: "release", attempt, because })).toMatchObject({
      setback: { kind: "invalid", message: expect.stringContaining("runs no jobs") },
    });
  });

  test("that takes away what is left is made again until nothing is left", async () => {
    const slow = world({ stop: async () => "stopping" });
    expect(await slow({ do: "release", attempt, because })).toMatchObject({
      setback: { kind: "unavailable", attempts: 1 },
    });
    const done = world({ stop: async () => "stopped" });
    expect(await done({ do: "release", attempt, because })).toEqual({
      number: 1,
      released: true,
      setback: null,
    });
  });

  test("that ends it is made only once it is seen that it has not ended by itself", async () => {
    const stop = { why: "timeout", because: "too long", at: NOW - 1_000 } as const;
    const stopped: string[] = [];
    const at = (seen: RunObservation | AdapterError | undefined) =>
      world({
        observe: async (tries) =>
          new Map(seen === undefined ? [] : tries.map(({ run }) => [run.name, seen] as const)),
        stop: async (_unit, run) => {
          stopped.push(run.name);
          return "stopped";
        },
      });
    const told = { lastLines: [], at: NOW } as const;
    const ending = { do: "stop", attempt, stop, because } as const;
    expect(await at({ phase: "succeeded", exitCode: 0, ...told })(ending)).toMatchObject({
      phase: "succeeded",
    });
    const lost = new AdapterError("unavailable", "nobody answers");
    expect(await at(lost)(ending)).toMatchObject({ setback: { message: "nobody answers" } });
    expect(await at(undefined)(ending)).toMatchObject({ setback: { kind: "bug" } });
    expect(stopped).toEqual([]);
    expect(await at({ phase: "running", ...told })(ending)).toMatchObject({
      phase: "failed",
      reason: "too long",
    });
    expect(stopped).toEqual(["ba1"]);
  });

  test("is not made for what nothing can be learnt of, nor for the end of the run", async () => {
    const silent = world("gone");
    expect(await silent({ do: "end", attempt, phase: "unknown", because })).toEqual({
      number: 1,
      phase: "unknown",
      reason: because,
      lookedAt: NOW,
      endedAt: NOW,
    });
    expect(await silent({ do: "finish", state: "failed", because })).toBe(undefined);
    expect(await silent({ do: "leave", attempt, because })).toEqual({ number: 1, released: true });
    expect(said).toEqual(["ba1: it is time"]);
  });
});
