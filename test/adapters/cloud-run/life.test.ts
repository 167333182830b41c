import { expect, test } from "vitest";
import { unitRef } from "../../../src/adapters/adapter.ts";
import type { Unit } from "../../../src/domain/plan.ts";
import type { RunRef } from "../../../src/domain/run.ts";
import { call, template } from "../fixtures.ts";
import { CANARY, type World, world } from "./world.ts";
import { runUnit } from "./settings.ts";
import { knownOf } from "../known.ts";
import { seenTry } from "../seen-try.ts";

const CRASH = { image: "broken", exitCode: 3, lastLines: ["fatal: no database"] };

async function look({ adapter }: World, unit: Unit) {
  return (await adapter.observe(knownOf(unit), call())).observations[0];
}

test("a service goes from creating to starting to ready, and only then has an address, over TLS", async () => {
  const here = world();
  const unit = runUnit(1);
  expect((await here.adapter.apply(unit, call())).phase).toBe("creating");
  here.google.pass(400);
  expect(await look(here, unit)).toMatchObject({ phase: "starting", ready: 0, endpoints: [] });
  here.google.pass(5_000);
  expect(await look(here, unit)).toMatchObject({
    phase: "ready",
    endpoints: [{ url: `https://${unit.name}-417.europe-west1.run.app`, transport: "tls", bypassable: true }],
  });
});

test("an image that crashes ends in failed, with Google's sentence and the last lines", async () => {
  const here = world({ crashes: [CRASH] });
  const unit = runUnit(1, { template: template({ image: "docker.io/acme/broken:1" }) });
  await here.adapter.apply(unit, call());
  here.google.pass(5_000);
  const seen = await look(here, unit);
  expect(seen).toMatchObject({ phase: "failed", ready: 0, endpoints: [] });
  expect(seen?.reason).toContain("PORT=8080");
  expect(seen?.lastLines).toContain("fatal: no database");
});

test("a scale changes in place without a new revision, and keeps serving meanwhile", async () => {
  const here = world();
  const unit = runUnit(1, { replicas: { min: 2, max: 9 } });
  await here.adapter.apply(unit, call());
  here.google.pass(5_000);
  await here.adapter.apply({ ...unit, replicas: { min: 4, max: 9 } }, call());
  expect(await look(here, unit)).toMatchObject({ phase: "starting", ready: 1, endpoints: [{ ready: true }] });
  const patch = here.google.asked.find(({ method }) => method === "PATCH");
  expect(patch?.query).toEqual({ updateMask: "scaling" });
  here.google.pass(5_000);
  expect(await look(here, unit)).toMatchObject({ phase: "ready", ready: 4, replicas: 4 });
});

test("a service asks for no more of a region's CPU than its own scale, and a scale beyond that raises the revision's limit, too", async () => {
  // Two instances of half a vCPU; a revision that does not say counts a hundred.
  const here = world({ quota: { resources: 9, writesPerMinute: 60, milliCpu: 1_000 } });
  const unit = runUnit(1, { replicas: { min: 1, max: 2 } });
  await here.adapter.apply(unit, call());
  here.google.pass(5_000);
  await here.adapter.apply({ ...unit, replicas: { min: 1, max: 1 } }, call());
  await here.adapter.apply({ ...unit, replicas: { min: 1, max: 5 } }, call());
  const patches = here.google.asked.filter(({ method }) => method === "PATCH");
  expect(patches.map(({ query }) => query["updateMask"])).toEqual(["scaling", "scaling,template.scaling"]);
  expect(patches[1]?.body).toMatchObject({ template: { scaling: { maxInstanceCount: 5 } } });
  await expect(
    here.adapter.apply(runUnit(2, { replicas: { min: 1, max: 5 } }), call()),
  ).rejects.toMatchObject({
    kind: "quota",
    message: expect.stringContaining("CpuAllocPerProjectRegion"),
  });
});

test("a service that is stopped has no instance at all, and one that sleeps counts one", async () => {
  const here = world();
  const unit = runUnit(1, { replicas: { min: 0, max: 4 } });
  await here.adapter.apply(unit, call());
  here.google.pass(5_000);
  expect(await look(here, unit)).toMatchObject({ phase: "ready", ready: 1, replicas: 1 });
  await here.adapter.apply({ ...unit, replicas: { min: 0, max: 0 } }, call());
  here.google.pass(5_000);
  expect(await look(here, unit)).toMatchObject({ phase: "ready", ready: 0, replicas: 0, endpoints: [] });
});

test("what has no port becomes a worker pool with a fixed number of instances", async () => {
  const here = world();
  const worker = runUnit(1, {
    shape: { milliCpu: 1_000, memoryMiB: 512, ephemeralStorageGiB: 0, arch: "amd64" },
    billing: "worker-pool",
    template: template({ kind: "worker", route: undefined }),
  });
  await here.adapter.apply(worker, call());
  here.google.pass(5_000);
  expect(await look(here, worker)).toMatchObject({ phase: "ready", ready: 2, replicas: 2, endpoints: [] });
  expect(Object.keys(here.google.state().resources)[0]).toContain("/workerPools/");
  await here.adapter.destroy(unitRef(worker), call());
  here.google.pass(5_000);
  await here.adapter.destroy(unitRef(worker), call());
  expect(await here.adapter.destroy(unitRef(worker), call())).toBe("gone");
});

test("secrets are made before the service, under the names its account may read, and go with it; their values go nowhere else", async () => {
  const here = world();
  const unit = runUnit(1);
  const seen = await here.adapter.apply(unit, call());
  const { secrets } = here.google.state();
  expect(Object.keys(secrets).toSorted()).toEqual([
    `berth-${unit.name}_dir0_v0`,
    `berth-${unit.name}_var_db-url_v3`,
  ]);
  for (const secret of Object.values(secrets)) {
    expect(secret.labels).toMatchObject({ "berth-unit": unit.id, "berth-resource": unit.name });
  }
  const added = here.google.asked.filter(({ path }) => path.endsWith(":addVersion"));
  expect(added).toHaveLength(2);
  const others = here.google.asked.filter(({ path }) => !path.endsWith(":addVersion"));
  const elsewhere = JSON.stringify([others, seen, here.adapter.render(unit), here.google.state()]);
  expect(elsewhere).not.toContain(CANARY);
  expect(elsewhere).not.toContain(Buffer.from(CANARY).toString("base64").slice(0, 20));
  here.google.pass(5_000);
  for (let asks = 0; asks < 3; asks += 1) {
    await here.adapter.destroy(unitRef(unit), call());
    here.google.pass(5_000);
  }
  expect(here.google.state().secrets).toEqual({});
});

test("a job's try ends with its exit code, and trying again is another job", async () => {
  const here = world();
  const unit = runUnit(1, {
    template: template({ kind: "job", route: undefined, env: { SANDBOX_EXIT: "7" } }),
  });
  const run = (attempt: number): RunRef => ({ run: "run_1", attempt, name: `btry${attempt}`, startedAt: 1 });
  for (const attempt of [1, 2]) {
    expect((await here.adapter.runs?.start(unit, run(attempt), call()))?.phase).toBe("starting");
    here.google.pass(1_100);
    expect((await seenTry(here.adapter.runs, unit, run(attempt))).phase).toBe("running");
    here.google.pass(5_000);
    const ended = await seenTry(here.adapter.runs, unit, run(attempt));
    expect(ended).toMatchObject({ phase: "failed", exitCode: 7 });
    expect(ended?.reason).toContain("exit code 7");
  }
  expect(here.google.began).toEqual(["btry1", "btry2"]);
});

test("a try is ended by Google, too, when its job's own time is over", async () => {
  const here = world();
  const unit = runUnit(1, { template: template({ kind: "job", route: undefined }) });
  const run: RunRef = { run: "run_1", attempt: 1, name: "btry1", startedAt: 1 };
  await here.adapter.runs?.start(unit, { ...run, timeoutSeconds: 90 }, call());
  await here.adapter.runs?.start(unit, { ...run, name: "btry2" }, call());
  const timeouts = here.google.asked
    .filter(({ method, path }) => method === "POST" && path.endsWith("/jobs"))
    .map(({ body }) => body);
  expect(timeouts).toMatchObject([
    { template: { template: { timeout: "90s" } } },
    { template: { template: { timeout: "86400s" } } },
  ]);
});

test("a try that is stopped while it runs is cancelled, then taken away with its secrets", async () => {
  const here = world({ delaysMs: { create: 300, ready: 700, destroy: 300, visible: 200, task: 3_600_000 } });
  const unit = runUnit(1, { template: template({ kind: "job", route: undefined }) });
  const run: RunRef = { run: "run_1", attempt: 1, name: "btry1", startedAt: 1 };
  await here.adapter.runs?.start(unit, run, call());
  here.google.pass(5_000);
  expect(await here.adapter.runs?.stop(unit, run, call())).toBe("stopping");
  expect((await seenTry(here.adapter.runs, unit, run)).phase).toBe("stopped");
  for (let asks = 0; asks < 3; asks += 1) {
    await here.adapter.runs?.stop(unit, run, call());
    here.google.pass(5_000);
  }
  expect(await here.adapter.runs?.stop(unit, run, call())).toBe("stopped");
  expect([here.google.state().secrets, Object.keys(here.google.state().resources).length]).toEqual([{}, 1]);
});

test("a followed log goes on where it was and sends no line twice", async () => {
  const here = world();
  const unit = runUnit(1);
  await here.adapter.apply(unit, call());
  here.google.pass(400);
  const ended = new AbortController();
  const stream = await here.adapter.logs?.(
    unitRef(unit),
    { tail: 10, follow: true },
    { signal: ended.signal },
  );
  const reader = stream?.getReader();
  const first = await reader?.read();
  const second = await reader?.read();
  ended.abort();
  const lines = [first?.value, second?.value].map((chunk) => new TextDecoder().decode(chunk));
  expect(lines[0]).toContain("starting");
  expect(lines[1]).toContain("listens on port 8080");
  expect(lines[1]).not.toContain("starting");
});
