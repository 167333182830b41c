import { expect, test } from "vitest";
import { unitRef } from "../../../src/adapters/adapter.ts";
import type { RunRef } from "../../../src/domain/run.ts";
import type { FaultRule } from "../../../src/adapters/cloud-run/simulator/state.ts";
import { call, template } from "../fixtures.ts";
import { runUnit } from "./settings.ts";
import { type World, world } from "./world.ts";
import { knownOf } from "../known.ts";

const REFUSED: FaultRule = { method: "POST", path: "/jobs", times: 9, status: 400, code: "INVALID_ARGUMENT" };
const LONG = { create: 300, ready: 700, destroy: 300, visible: 200, task: 3_600_000 };
const jobUnit = () => runUnit(1, { template: template({ kind: "job", route: undefined }) });
const run: RunRef = { run: "run_1", attempt: 1, name: "btry1", startedAt: 1 };
const MINUTE = 60_000;

async function removeStrays(here: World) {
  const { unrecognised } = await here.adapter.observe(knownOf(), call());
  for (const { name, unit: id, project, environment = "", workload } of unrecognised)
    for (let asks = 0; asks < 4; asks += 1) {
      await here.adapter.destroy({ id, name, project, environment, workload }, call());
      here.google.pass(5_000);
    }
  return unrecognised.map(({ name }) => name);
}

test("a stray try and a stray secret are reported by the name they are removed by, and removed by it", async () => {
  const here = world();
  await here.adapter.runs?.start(jobUnit(), run, call());
  here.google.pass(5_000);
  expect(await removeStrays(here)).toEqual(["btry1"]);
  expect(here.google.state().secrets).toEqual({});
  here.google.rule({ faults: [REFUSED] });
  await expect(here.adapter.runs?.start(jobUnit(), run, call())).rejects.toMatchObject({ kind: "invalid" });
  here.google.pass(MINUTE);
  expect(new Set(await removeStrays(here))).toEqual(new Set(["btry1"]));
  expect(here.google.state().secrets).toEqual({});
});

test("a left-over secret that does not say what it was made for is never reported by a name of its own", async () => {
  const here = world({ faults: [REFUSED] });
  await expect(here.adapter.runs?.start(jobUnit(), run, call())).rejects.toMatchObject({ kind: "invalid" });
  const { secrets } = here.google.state();
  const unnamed = Object.entries(secrets).map(([id, secret]) => {
    const { "berth-resource": _resource, ...labels } = secret.labels;
    return [id, { ...secret, labels }] as const;
  });
  here.google.become({ ...here.google.state(), secrets: Object.fromEntries(unnamed) });
  expect((await here.adapter.observe(knownOf(), call())).unrecognised).toEqual([]);
});

test("a job's unit that is destroyed takes a try with it that nobody knows of, running or not, and its secrets", async () => {
  const here = world({ delaysMs: LONG });
  const unit = jobUnit();
  await here.adapter.runs?.start(unit, run, call());
  here.google.pass(5_000);
  const answers: unknown[] = [];
  for (let asks = 0; asks < 4; asks += 1) {
    answers.push(await here.adapter.destroy(unitRef(unit), call()));
    here.google.pass(5_000);
  }
  answers.push(await here.adapter.destroy(unitRef(unit), call()));
  expect(answers).toEqual(["going", "going", "going", "gone", "gone"]);
  const cancelled = here.google.asked.findIndex(({ path }) => path.endsWith(":cancel"));
  const deleted = here.google.asked.findIndex(({ method }) => method === "DELETE");
  expect(cancelled).toBeGreaterThan(0);
  expect(deleted).toBeGreaterThan(cancelled);
  expect(here.google.state().secrets).toEqual({});
  const seen = await here.adapter.observe(knownOf(unit), call());
  expect(seen).toMatchObject({ complete: true, observations: [], unrecognised: [] });
});

test("a list of secrets that cannot be read voids no look, and none is asked for more than once a minute", async () => {
  const here = world();
  const unit = runUnit(1);
  await here.adapter.apply(unit, call());
  here.google.pass(5_000);
  const denied = { method: "GET", path: "/secrets", times: 1, status: 403, code: "PERMISSION_DENIED" };
  here.google.rule({ faults: [denied] });
  const lists = () =>
    here.google.asked.filter(({ method, path }) => method === "GET" && path.endsWith("/secrets")).length;
  for (let looks = 0; looks < 6; looks += 1) {
    const seen = await here.adapter.observe(knownOf(unit), call());
    expect(seen).toMatchObject({ complete: true, observations: [{ unit: unit.id }] });
    here.google.pass(MINUTE / 3);
  }
  expect(lists()).toBe(2);
});

test("a job's unit is not asked for by name, and another that is not there ever less often", async () => {
  const here = world({ delaysMs: LONG });
  const [job, planned] = [jobUnit(), runUnit(2)];
  await here.adapter.runs?.start(job, run, call());
  const reads = async (unit: { readonly id: string; readonly name: string }) => {
    const before = here.google.asked.length;
    await here.adapter.observe(knownOf(job, planned), call());
    return here.google.asked.slice(before).filter(({ path }) => path.endsWith(`/${unit.name}`)).length;
  };
  expect(await reads(job)).toBe(0);
  let asked = 0;
  for (let looks = 0; looks < 120; looks += 1) {
    here.google.pass(500);
    asked += await reads(planned);
  }
  expect(asked).toBeLessThan(16);
  await here.adapter.apply(planned, call());
  const rules = { ...LONG, visible: MINUTE };
  here.google.rule({ delaysMs: rules });
  expect(await reads(planned)).toBe(1);
});
