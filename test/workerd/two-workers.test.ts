import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { at } from "../routes/world.ts";
import { deployReady, edgeWith, makeTables } from "./installation.ts";

const up = edgeWith("up");
const down = edgeWith("down");
const SPEC = { name: "web", image: "ghcr.io/acme/web:1", port: 8080 };

beforeAll(async () => {
  await makeTables();
  const json = { kind: "sandbox", simulates: "cloud-run", region: "us-central1" };
  expect((await up.call("/v1/targets/cloud", { method: "PUT", json })).status).toBe(201);
  await deployReady(up, SPEC);
});

test("a deploy to a sandbox becomes ready by the clock's alarms and answers through the gateway", async () => {
  const answer = await up.visit("web", "/hello?x=1");
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({
    workload: "web",
    image: SPEC.image,
    provider: "cloud-run",
    region: "us-central1",
    replica: 0,
    path: "/hello?x=1",
  });
});

test("a body goes to the container and back as it came", async () => {
  const body = crypto.getRandomValues(new Uint8Array(60_000));
  const answer = await up.visit("web", "/echo", { method: "POST", body });
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(body);
});

test("with the control Worker down, the gateway and reads go on, and the rest says 503 with Retry-After", async () => {
  expect((await down.visit("web", "/")).status).toBe(200);
  expect((await down.call("/healthz")).status).toBe(200);
  expect((await down.call("/v1/workloads/web")).status).toBe(200);
  expect((await down.call("/v1/workloads/web/events")).status).toBe(200);
  const write = await down.call("/v1/workloads/web", { method: "PUT", json: { spec: SPEC } });
  expect(write.status).toBe(503);
  expect(Number(write.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(write.body).toMatchObject({ code: "unavailable", instance: "/v1/workloads/web" });
});

test("logs come from the control Worker as a stream", async () => {
  const logs = await up.call("/v1/workloads/web/logs");
  expect([logs.status, logs.headers.get("content-type")]).toEqual([200, "application/x-ndjson"]);
  expect(logs.text).toContain("listens on port 8080");
});

test("a host that no route claims is the gateway's 404 and never the API's answer", async () => {
  const answer = await up.fetch(new Request("https://unknown.example/healthz"));
  expect(answer.status).toBe(404);
  expect(at(await answer.json(), "code")).toBe("no-such-route");
});

test("a custom host of a route is served, but no route takes a host of the API", async () => {
  const hosts = ["shop.example", "api.test"];
  await deployReady(up, { name: "shop", image: SPEC.image, route: { port: 8080, hosts } });
  const answer = await up.fetch(new Request("https://shop.example/"));
  expect(await answer.json()).toMatchObject({ workload: "shop" });
  expect((await up.call("/healthz")).body).toEqual({ status: "ok" });
});

test("a destroyed workload is gone from the account", async () => {
  await deployReady(up, { name: "brief", kind: "worker", image: SPEC.image });
  expect((await up.call("/v1/workloads/brief", { method: "DELETE" })).status).toBe(202);
  await expect
    .poll(async () => (await up.call("/v1/workloads/brief")).status, { timeout: 20_000, interval: 100 })
    .toBe(404);
  const { results } = await env.DB.prepare("select state from units where workload = 'brief'").all();
  expect(results.map(({ state }) => state)).toEqual(["gone"]);
});
