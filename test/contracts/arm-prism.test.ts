import { afterAll, beforeAll, expect, test } from "vitest";
import { aciAdapter } from "../../src/adapters/aci/index.ts";
import { type Adapter, unitRef } from "../../src/adapters/adapter.ts";
import { type HttpFake, httpFake } from "../adapters/aci/http-fake.ts";
import { type Subscription, subscription } from "../adapters/aci/subscription.ts";
import { aciUnit, CONFIG, portsOver } from "../adapters/aci/world.ts";
import { call, needs, target } from "../adapters/fixtures.ts";
import { type Prism, prismBefore } from "./prism.ts";
import { entraToken, judgedTokens } from "./token-endpoints.ts";
import { knownOf } from "../adapters/known.ts";
import { seenTry } from "../adapters/seen-try.ts";

let cloud: Subscription;
let fake: HttpFake;
let prism: Prism;
let adapter: Adapter;

beforeAll(async () => {
  cloud = subscription({ pageSize: 2 });
  fake = await httpFake(cloud);
  prism = await prismBefore(fake.url);
  cloud.rules = { ...cloud.rules, origin: prism.url };
  const fetch = judgedTokens("entra", () => entraToken("entra-token"));
  const config = { ...CONFIG, endpoints: { resourceManager: prism.url } };
  adapter = aciAdapter(target("aci", config), portsOver(cloud, { fetch }));
}, 120_000);
afterAll(async () => {
  await prism.close();
  await fake.close();
});

test("a whole life of a unit and of a job's try passes Stoplight's proxy on Microsoft's contract, calls and answers", async () => {
  const unit = aciUnit(1, { replicas: { min: 3, max: 3 } });
  await adapter.apply(unit, call());
  cloud.pass(60_000);
  await adapter.apply({ ...unit, replicas: { min: 4, max: 4 } }, call());
  cloud.pass(60_000);
  const { observations } = await adapter.observe(knownOf(unit), call());
  expect(observations[0]).toMatchObject({ phase: "ready", ready: 4 });
  expect((await adapter.offers(needs(), call())).length).toBeGreaterThan(0);
  const stream = await adapter.logs?.(unitRef(unit), { tail: 10, follow: false }, call());
  expect(await new Response(stream).text()).toContain("listens on port 8080");
  const run = { run: "run-1", attempt: 1, name: "btry1" };
  const job = { ...unit, template: { ...unit.template, kind: "job", route: undefined } } as const;
  await adapter.runs?.start(job, run, call());
  cloud.pass(60_000);
  expect(await seenTry(adapter.runs, job, run)).toMatchObject({ phase: "succeeded", exitCode: 0 });
  for (let asks = 0; asks < 5; asks += 1) {
    await adapter.destroy(unitRef(unit), call());
    cloud.pass(60_000);
  }
  expect(await adapter.destroy(unitRef(unit), call())).toBe("gone");
  expect(cloud.names()).toEqual([]);
}, 60_000);

test("the proxy does judge: a call and an answer outside the contract do not pass", async () => {
  const url = `${prism.url}/subscriptions/${CONFIG.subscriptionId}/resourceGroups/berth/providers/Microsoft.ContainerInstance/containerGroups/web?api-version=2023-05-01`;
  const headers = { authorization: "Bearer x", "content-type": "application/json" };
  const wrong = await fetch(url, {
    method: "PUT",
    headers,
    body: JSON.stringify({ location: "eastus", properties: { osType: "BeOS", containers: [] } }),
  });
  expect(wrong.status).toBe(422);
  const send = cloud.send;
  cloud.send = () => ({ status: 200, headers: {}, body: { location: 7, properties: {} } });
  expect((await fetch(url, { headers })).status).toBe(500);
  cloud.send = send;
}, 60_000);
