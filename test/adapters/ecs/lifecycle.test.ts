import { describe, expect, test } from "vitest";
import { unitRef } from "../../../src/adapters/adapter.ts";
import { call, needs } from "../fixtures.ts";
import { gone } from "./gone.ts";
import { EXPRESS_CONFIG, ecsTemplate, ecsWorld, type EcsWorld } from "./world.ts";
import type { Unit } from "../../../src/domain/plan.ts";
import { knownOf } from "../known.ts";

const look = async (world: EcsWorld, ...units: readonly Unit[]) => {
  const { observations } = await world.adapter.observe(knownOf(...units), call());
  return observations[0];
};

describe("the life of a service", () => {
  test("it is created, starts, is ready, and each of its tasks is an endpoint by its public name", async () => {
    const world = ecsWorld();
    const unit = world.unit();
    expect((await world.adapter.apply(unit, call())).phase).toMatch(/creating|starting/);
    world.time.pass(500);
    expect((await look(world, unit))?.phase).toBe("starting");
    world.time.pass(5_000);
    const seen = await look(world, unit);
    expect(seen).toMatchObject({ phase: "ready", ready: 2, replicas: 2 });
    expect(seen?.endpoints).toHaveLength(2);
    for (const { url, transport, ready } of seen?.endpoints ?? []) {
      expect(url).toMatch(/^http:\/\/ec2-198-18-\d+-\d+\.eu-west-1\.compute\.amazonaws\.com:8080$/);
      expect({ transport, ready }).toEqual({ transport: "plain", ready: true });
    }
  });

  test.each([
    ["ip", /^http:\/\/198\.18\.\d+\.\d+:8080$/, "ip"],
    ["private", /^http:\/\/10\.0\.\d+\.\d+:8080$/, "network"],
  ] as const)(
    "with address %s the gateway is told that address, and offers say how it is reached",
    async (address, url, reach) => {
      const world = ecsWorld({ config: { ...ecsWorld().target.config, address } });
      const unit = world.unit();
      await world.adapter.apply(unit, call());
      world.time.pass(5_000);
      expect((await look(world, unit))?.endpoints[0]?.url).toMatch(url);
      const [offer] = await world.adapter.offers(needs(), call());
      expect(offer?.path).toEqual({ transport: "plain", reach, bypassable: true });
    },
  );

  test("it scales in place, down as well as up, and keeps the replicas it has", async () => {
    const world = ecsWorld();
    const unit = world.unit();
    await world.adapter.apply(unit, call());
    world.time.pass(5_000);
    const before = (await look(world, unit))?.endpoints.map(({ url }) => url) ?? [];
    await world.adapter.apply({ ...unit, replicas: { min: 1, max: 1 } }, call());
    world.time.pass(5_000);
    const after = await look(world, unit);
    expect(after).toMatchObject({ phase: "ready", ready: 1, replicas: 1 });
    expect(before).toContain(after?.endpoints[0]?.url);
  });

  test("a template that changes is another service beside it, and the old one goes", async () => {
    const world = ecsWorld();
    const [old, next] = [
      world.unit(),
      world.unit({ template: ecsTemplate({ image: "ghcr.io/acme/web:1.5" }) }),
    ];
    for (const unit of [old, next]) await world.adapter.apply(unit, call());
    world.time.pass(5_000);
    expect(await gone(world, old)).toBe("gone");
    const { observations } = await world.adapter.observe(knownOf(old, next), call());
    expect(observations.map(({ unit }) => unit)).toEqual([next.id]);
  });

  test("an image that falls over is failed by the circuit breaker, with exit code, reason and last lines", async () => {
    const world = ecsWorld();
    const unit = world.unit({ template: ecsTemplate({ image: "ghcr.io/acme/web:crash" }) });
    await world.adapter.apply(unit, call());
    world.time.pass(60_000);
    const seen = await look(world, unit);
    expect(seen).toMatchObject({ phase: "failed", exitCode: 1 });
    expect(seen?.reason).toMatch(/circuit breaker.*Essential container.*exit code 1/);
    expect(seen?.lastLines).toContain("it falls over");
    expect(seen?.restarts).toBeGreaterThanOrEqual(3);
  });

  test("its logs are those of its own tasks, in order, and end where they are not followed", async () => {
    const world = ecsWorld();
    const [unit, other] = [world.unit(), world.unit({ workload: "other" })];
    for (const one of [unit, other]) await world.adapter.apply(one, call());
    world.time.pass(5_000);
    const stream = await world.adapter.logs?.(unitRef(unit), { tail: 10, follow: false }, call());
    const lines = (await new Response(stream).text()).trim().split("\n");
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ container: "web", stream: "stdout" });
  });

  test("task definitions that say the same are registered once, and deleted with their last user", async () => {
    const world = ecsWorld();
    const template = ecsTemplate({ secrets: {} });
    const [first, second] = [world.unit({ template }), world.unit({ template, attempt: 1 })];
    for (const unit of [first, second]) await world.adapter.apply(unit, call());
    world.time.pass(5_000);
    expect(world.operations().filter((name) => name === "RegisterTaskDefinition")).toHaveLength(1);
    expect(await gone(world, first)).toBe("gone");
    expect(world.region()?.definitions.map(({ status }) => status)).toEqual(["ACTIVE"]);
    expect(await gone(world, second)).toBe("gone");
    expect(world.region()?.definitions.map(({ status }) => status)).toEqual(["DELETE_IN_PROGRESS"]);
  });
});

describe("Spot, ARM64 and several regions", () => {
  test("a Spot unit runs on Spot, with as many tasks on demand as the target says", async () => {
    const world = ecsWorld({ config: { ...ecsWorld().target.config, onDemandBase: 1 } });
    const unit = world.unit({ billing: "spot", replicas: { min: 3, max: 3 } });
    await world.adapter.apply(unit, call());
    world.time.pass(5_000);
    const providers = world.region()?.tasks.map(({ provider }) => provider) ?? [];
    expect(providers.toSorted()).toEqual(["FARGATE", "FARGATE_SPOT", "FARGATE_SPOT"]);
    const spot = (await world.adapter.offers(needs(), call())).find(({ billing }) => billing === "spot");
    expect(spot?.price?.notPriced.join()).toContain("onDemandBase");
  });

  test("Spot is impossible, with a sentence, where the cluster has not been given it", async () => {
    const world = ecsWorld({ rules: { capacityProviders: ["FARGATE"] } });
    for (const { billing, impossible } of await world.adapter.offers(needs(), call()))
      expect(impossible.some(({ message }) => message.includes("FARGATE_SPOT"))).toBe(billing === "spot");
  });

  test("each region is offered, used and looked at on its own", async () => {
    const { region: _region, cluster, subnets, securityGroups, ...rest } = ecsWorld().target.config;
    const regions = ["eu-west-1", "us-east-1"].map((region) => ({
      region,
      cluster,
      subnets,
      securityGroups,
    }));
    const world = ecsWorld({ config: { ...rest, regions } });
    const offered = await world.adapter.offers(needs(), call());
    expect(new Set(offered.map(({ place }) => place.region))).toEqual(new Set(["eu-west-1", "us-east-1"]));
    const place = { provider: "ecs", target: "here", region: "us-east-1" } as const;
    const [here, there] = [world.unit(), world.unit({ place })];
    for (const unit of [here, there]) await world.adapter.apply(unit, call());
    world.time.pass(5_000);
    const { observations } = await world.adapter.observe(knownOf(here, there), call());
    expect(observations.map(({ unit }) => unit).toSorted()).toEqual([here.id, there.id].toSorted());
    expect(world.account.state().regions["us-east-1"]?.services).toHaveLength(1);
  });
});

describe("Express Mode", () => {
  test("an HTTP service with a health path gets an HTTPS URL, and is starting until it has it", async () => {
    const world = ecsWorld({
      config: EXPRESS_CONFIG,
      rules: { delaysMs: { create: 300, ready: 700, destroy: 300, visible: 200, express: 120_000 } },
    });
    const unit = world.unit();
    await world.adapter.apply(unit, call());
    world.time.pass(10_000);
    expect(await look(world, unit)).toMatchObject({ phase: "starting", endpoints: [] });
    world.time.pass(120_000);
    expect(await look(world, unit)).toMatchObject({
      phase: "ready",
      endpoints: [
        {
          url: expect.stringMatching(`^https://${unit.name}-[0-9a-f]{8}\\.ecs\\.eu-west-1\\.on\\.aws$`),
          transport: "tls",
        },
      ],
    });
    expect(await gone(world, unit)).toBe("gone");
    expect(world.operations()).not.toContain("DeleteService");
  });

  test("it is made of a task definition, twice makes one, and only its scaling target is ever updated", async () => {
    const world = ecsWorld({ config: EXPRESS_CONFIG });
    const unit = world.unit();
    for (const replicas of [2, 2, 4])
      await world.adapter.apply({ ...unit, replicas: { min: replicas, max: replicas } }, call());
    const sent = world.calls.filter(
      ({ operation }) => operation.includes("Express") && !operation.startsWith("Describe"),
    );
    expect(sent.map(({ operation }) => operation)).toEqual([
      "CreateExpressGatewayService",
      "UpdateExpressGatewayService",
    ]);
    expect(sent[0]?.input).toHaveProperty("taskDefinitionArn");
    expect(sent[0]?.input).not.toHaveProperty("primaryContainer");
    expect(Object.keys(sent[1]?.input ?? {})).toEqual(["serviceArn", "scalingTarget"]);
    world.time.pass(5_000);
    expect(await look(world, unit)).toMatchObject({ ready: 4, replicas: 4 });
  });

  test("offers say what it costs beside the tasks, how long it takes and that the path is TLS", async () => {
    const world = ecsWorld({ config: EXPRESS_CONFIG });
    const demands = [...needs().demands, { feature: "http-health" as const, pointer: "/health/path" }];
    for (const { billing, shape, path, price, fidelity } of await world.adapter.offers(
      needs({ demands }),
      call(),
    )) {
      const express = billing === "on-demand" && shape.arch === "amd64";
      expect(path.transport).toBe(express ? "tls" : "plain");
      expect(price?.lines.some(({ meter }) => meter === "lb-hour") ?? false).toBe(express);
      const route = fidelity.filter(({ field }) => field === "/route").map(({ message }) => message);
      expect(route).toEqual([expect.stringContaining(express ? "some minutes" : "plain HTTP")]);
    }
  });
});
