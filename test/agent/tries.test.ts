import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SeenContainer } from "../../src/agent/drivers/seen.ts";
import { FRESH, ran, startFailed, type ReplicaMemory } from "../../src/agent/memory.ts";
import { convergeTry, observeTry } from "../../src/agent/tries.ts";
import { aUnit } from "./a-unit.ts";

const TRY = aUnit({ id: "try-1", template: { kind: "job", unreachable: "fence" } });
const NOW = 1_000_000;
const HELD = { isFenced: false, now: NOW };
const owner = { installation: "i", epoch: 1, agent: "a" };

function main(state: SeenContainer["state"], exitCode?: number): SeenContainer {
  const { project, environment, workload, id: unit, name, birth } = TRY;
  const mark = { ...owner, project, environment, workload, unit, name, birth, replica: 0, container: "main" };
  const seen = { id: "c1", name: "c1", mark, state, ports: {} };
  if (exitCode === undefined) return seen;
  return { ...seen, death: { exitCode, reason: `exited with code ${exitCode}`, lines: ["last"], ranMs: 5 } };
}
const remembered = ran(FRESH, "c1", NOW - 10);
const verbs = (containers: readonly SeenContainer[], memory: ReplicaMemory = FRESH, over = HELD) =>
  convergeTry(TRY, containers, memory, over).map((action) => action.do);

describe("a try of a job on an agent", () => {
  test("begins once: what runs, has run, or has ended is left as it is", () => {
    expect(verbs([])).toEqual(["start"]);
    expect(verbs([main("created")])).toEqual(["start"]);
    expect(verbs([main("running")])).toEqual([]);
    expect(verbs([main("dead", 0)])).toEqual([]);
    expect(verbs([main("dead")])).toEqual([]);
    expect(verbs([], remembered)).toEqual([]);
    expect(convergeTry({ ...TRY, replicas: { min: 0, max: 1 } }, [], FRESH, HELD)).toEqual([]);
  });

  test("is stopped where its lease is over, its end kept, and never begins there after", () => {
    const fenced = { isFenced: true, now: NOW };
    expect(verbs([main("running")], remembered, fenced)).toEqual(["stop"]);
    expect(verbs([main("dead", 0)], remembered, fenced)).toEqual([]);
    expect(verbs([], FRESH, fenced)).toEqual([]);
    expect(verbs([], remembered)).toEqual([]);
  });

  test("that cannot be started is told so after a few tries, or at once where the owner of the host refuses it", () => {
    const refused = startFailed(FRESH, "the owner allows no such image", true, NOW);
    expect(observeTry(TRY, [], refused, NOW)).toMatchObject({
      phase: "failed",
      reason: "the owner allows no such image",
    });
    expect(verbs([], refused, { ...HELD, now: NOW + 1e9 })).toEqual([]);
    let memory = FRESH;
    for (let tries = 0; tries < 3; tries += 1) {
      expect(observeTry(TRY, [], memory, NOW).phase).toBe("creating");
      expect(verbs([], memory, { ...HELD, now: NOW + 1e9 })).toEqual(["start"]);
      memory = startFailed(memory, "no such image", false, NOW);
    }
    expect(observeTry(TRY, [], memory, NOW)).toMatchObject({ phase: "failed", reason: "no such image" });
  });

  test("is told with its exit code; one that vanished, or whose end the engine does not tell, has none", () => {
    expect(observeTry(TRY, [main("running")], FRESH, NOW)).toMatchObject({ phase: "ready", replicas: 1 });
    expect(observeTry(TRY, [main("dead", 0)], FRESH, NOW)).toMatchObject({ phase: "stopped", exitCode: 0 });
    expect(observeTry(TRY, [main("dead", 7)], FRESH, NOW)).toMatchObject({
      phase: "stopped",
      exitCode: 7,
      reason: "it exited with code 7",
      lastLines: ["last"],
    });
    for (const seen of [
      observeTry(TRY, [], remembered, NOW),
      observeTry(TRY, [main("dead", -1)], FRESH, NOW),
    ]) {
      expect(seen.phase).toBe("stopped");
      expect(seen.exitCode).toBeUndefined();
      expect(seen.reason).toBeDefined();
    }
  });

  test("whatever becomes of its container and the lease, it begins at most once after it was seen to run", () => {
    const states = fc.array(fc.tuple(fc.constantFrom("none", "created", "running", "dead"), fc.boolean()), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(states, (story) => {
        let memory = FRESH;
        let hasRun = false;
        for (const [at, [state, isFenced]] of story.entries()) {
          const containers =
            state === "none" ? [] : [main(state === "created" && hasRun ? "dead" : state, 1)];
          if (containers[0]?.state === "running" || containers[0]?.state === "dead") hasRun = true;
          if (hasRun) memory = ran(memory, "c1", NOW + at);
          const starts = convergeTry(TRY, containers, memory, { isFenced, now: NOW + at });
          if (hasRun) expect(starts.filter((action) => action.do === "start")).toEqual([]);
        }
      }),
    );
  });
});
