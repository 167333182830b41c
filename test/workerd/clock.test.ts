import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import control from "../../src/main/control.ts";
import { objectOf, type ControlEnv } from "../../src/main/workers/bindings.ts";
import { at } from "../routes/world.ts";
import { ADMIN, deployReady, edgeWith, makeTables } from "./installation.ts";

const edge = edgeWith("up");
const SPEC = { name: "job-like", kind: "worker", image: "ghcr.io/acme/web:1" };

function ask(bound: ControlEnv, path: string, method = "GET", json?: unknown): Promise<Response> {
  const headers = { authorization: `Bearer ${ADMIN}`, "content-type": "application/json" };
  const body = json === undefined ? null : JSON.stringify(json);
  return control.fetch(new Request(`https://api.test${path}`, { method, headers, body }), bound);
}

/** When a project's clock rings next; null when it rests. */
async function alarmOf(project: string): Promise<number | null> {
  return runInDurableObject(objectOf(env.CLOCK, project), (_clock, state) => state.storage.getAlarm());
}

async function projectId(): Promise<string> {
  const { results } = await env.DB.prepare("select id from projects where name = 'default'").all();
  return String(results[0]?.["id"]);
}

test("a database without tables is a 503 that says what to do, and a clock over it goes on", async () => {
  const answer = await edge.call("/v1/targets");
  expect([answer.status, answer.text.includes("migrations apply")]).toEqual([503, true]);
  await objectOf(env.CLOCK, "nobody").wake("nobody");
  await expect.poll(() => alarmOf("nobody"), { timeout: 5_000 }).toBeGreaterThan(Date.now() + 1_000);
});

test("without an administrator nothing is served, in words; with the secret it is", async () => {
  await makeTables();
  const answer = await ask({ ...env, BERTH_ADMIN_TOKEN: "" }, "/v1/targets");
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "10"]);
  expect(String(at(await answer.json(), "detail"))).toContain("BERTH_ADMIN_TOKEN");
  expect((await ask({ ...env, BERTH_ADMIN_TOKEN: "short" }, "/v1/targets")).status).toBe(503);
  expect((await ask(env, "/v1/targets")).status).toBe(200);
  // Made once, it is there without the secret, too.
  expect((await ask({ ...env, BERTH_ADMIN_TOKEN: "" }, "/v1/targets")).status).toBe(200);
});

test("what was due and forgotten is begun by the next minute's cron", async () => {
  const json = { kind: "sandbox", simulates: "ecs", region: "eu-west-1" };
  await ask(env, "/v1/targets/cloud", "PUT", json);
  const lost = { idFromName: (name: string) => name, get: () => ({ wake: async () => {} }) };
  const put = await ask({ ...env, CLOCK: lost }, `/v1/workloads/${SPEC.name}`, "PUT", { spec: SPEC });
  expect(put.status).toBe(202);
  expect(await alarmOf(await projectId())).toBeNull();
  await control.scheduled({}, env);
  const plan = String(at(await put.json(), "plan", "id"));
  expect((await edge.call(`/v1/plans/${plan}?wait=ready&timeoutSeconds=20`)).status).toBe(200);
});

test("while units stand, a clock rings to look at them; once nothing does, it rests", async () => {
  const project = await projectId();
  await deployReady(edge, { ...SPEC, name: "other" });
  await expect.poll(() => alarmOf(project), { timeout: 5_000 }).toBeGreaterThan(Date.now());
  for (const name of [SPEC.name, "other"]) await edge.call(`/v1/workloads/${name}`, { method: "DELETE" });
  await expect.poll(() => alarmOf(project), { timeout: 30_000, interval: 250 }).toBeNull();
  const { results } = await env.DB.prepare("select name from workloads").all();
  expect(results).toEqual([]);
});
