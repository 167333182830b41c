import { describe, expect, test } from "vitest";
import { json } from "../../src/routes/answer.ts";
import { createApp } from "../../src/routes/app.ts";
import { endpoint, type Endpoint } from "../../src/routes/define.ts";
import { edgeEndpoints } from "../../src/routes/edge.ts";
import type { ReadRoutePorts } from "../../src/routes/route-ports.ts";
import { openTemporaryStore } from "./temporary-store.ts";
import { ADMIN, openWorld } from "./world.ts";

const make = endpoint<ReadRoutePorts>();
const hello = make({
  method: "GET",
  path: "/v1/hello/{name}",
  guard: "public",
  runs: "edge",
  tag: "meta",
  summary: "Say hello",
  answers: { 200: { description: "Hello." } },
  handler: ({ params }) => json(200, { hello: params.name }),
});

describe("an application", () => {
  test("with an endpoint that declares no scope does not start", () => {
    const { guard: _guard, ...open } = hello;
    // As JavaScript would write them: the compiler would not let these by.
    const careless: readonly Endpoint<ReadRoutePorts>[] = [open, { ...open, guard: "everyone" }].map((one) =>
      Object.assign(Object.create(null), one),
    );
    for (const one of careless) expect(() => createApp([one])).toThrow("declares no scope");
  });

  test("with two endpoints at one address does not start, whatever their parameters are called", () => {
    expect(() => createApp([hello, { ...hello, path: "/v1/hello/{id}" }])).toThrow("declared twice");
  });

  test("with an agent's endpoint and no way to prove agents does not start", () => {
    expect(() => createApp([{ ...hello, guard: "agent" }])).toThrow("proveAgent");
  });
});

describe("the edge's application", () => {
  test("answers its reads and hands everything else on, untouched", async () => {
    const world = await openWorld(openTemporaryStore);
    const handed: string[] = [];
    const fallback = async (request: Request) => {
      handed.push(`${request.method} ${new URL(request.url).pathname} ${await request.text()}`);
      return new Response("from control", { status: 202 });
    };
    const edge = createApp(edgeEndpoints, { fallback });
    const { store, gateway, now, sleep, random, log } = world.ports;
    const ports: ReadRoutePorts = { store, gateway, now, sleep, random, log };
    const send = (path: string, init: RequestInit = {}) => {
      const headers = { authorization: `Bearer ${ADMIN}` };
      return edge.fetch(new Request(`http://edge.test${path}`, { headers, ...init }), ports);
    };
    expect((await send("/v1/workloads")).status).toBe(200);
    expect(handed).toEqual([]);
    const put = await send("/v1/workloads/web", { method: "PUT", body: "{}" });
    expect(await put.text()).toBe("from control");
    await send("/openapi.json");
    await send("/v1/workloads", { method: "OPTIONS" });
    expect(handed).toEqual(["PUT /v1/workloads/web {}", "GET /openapi.json ", "OPTIONS /v1/workloads "]);
    await world.close();
  });
});
