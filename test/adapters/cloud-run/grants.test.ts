import { describe, expect, test } from "vitest";
import type { RunObservation } from "../../../src/domain/run.ts";
import { call, template } from "../fixtures.ts";
import { runUnit } from "./settings.ts";
import { world } from "./world.ts";
import { knownOf } from "../known.ts";
import { seenTry } from "../seen-try.ts";

const MINUTE = 60_000;

test("while the right to read secrets is on its way, a unit is tried again every half minute and comes up", async () => {
  const here = world();
  here.google.rule({ readsFrom: here.google.now() + 4 * MINUTE });
  const unit = runUnit(1);
  const look = async () => (await here.adapter.observe(knownOf(unit), call())).observations[0];
  await here.adapter.apply(unit, call());
  for (let seconds = 0; seconds < 270; seconds += 5) {
    here.google.pass(5_000);
    const seen = await look();
    expect(seen?.phase).not.toBe("failed");
    // As the reconciler does with what it finds stopped.
    if (seen?.phase === "stopped") await here.adapter.apply(unit, call());
  }
  here.google.pass(5_000);
  expect(await look()).toMatchObject({ phase: "ready", ready: 2 });
  const tries = here.google.asked.filter(({ method }) => method === "PATCH");
  expect(tries.map(({ query }) => query["updateMask"])).toEqual(tries.map(() => "template.labels"));
  expect(tries.length).toBeGreaterThan(4);
  expect(tries.length).toBeLessThan(10);
  expect(tries[0]?.body).toMatchObject({ template: { labels: { "berth-unit": unit.id } } });
});

test("a right that has not come after ten minutes never will: the unit has failed, with Google's own sentence", async () => {
  const here = world({ readsFrom: Infinity });
  const unit = runUnit(1);
  await here.adapter.apply(unit, call());
  here.google.pass(11 * MINUTE);
  const [seen] = (await here.adapter.observe(knownOf(unit), call())).observations;
  expect(seen).toMatchObject({
    phase: "failed",
    reason: expect.stringContaining("Permission denied on secret"),
  });
});

describe("a try of a job", () => {
  const job = template({ name: "report", kind: "job", route: undefined, ports: [], volumes: [] });
  const unit = runUnit(1, { template: job });
  const jobs = (here: ReturnType<typeof world>) =>
    Object.values(here.google.state().resources).filter(({ collection }) => collection === "jobs");

  /** As the reconciler does: a start that was answered, then looks. */
  async function lookUntil(here: ReturnType<typeof world>, endsAfterMs: number) {
    const run = { run: "run_1", attempt: 1, name: "btry1", startedAt: here.google.now() };
    await here.adapter.runs?.start(unit, run, call());
    const seen: (RunObservation | undefined)[] = [];
    for (let passed = 0; passed < endsAfterMs; passed += 10_000) {
      here.google.pass(10_000);
      seen.push(await seenTry(here.adapter.runs, unit, run));
    }
    return { seen, said: seen.map((one) => one?.phase), run };
  }

  test("that may not read its secrets yet has not failed: it begins once it may, and runs once", async () => {
    const here = world();
    here.google.rule({ readsFrom: here.google.now() + 4 * MINUTE });
    const { seen, said } = await lookUntil(here, 6 * MINUTE);
    expect(said.slice(0, 24)).toEqual(Array(24).fill("starting"));
    expect(seen[3]?.reason).toMatch(/waits for the right to read its secrets.*Permission denied on secret/);
    expect(said.at(-1)).toBe("succeeded");
    expect(said).not.toContain("failed");
    expect(jobs(here)).toHaveLength(1);
    const changes = here.google.asked.filter(({ method }) => method === "PATCH");
    expect(changes.length).toBeGreaterThan(4);
    expect(changes.length).toBeLessThan(10);
    for (const { query, body } of changes) {
      expect(query).toEqual({});
      expect(body).toMatchObject({ template: { labels: { "berth-unit": unit.id } } });
    }
  });

  test("that may not read them after ten minutes has failed, in Google's own words", async () => {
    const here = world({ readsFrom: Infinity });
    const { said, run } = await lookUntil(here, 11 * MINUTE);
    expect(said.slice(0, 59)).toEqual(Array(59).fill("starting"));
    expect(said.at(-1)).toBe("failed");
    expect((await seenTry(here.adapter.runs, unit, run)).reason).toContain("Permission denied on secret");
  });

  test("that waits can be stopped, and nothing of it is left", async () => {
    const here = world({ readsFrom: Infinity });
    const { run } = await lookUntil(here, MINUTE);
    for (let asked = 0; asked < 4; asked += 1) {
      await here.adapter.runs?.stop(unit, run, call());
      here.google.pass(5_000);
    }
    expect(await here.adapter.runs?.stop(unit, run, call())).toBe("stopped");
    expect(Object.keys(here.google.state().secrets)).toEqual([]);
  });

  test("that has begun is never begun again", async () => {
    const here = world();
    await lookUntil(here, MINUTE);
    here.google.rule({ readsFrom: Infinity });
    here.google.pass(MINUTE);
    expect(here.google.asked.filter(({ method }) => method === "PATCH")).toEqual([]);
  });

  test("whose second check was lost on its way back is not checked twice at once, and runs once", async () => {
    const here = world();
    here.google.rule({ readsFrom: here.google.now() + 45_000 });
    const lost = { method: "PATCH", path: "/jobs/", times: 1, after: true, status: 503, code: "UNAVAILABLE" };
    here.google.rule({ faults: [lost] });
    const run = { run: "run_1", attempt: 1, name: "btry1", startedAt: here.google.now() };
    await here.adapter.runs?.start(unit, run, call());
    here.google.pass(60_000);
    await expect(seenTry(here.adapter.runs, unit, run)).rejects.toMatchObject({
      kind: "unavailable",
    });
    expect((await seenTry(here.adapter.runs, unit, run)).phase).toBe("starting");
    here.google.pass(60_000);
    expect((await seenTry(here.adapter.runs, unit, run)).phase).toBe("succeeded");
    expect(here.google.asked.filter(({ method }) => method === "PATCH")).toHaveLength(1);
  });
});

test("whatever else fails, fails at once: only a right that is missing is waited for", async () => {
  const here = world({ crashes: [{ image: "broken", exitCode: 3, lastLines: [] }] });
  const unit = runUnit(1, { template: template({ image: "docker.io/acme/broken:1" }) });
  await here.adapter.apply(unit, call());
  here.google.pass(5_000);
  const [seen] = (await here.adapter.observe(knownOf(unit), call())).observations;
  expect(seen?.phase).toBe("failed");
});

test("an image in a repository that Berth may not read is refused, as Google does", async () => {
  const here = world({ readable: [] });
  const unit = runUnit(1, { template: template({ image: "ghcr.io/acme/web:1" }) });
  await expect(here.adapter.apply(unit, call())).rejects.toMatchObject({
    kind: "denied",
    message: expect.stringContaining("artifactregistry.repositories.downloadArtifacts"),
  });
});

test("a version too many makes the secret anew instead of one that is read by the wrong number", async () => {
  const here = world();
  const unit = runUnit(1);
  const lost = {
    method: "POST",
    path: ":addVersion",
    times: 1,
    after: true,
    status: 503,
    code: "UNAVAILABLE",
  };
  // The version is there, and a read of it does not say so.
  const blind = { method: "GET", path: "/versions/1", times: 1, status: 404, code: "NOT_FOUND" };
  here.google.rule({ faults: [lost, blind] });
  await expect(here.adapter.apply(unit, call())).rejects.toMatchObject({ kind: "unavailable" });
  await expect(here.adapter.apply(unit, call())).rejects.toMatchObject({ kind: "unavailable" });
  await here.adapter.apply(unit, call());
  expect(Object.values(here.google.state().secrets).map(({ versions }) => versions)).toEqual([1, 1]);
});

test("a change of what is not there is no success", async () => {
  const here = world();
  const request = {
    service: "secretManager",
    method: "POST",
    path: "/v1/projects/acme-shop-417/secrets/none:addVersion",
    body: { payload: { data: "" } },
    repeatable: false,
  } as const;
  await expect(here.api.rest(request, call())).rejects.toMatchObject({ kind: "conflict" });
});

test("no two secrets of a unit share a name, whatever they are called", async () => {
  const here = world();
  const files = [{ path: "/etc/app/config.json", content: "{}", mode: "0644" }];
  const secrets = { A: "dir0@0", B: "dir0-v0@1", C: "dir0@1" };
  const unit = runUnit(1, { template: template({ secrets, files }) });
  await here.adapter.apply(unit, call());
  expect(Object.keys(here.google.state().secrets)).toHaveLength(4);
});

test("files in the folder of a volume are refused before anything is made", async () => {
  const here = world();
  const [file] = template().files;
  const volumes = [{ name: "cache", path: "/etc/app", sizeGiB: 1, kind: "scratch" }] as const;
  const unit = runUnit(1, {
    template: template({ volumes, files: file === undefined ? [] : [{ ...file, path: "/etc/app/a.json" }] }),
  });
  await expect(here.adapter.apply(unit, call())).rejects.toMatchObject({
    kind: "invalid",
    message: expect.stringContaining("cache"),
  });
  expect(here.google.asked.filter(({ method }) => method !== "GET")).toEqual([]);
});
