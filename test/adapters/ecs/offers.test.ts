import { expect, test } from "vitest";
import { call, needs } from "../fixtures.ts";
import { CONFIG, ecsWorld, EXPRESS_CONFIG, PLACE } from "./world.ts";

test("an offer fits as many tasks as the vCPUs that the owner told allow, on demand and on Spot apart", async () => {
  const world = ecsWorld({ config: { ...CONFIG, quota: { onDemandVcpu: 6, spotVcpu: 1 } } });
  for (const { billing, shape, capacityReplicas } of await world.adapter.offers(needs(), call()))
    expect(capacityReplicas).toBe(Math.floor(((billing === "spot" ? 1 : 6) * 1_000) / shape.milliCpu));
});

test("a private address is told as one that only a gateway inside that network reaches", async () => {
  const told = async (config: Readonly<Record<string, unknown>>) => {
    const [offer] = await ecsWorld({ config }).adapter.offers(needs(), call());
    return offer?.fidelity.find(({ field }) => field === "/route")?.message;
  };
  const inside = expect.stringContaining("only where the gateway is inside that network");
  expect(await told({ ...CONFIG, address: "private" })).toEqual(inside);
  expect(await told({ ...CONFIG, address: "ip" })).not.toEqual(inside);
});

test("a task without a public address pays for none, and what it goes out by is named; Express Mode keeps its own", async () => {
  const priced = async (config: Readonly<Record<string, unknown>>, asked = needs()) => {
    const offers = await ecsWorld({ config }).adapter.offers(asked, call());
    return offers.map(({ path, price }) => ({
      tls: path.transport === "tls",
      address: price?.lines.some(({ meter }) => meter === "ipv4-hour"),
      said: price?.assumes?.some((sentence) => sentence.startsWith("ipv4-hour:")),
      out: price?.notPriced.some((sentence) => sentence.startsWith("nat-hour, nat-gib:")),
    }));
  };
  const has = { tls: false, address: true, said: true, out: false };
  const shown = await priced({ ...CONFIG, address: "ip" });
  expect(shown).toEqual(shown.map(() => has));
  const without = { tls: false, address: false, said: false, out: true };
  expect(await priced({ ...CONFIG, address: "private" })).toEqual(shown.map(() => without));
  const express = await priced({ ...EXPRESS_CONFIG, address: "private" }, needs(WITH_HEALTH));
  expect(express.map(({ tls, address }) => tls === address)).not.toContain(false);
  expect(express.map(({ tls }) => tls)).toContain(true);
});

test("where the cluster is not there, every offer says so and what to do", async () => {
  const world = ecsWorld({ rules: { clusters: [] } });
  const offers = await world.adapter.offers(needs(), call());
  expect(offers.length).toBeGreaterThan(0);
  for (const { impossible } of offers)
    expect(impossible).toContainEqual({
      rule: "target",
      message: expect.stringContaining("There is no active cluster berth in eu-west-1: create it"),
    });
});

test("a cluster with all the services it may have takes no more", async () => {
  const world = ecsWorld();
  const full = world.openOver((api) => ({
    send: async (region, operation, input, given) => {
      const output = await api.send(region, operation, input, given);
      if ("clusters" in output && Array.isArray(output.clusters))
        return {
          ...output,
          clusters: output.clusters.map((one) => ({ ...one, activeServicesCount: 5_000 })),
        };
      return output;
    },
  }));
  for (const { capacityReplicas } of await full.offers(needs(), call())) expect(capacityReplicas).toBe(0);
});

test("what a unit's secrets cost is a line of its price, and what no price holds is named with it", async () => {
  const [offer] = await ecsWorld().adapter.offers(needs({ keeps: { secrets: 2, files: 0 } }), call());
  expect(offer?.place).toEqual(PLACE);
  const line = offer?.price?.lines.find(({ meter }) => meter === "secret-month");
  expect(line).toMatchObject({ quantity: "2", rateUsd: "0.4", usd: "0.8" });
  expect(offer?.price?.notPriced.join("\n")).toContain("CloudWatch Logs");
});

const WITH_HEALTH = {
  demands: [
    { feature: "service", pointer: "/kind" },
    { feature: "http1", pointer: "/route/protocol" },
    { feature: "http-health", pointer: "/health/path" },
  ],
} as const;

test("only an offer of Express Mode pays for its load balancer, and the part of it that the target tells", async () => {
  const priced = async (config: Readonly<Record<string, unknown>>) =>
    await ecsWorld({ config }).adapter.offers(needs(WITH_HEALTH), call());
  const balancers = (offers: Awaited<ReturnType<typeof priced>>) =>
    offers.map(({ path, price }) => [
      path.transport,
      price?.lines.find(({ meter }) => meter === "lb-hour")?.quantity,
    ]);
  const alone = balancers(await priced(EXPRESS_CONFIG));
  expect(alone).toContainEqual(["tls", "730"]);
  expect(alone.filter(([transport]) => transport === "plain").map(([, hours]) => hours)).toEqual(
    alone.filter(([transport]) => transport === "plain").map(() => undefined),
  );
  expect(balancers(await priced({ ...EXPRESS_CONFIG, expressServices: 5 }))).toContainEqual(["tls", "146"]);
  expect(balancers(await priced(CONFIG)).map(([, hours]) => hours)).not.toContain("730");
});
