import { expect, test } from "vitest";
import { viewOf } from "../../../src/adapters/aci/simulator/view.ts";
import { unitRef } from "../../../src/adapters/adapter.ts";
import type { Unit } from "../../../src/domain/plan.ts";
import { call } from "../fixtures.ts";
import { writes } from "./subscription.ts";
import { aciUnit, type World, world } from "./world.ts";
import { knownWith } from "../known.ts";
import { seenTry } from "../seen-try.ts";

const job = (): Unit => {
  const base = aciUnit(1);
  return aciUnit(1, {
    template: {
      ...base.template,
      name: "report",
      kind: "job",
      route: undefined,
      image: "ghcr.io/acme/report:2",
    },
  });
};
const attempt = (number: number) => ({ run: "run-1", attempt: number, name: `btry${number}`, startedAt: 1 });
const runsOf = ({ adapter }: World) => {
  if (adapter.runs === undefined) throw new Error("no runs");
  return adapter.runs;
};

test("each try is a group that is never restarted; the same try twice starts once, and its exit code is told", async () => {
  const it = world({
    images: [{ image: "report:2", does: "ends", exitCode: 7, afterMs: 30_000, lines: ["no rows"] }],
  });
  const runs = runsOf(it);
  const unit = job();
  expect(await runs.start(unit, attempt(1), call())).toMatchObject({ phase: "starting" });
  await runs.start(unit, attempt(1), call());
  expect(writes(it.cloud)).toEqual(["PUT btry1"]);
  expect(it.cloud.state.groups["btry1"]?.document.properties).toMatchObject({ restartPolicy: "Never" });
  it.cloud.pass(10_000);
  expect(await seenTry(runs, unit, attempt(1))).toMatchObject({ phase: "running" });
  it.cloud.pass(60_000);
  const failed = await seenTry(runs, unit, attempt(1));
  expect(failed).toMatchObject({ phase: "failed", exitCode: 7, lastLines: ["no rows"] });
  expect((failed.endedAt ?? 0) - (failed.startedAt ?? 0)).toBe(30_000);
});

test("a try that failed stays failed when Azure starts its container again, policy Never notwithstanding", async () => {
  const it = world({
    images: [{ image: "report:2", does: "ends", exitCode: 7, afterMs: 30_000, again: true }],
  });
  const runs = runsOf(it);
  const unit = job();
  await runs.start(unit, attempt(1), call());
  it.cloud.pass(45_000);
  const group = it.cloud.state.groups["btry1"];
  const view = group && viewOf("btry1", group, it.cloud.now(), it.cloud.rules);
  const again = view?.properties.containers[0]?.properties.instanceView;
  expect([again?.currentState?.state, again?.restartCount]).toEqual(["Running", 1]);
  const failed = await seenTry(runs, unit, attempt(1));
  expect(failed).toMatchObject({ phase: "failed", exitCode: 7 });
  expect((failed.endedAt ?? 0) - (failed.startedAt ?? 0)).toBe(30_000);
});

test("a second try is another group, and its success is told", async () => {
  const it = world();
  const runs = runsOf(it);
  const unit = job();
  await runs.start(unit, attempt(1), call());
  await runs.start(unit, attempt(2), call());
  it.cloud.pass(60_000);
  expect(await seenTry(runs, unit, attempt(2))).toMatchObject({ phase: "succeeded", exitCode: 0 });
  expect(it.cloud.names()).toEqual(["btry1", "btry2"]);
});

test("a try can be stopped at any time, and is gone when a read says so", async () => {
  const it = world({ images: [{ image: "report:2", does: "ends", afterMs: 1_000_000 }] });
  const runs = runsOf(it);
  const unit = job();
  await runs.start(unit, attempt(1), call());
  expect(await runs.stop(unit, attempt(1), call())).toBe("stopping");
  it.cloud.pass(60_000);
  await runs.stop(unit, attempt(1), call());
  it.cloud.pass(60_000);
  expect(await runs.stop(unit, attempt(1), call())).toBe("stopped");
  expect(it.cloud.names()).toEqual([]);
  expect(await seenTry(runs, unit, attempt(1))).toMatchObject({ phase: "unknown" });
});

test("a try that was never told to Azure is starting, not lost", async () => {
  const it = world();
  const never = { run: "run-1", attempt: 1, name: "btry1" };
  expect(await seenTry(runsOf(it), job(), never)).toMatchObject({ phase: "starting" });
});

test("a job's tries are no replicas of its unit and no strangers, and go with it", async () => {
  const it = world();
  const unit = job();
  await runsOf(it).start(unit, attempt(1), call());
  it.cloud.pass(60_000);
  const { observations, unrecognised } = await it.adapter.observe(knownWith(unit, ["btry1"]), call());
  expect([observations, unrecognised]).toEqual([[], []]);
  expect(await it.adapter.destroy(unitRef(unit), call())).toBe("going");
  it.cloud.pass(60_000);
  expect(await it.adapter.destroy(unitRef(unit), call())).toBe("gone");
  expect(it.cloud.names()).toEqual([]);
});

test("the lines of one try are read by the try's own id and name, and those of another workload are not", async () => {
  const it = world({ images: [{ image: "report:2", does: "ends", exitCode: 0, lines: ["42 rows"] }] });
  const unit = job();
  await runsOf(it).start(unit, attempt(1), call());
  it.cloud.pass(60_000);
  const query = { tail: 5, follow: false };
  // As the broker asks for a try: the group's mark holds the unit's id, not the try's.
  const ref = { ...unitRef(unit), id: "att_1", name: "btry1" };
  const stream = await it.adapter.logs?.(ref, query, call());
  expect(await new Response(stream).text()).toContain("42 rows");
  for (const other of [
    { workload: "other" },
    { environment: "staging" },
    { project: "p2" },
    { name: "btry2" },
  ])
    await expect(it.adapter.logs?.({ ...ref, ...other }, query, call())).rejects.toMatchObject({
      kind: "invalid",
    });
});
