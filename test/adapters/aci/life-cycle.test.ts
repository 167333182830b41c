import { expect, test } from "vitest";
import { unitRef } from "../../../src/adapters/adapter.ts";
import { imageNeedsFixture } from "./image-needs.ts";
import { call, needs } from "../fixtures.ts";
import { writes } from "./subscription.ts";
import { aciUnit, CANARY, IDENTITY_ID, REGION, type World, world } from "./world.ts";
import type { Unit } from "../../../src/domain/plan.ts";
import { knownOf } from "../known.ts";

const SLOW = { delaysMs: { create: 10_000, ready: 20_000, destroy: 5_000, visible: 60_000, job: 5_000 } };

const look = async ({ adapter }: World, unit: Unit) =>
  (await adapter.observe(knownOf(unit), call())).observations[0];

test("replicas are container groups of their own, named by the unit and told step by step until they serve", async () => {
  const it = world(SLOW);
  const unit = aciUnit(1);
  const first = await it.adapter.apply(unit, call());
  expect(first).toMatchObject({ phase: "creating", ready: 0, replicas: 2 });
  expect(it.cloud.names()).toEqual([`${unit.name}-0`, `${unit.name}-1`]);
  it.cloud.pass(15_000);
  expect(await look(it, unit)).toMatchObject({ phase: "creating", ready: 0, replicas: 2 });
  it.cloud.pass(15_000);
  const served = await look(it, unit);
  expect(served).toMatchObject({ phase: "ready", ready: 2, replicas: 2 });
  expect(served?.endpoints).toHaveLength(2);
  for (const endpoint of served?.endpoints ?? []) {
    expect(endpoint).toMatchObject({ transport: "plain", bypassable: true, ready: true });
    expect(endpoint.url).toMatch(
      new RegExp(`^http://${unit.name}-\\d\\.\\w+\\.${REGION}\\.azurecontainer\\.io:8080$`),
    );
  }
});

test("two places never share a group's name: the units of one workload in two regions are named otherwise", async () => {
  const it = world({}, { config: { regions: [REGION, "eastus"] } });
  const [one, other] = [
    aciUnit(1),
    aciUnit(2, { place: { provider: "aci", target: "here", region: "eastus" } }),
  ];
  await it.adapter.apply(one, call());
  await it.adapter.apply(other, call());
  const groups = Object.entries(it.cloud.state.groups);
  expect(new Set(groups.map(([name]) => name)).size).toBe(4);
  expect(new Set(groups.map(([, { document }]) => document.location))).toEqual(new Set([REGION, "eastus"]));
});

test("scaling adds and removes groups at the end, and what stays is neither sent again nor restarted", async () => {
  const it = world();
  const unit = aciUnit(1);
  await it.adapter.apply(unit, call());
  it.cloud.pass(60_000);
  await it.adapter.apply({ ...unit, replicas: { min: 4, max: 4 } }, call());
  it.cloud.pass(60_000);
  expect(await look(it, unit)).toMatchObject({ ready: 4, replicas: 4, restarts: 0 });
  await it.adapter.apply({ ...unit, replicas: { min: 1, max: 1 } }, call());
  it.cloud.pass(60_000);
  expect(it.cloud.names()).toEqual([`${unit.name}-0`]);
  expect(await look(it, unit)).toMatchObject({ ready: 1, replicas: 1, restarts: 0 });
  expect(writes(it.cloud).filter((one) => one === `PUT ${unit.name}-0`)).toHaveLength(1);
  expect(it.cloud.state.groups[`${unit.name}-0`]?.updates).toBe(0);
});

test("a change of size is another unit beside the first, for Azure replaces what it cannot change", async () => {
  const it = world();
  const before = aciUnit(1);
  const after = aciUnit(2, { shape: { ...before.shape, milliCpu: 2_000 } });
  await it.adapter.apply(before, call());
  await it.adapter.apply(after, call());
  it.cloud.pass(60_000);
  const { observations } = await it.adapter.observe(knownOf(before, after), call());
  expect(observations.map(({ phase, restarts }) => `${phase} ${restarts}`)).toEqual(["ready 0", "ready 0"]);
});

test("a secret's value is in what Azure is sent, in its secure fields, and nowhere else", async () => {
  const logins = { username: "berth", password: `${CANARY} login` };
  const it = world(
    {},
    {
      ports: {
        registries: async (_tenant, host) => await Promise.resolve(host === "ghcr.io" ? logins : undefined),
      },
    },
  );
  const unit = aciUnit(1);
  const template = {
    ...unit.template,
    files: [{ path: "/run/tls/key.pem", secret: "tls-key@1" }, ...unit.template.files],
  };
  const observation = await it.adapter.apply({ ...unit, template }, call());
  const put = it.cloud.sent.find(({ method }) => method === "PUT");
  const body = JSON.stringify(put?.body);
  expect(body).toContain(`"secureValue":"${CANARY} db-url@3"`);
  expect(body).toContain(Buffer.from(`${CANARY} tls-key@1`).toString("base64"));
  expect(body).toContain(`"server":"ghcr.io","username":"berth","password":"${CANARY} login"`);
  expect(body.split(CANARY)).toHaveLength(3);
  const shown = JSON.stringify([
    observation,
    it.adapter.render({ ...unit, template }),
    it.cloud.state,
    await look(it, unit),
  ]);
  expect(shown).not.toContain(CANARY);
  expect(shown).not.toContain(Buffer.from(CANARY).toString("base64").slice(0, 20));
  expect(shown).toContain("berth-secret:tls-key@1");
});

test("logs name each container, follow what comes, and end with their caller", async () => {
  const it = world();
  const unit = aciUnit(1, { replicas: { min: 1, max: 1 } });
  await it.adapter.apply(unit, call());
  const ending = new AbortController();
  const given = { signal: ending.signal };
  const stream = await it.adapter.logs?.(unitRef(unit), { tail: 10, follow: true }, given);
  const reader = stream?.getReader();
  const line = new TextDecoder().decode((await reader?.read())?.value);
  expect(JSON.parse(line)).toMatchObject({
    stream: "stdout",
    container: "web",
    line: "web listens on port 8080",
  });
  ending.abort();
  expect((await reader?.read())?.done).toBe(true);
});

test("a container that ends again and again is a failure, with its exit code, its restarts and its last lines", async () => {
  const it = world({
    images: [{ image: ":1.4", does: "ends", exitCode: 3, lines: ["no database", "giving up"] }],
  });
  const unit = aciUnit(1, { replicas: { min: 1, max: 1 } });
  await it.adapter.apply(unit, call());
  it.cloud.pass(60_000);
  expect(await look(it, unit)).toMatchObject({
    phase: "failed",
    exitCode: 3,
    ready: 0,
    lastLines: ["no database", "giving up"],
  });
});

test("a container that ran for a day and ended is started again and no failure, however often in its life that was", async () => {
  const afterMs = 24 * 3_600_000;
  const it = world({ images: [{ image: ":1.4", does: "ends", exitCode: 3, afterMs }] });
  const unit = aciUnit(1, { replicas: { min: 1, max: 1 } });
  await it.adapter.apply(unit, call());
  // Five rounds of a day and a second, and just after the end of the last.
  it.cloud.pass(1_000 + 4 * (afterMs + 1_000) + afterMs + 500);
  expect(await look(it, unit)).toMatchObject({ phase: "unready", restarts: 5, ready: 0, exitCode: 3 });
  it.cloud.pass(1_000);
  expect(await look(it, unit)).toMatchObject({ phase: "ready", restarts: 5, ready: 1 });
});

test("a group that Azure takes and then cannot start is a failure with Azure's own words", async () => {
  const it = world({ images: [{ image: ":1.4", does: "fails" }] });
  const unit = aciUnit(1);
  await it.adapter.apply(unit, call());
  it.cloud.pass(60_000);
  const seen = await look(it, unit);
  expect(seen?.phase).toBe("failed");
  expect(seen?.reason).toContain("Failed to start container group");
});

test("a unit is gone only when Azure says so to a read, and its first group goes last", async () => {
  const it = world(SLOW);
  const unit = aciUnit(1, { replicas: { min: 3, max: 3 } });
  await it.adapter.apply(unit, call());
  it.cloud.pass(60_000);
  const answers: string[] = [];
  for (let asks = 0; asks < 10 && answers.at(-1) !== "gone"; asks += 1) {
    answers.push(await it.adapter.destroy(unitRef(unit), call()));
    it.cloud.pass(2_000);
  }
  expect(answers.at(-1)).toBe("gone");
  expect(answers.length).toBeGreaterThan(3);
  expect(it.cloud.names()).toEqual([]);
  expect(writes(it.cloud).findLast((one) => one.startsWith("DELETE"))).toBe(`DELETE ${unit.name}-0`);
});

test("offers say how many replicas the quotas still allow, those of this workload counted in", async () => {
  const it = world({ quotas: { ContainerGroups: 10, StandardCores: 6, StandardSpotCores: 2 } });
  const one = imageNeedsFixture(needs({ milliCpu: 2_000 }));
  const capacities = async () => {
    const offers = await it.adapter.offers(one, call());
    return Object.fromEntries(offers.map(({ billing, capacityReplicas }) => [billing, capacityReplicas]));
  };
  expect(await capacities()).toEqual({ "on-demand": 3, spot: 1 });
  await it.adapter.apply(aciUnit(1, { shape: { ...aciUnit(1).shape, milliCpu: 2_000 } }), call());
  it.cloud.pass(60_000);
  expect(await capacities()).toEqual({ "on-demand": 3, spot: 3 });
});

test("a region that does not answer is ruled out by a sentence, and the others are offered as ever", async () => {
  const lost = { on: "usages", region: "eastus", times: 100, how: "before", status: 503 } as const;
  const it = world({ faults: [lost] }, { config: { regions: [REGION, "eastus"] } });
  const offers = await it.adapter.offers(needs(), call());
  const told = (region: string) =>
    offers
      .filter(({ place, billing }) => place.region === region && billing === "on-demand")
      .flatMap(({ impossible }) => impossible.filter(({ rule }) => rule === "target"));
  expect(told(REGION)).toEqual([]);
  expect(told("eastus")).toMatchObject([{ message: expect.stringContaining("eastus could not be asked") }]);
  it.cloud.rules = { ...it.cloud.rules, faults: [{ ...lost, region: undefined }] };
  await expect(it.adapter.offers(needs(), call())).rejects.toMatchObject({ kind: "unavailable" });
});

test("a group runs as an identity only where the app may assign it, and the refusal says what to set up", async () => {
  const base = aciUnit(1);
  const unit = {
    ...base,
    template: { ...base.template, "x-aci": { userAssignedIdentities: [IDENTITY_ID] } },
  };
  const it = world({ identities: [] });
  await expect(it.adapter.apply(unit, call())).rejects.toMatchObject({
    kind: "denied",
    message: expect.stringContaining("berth target trust"),
  });
  expect(it.cloud.names()).toEqual([]);
  it.cloud.rules = { ...it.cloud.rules, identities: [IDENTITY_ID] };
  await it.adapter.apply(unit, call());
  expect(it.cloud.names()).toHaveLength(2);
});

test("a Spot group takes no traffic and no zone, and its offer says so", async () => {
  const it = world();
  const spot = (await it.adapter.offers(needs(), call())).find(({ billing }) => billing === "spot");
  expect(spot?.impossible.map(({ pointer }) => pointer)).toContain("/route");
  const base = aciUnit(1);
  const worker = aciUnit(1, {
    billing: "spot",
    template: { ...base.template, kind: "worker", route: undefined, "x-aci": { zones: ["1"] } },
  });
  await expect(it.adapter.apply(worker, call())).rejects.toMatchObject({ kind: "invalid" });
  await it.adapter.apply({ ...worker, template: { ...worker.template, "x-aci": undefined } }, call());
  expect(it.cloud.state.groups[`${worker.name}-0`]?.document.properties.priority).toBe("Spot");
});
