import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { present, type AciSimState } from "../../src/adapters/aci/simulator/state.ts";
import control from "../../src/main/control.ts";
import { objectOf } from "../../src/main/workers/bindings.ts";
import { at } from "../routes/world.ts";
import { deployReady, edgeWith, makeTables } from "./installation.ts";

const edge = edgeWith("up");
const HOUR_MS = 3_600_000;
/** Two hours ago, each day: no moment comes while the test runs. */
const lastMoment = new Date(Math.floor((Date.now() - 2 * HOUR_MS) / 60_000) * 60_000);
const JOB = {
  name: "nightly",
  kind: "job",
  image: "ghcr.io/acme/nightly:1",
  env: { SANDBOX_FAIL_TRIES: "1", SANDBOX_RUN_SECONDS: "1" },
  job: { schedule: `${lastMoment.getUTCMinutes()} ${lastMoment.getUTCHours()} * * *`, retries: 2 },
};

beforeAll(async () => {
  await makeTables();
  const json = { kind: "sandbox", simulates: "aci", region: "westeurope" };
  expect((await edge.call("/v1/targets/cloud", { method: "PUT", json })).status).toBe(201);
  await deployReady(edge, JOB);
});

const rows = async (query: string) => (await env.DB.prepare(query).all()).results;
const read = async (path: string) => (await edge.call(`/v1/workloads/nightly${path}`)).body;
const run = async () => at(await read("/runs"), "runs", "0");
const runId = async () => String(at(await run(), "id"));
const tries = async () => at(await read(`/runs/${await runId()}`), "attempts");

/** When the project's clock rings next; null when it rests. */
async function nextAlarm(): Promise<number | null> {
  const [project] = await rows("select id from projects where name = 'default'");
  const clock = objectOf(env.CLOCK, String(project?.["id"]));
  return await runInDurableObject(clock, (_clock, state) => state.storage.getAlarm());
}

/** Names of the groups that are in the simulated subscription. */
async function groups(): Promise<readonly string[]> {
  const [target] = await rows("select id from targets where name = 'cloud'");
  const { account } = await objectOf(env.SANDBOX, String(target?.["id"])).load();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the simulator of this cloud has kept
  return present(at(account, "cloud") as AciSimState, Date.now()).map(([name]) => name);
}

/** As if the clock had been lost two hours ago, just before the last moment. */
async function loseTheClock(): Promise<void> {
  await expect
    .poll(async () => at(await rows("select scheduled from workloads"), "0", "scheduled"), {
      timeout: 10_000,
    })
    .toEqual(expect.any(String));
  const before = lastMoment.getTime() - 1;
  await env.DB.prepare("update workloads set scheduled = json_set(scheduled, '$.at', ?), due_at = ?")
    .bind(before, before)
    .run();
}

test("a job's moment begins one run by its project's clock; a try that fails is made again, and the next one succeeds", async () => {
  expect(await read("/runs")).toMatchObject({ runs: [] });
  await loseTheClock();
  await control.scheduled({}, env);
  await expect.poll(tries, { timeout: 20_000, interval: 200 }).toMatchObject([{ phase: "failed" }]);
  await expect.poll(run, { timeout: 40_000, interval: 500 }).toMatchObject({
    state: "succeeded",
    trigger: "schedule",
    scheduledFor: lastMoment.toISOString(),
  });
  expect(await tries()).toMatchObject([
    { attempt: 1, phase: "failed", exitCode: 1 },
    { attempt: 2, phase: "succeeded", exitCode: 0 },
  ]);
  expect(await rows("select id from runs")).toHaveLength(1);
});

test("what its tries wrote is read from where it is kept, and of one that failed the last lines stay with the run", async () => {
  const id = await runId();
  const first = await edge.call(`/v1/workloads/nightly/logs?run=${id}&attempt=1`);
  expect([first.status, first.text.includes("leaving with 1")]).toEqual([200, true]);
  const second = await edge.call(`/v1/workloads/nightly/logs?run=${id}`);
  expect([second.status, second.text.includes("leaving with")]).toEqual([200, false]);
  expect(String(at(await tries(), "0", "lastLines"))).toContain("leaving with 1");
  expect(await groups()).toHaveLength(2);
});

test("destroyed, it leaves nothing in its account, its run stays readable, and the clock rests", async () => {
  const id = await runId();
  expect((await edge.call("/v1/workloads/nightly", { method: "DELETE" })).status).toBe(202);
  await expect
    .poll(async () => (await edge.call("/v1/workloads/nightly")).status, { timeout: 40_000, interval: 250 })
    .toBe(404);
  expect(await groups()).toEqual([]);
  expect(await rows("select state from units")).toEqual([{ state: "gone" }]);
  expect(await rows("select released from attempts")).toEqual([{ released: 1 }, { released: 1 }]);
  expect(await read(`/runs/${id}`)).toMatchObject({ state: "succeeded", attempts: [{ exitCode: 1 }, {}] });
  await expect.poll(nextAlarm, { timeout: 30_000, interval: 250 }).toBeNull();
});
