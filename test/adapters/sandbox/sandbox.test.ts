import { afterEach, describe, expect, test } from "vitest";
import { unitRef } from "../../../src/adapters/adapter.ts";
import { CLOUDS } from "../../../src/domain/place.ts";
import { AdapterError } from "../../../src/domain/fault.ts";
import { memoryState } from "../../../src/adapters/sandbox/state.ts";
import { call, needs, template } from "../fixtures.ts";
import { REGIONS, sandbox, unitAt } from "./bench.ts";
import { knownOf } from "../known.ts";

const opened: { close(): Promise<void> }[] = [];
const open = (...args: Parameters<typeof sandbox>) => {
  const here = sandbox(...args);
  opened.push(here.servers);
  return here;
};
afterEach(async () => {
  await Promise.all(opened.splice(0).map((servers) => servers.close()));
});
const kindOf = async (promise: Promise<unknown>) => {
  const error = await promise.catch((reason: unknown) => reason);
  return error instanceof AdapterError ? error.kind : undefined;
};

describe.each(CLOUDS)("a unit in the sandbox of %s", (cloud) => {
  test("is not ready when it is made, and is within 3 s", async () => {
    const { adapter, time } = open(cloud);
    const web = unitAt(cloud, 1);
    const phase = async () => (await adapter.observe(knownOf(web), call())).observations[0]?.phase;
    expect((await adapter.apply(web, call())).phase).toMatch(/^(creating|starting)$/);
    time.pass(400);
    expect(await phase()).toMatch(/^(creating|starting)$/);
    time.pass(2_600);
    expect(await phase()).toBe("ready");
  });

  test.each([
    ["its environment asks for it", template({ env: { SANDBOX_CRASH: "42" } }), 42],
    ["its image has the tag crash", template({ image: "registry:5000/acme/web:crash" }), 1],
  ])("fails within seconds, never ready before, when %s", async (_why, asked, exitCode) => {
    const { adapter, time } = open(cloud);
    const web = unitAt(cloud, 1, { template: asked });
    let seen = await adapter.apply(web, call());
    for (let looks = 0; looks < 50 && seen.phase !== "failed"; looks += 1) {
      expect(seen).toMatchObject({ ready: 0, endpoints: [] });
      time.pass(100);
      seen = (await adapter.observe(knownOf(web), call())).observations[0] ?? seen;
    }
    expect(seen).toMatchObject({ phase: "failed", ready: 0, endpoints: [] });
    expect(seen.reason?.length).toBeGreaterThan(10);
    expect(seen.lastLines.at(-1)).toContain(`leaving with ${exitCode}`);
    // Google does not tell with which code a container of a service left.
    if (cloud !== "cloud-run") expect(seen.exitCode).toBe(exitCode);
  });

  test("answers HTTP as itself at one endpoint, and no more once it is deleted", async () => {
    const { adapter, time } = open(cloud);
    const web = unitAt(cloud, 1, { template: template({ image: "localhost/web:1" }) });
    await adapter.apply(web, call());
    time.pass(5_000);
    const [seen] = (await adapter.observe(knownOf(web), call())).observations;
    expect(seen?.endpoints).toHaveLength(1);
    const url = seen?.endpoints[0]?.url ?? "";
    expect(await (await fetch(`${url}/a?b=c`)).json()).toEqual({
      workload: "web",
      image: "localhost/web:1",
      provider: cloud,
      region: REGIONS[cloud],
      unit: web.id,
      replica: expect.any(Number),
      path: "/a?b=c",
    });
    for (let asks = 0; asks < 3; asks += 1) {
      expect(await adapter.destroy(unitRef(web), call())).toMatch(/^(going|gone)$/);
      time.pass(1_000);
    }
    await expect(fetch(url)).rejects.toThrow();
  });

  test("that rests costs no write, however often it is applied and looked at", async () => {
    const { adapter, time, version } = open(cloud);
    const web = unitAt(cloud, 1);
    const once = async () => {
      await adapter.apply(web, call());
      await adapter.observe(knownOf(web), call());
      await adapter.offers(needs(), call());
      return await version();
    };
    await once();
    time.pass(5_000);
    const before = await once();
    time.pass(5_000);
    expect(await once()).toBe(before);
  });

  test("is up with one replica where it is routed and asks for none", async () => {
    const { adapter, time } = open(cloud);
    const web = unitAt(cloud, 1, { replicas: { min: 0, max: 2 } });
    await adapter.apply(web, call());
    time.pass(5_000);
    const [seen] = (await adapter.observe(knownOf(web), call())).observations;
    expect(seen).toMatchObject({ phase: "ready", ready: 1, replicas: 1 });
  });

  test("is as it was after the broker was killed: same address, same phase, no restart", async () => {
    const kept = memoryState();
    const first = open(cloud, {}, kept);
    const web = unitAt(cloud, 1);
    await first.adapter.apply(web, call());
    first.time.pass(5_000);
    const before = await first.adapter.observe(knownOf(web), call());
    await first.servers.close();
    const second = open(cloud, {}, kept);
    second.time.pass(5_000);
    const after = await second.adapter.observe(knownOf(web), call());
    expect(after).toEqual(before);
    expect((await fetch(after.observations[0]?.endpoints[0]?.url ?? "")).status).toBe(200);
  });

  test("is not lost when several brokers create in one account at the same moment", async () => {
    const kept = memoryState();
    const [first, second] = [open(cloud, {}, kept), open(cloud, {}, kept)];
    const units = Array.from({ length: 12 }, (_, number) => unitAt(cloud, number + 1));
    await Promise.all(
      units.map((one, index) => (index % 2 === 0 ? first : second).adapter.apply(one, call())),
    );
    expect((await first.made()).toSorted()).toEqual(units.map(({ id }) => id).toSorted());
  });

  test("is rendered as the cloud would be told, its image by its own name", () => {
    const { adapter } = open(cloud);
    const images = ["localhost/web:1", "registry:5000/acme/web:2", "ghcr.io/acme/web:1.4", "nginx:1"];
    for (const image of images)
      expect(JSON.stringify(adapter.render(unitAt(cloud, 1, { template: template({ image }) })))).toContain(
        `${image}"`,
      );
  });

  test("is offered as the cloud's own, marked as simulated, at this target and over loopback", async () => {
    for (const offer of await open(cloud).adapter.offers(needs({ registries: ["localhost"] }), call())) {
      expect(offer.simulated).toBe(true);
      expect(offer.place).toEqual({ provider: cloud, target: "here", region: REGIONS[cloud] });
      expect(offer.path).toEqual({ transport: "plain", reach: "loopback", bypassable: false });
      expect(offer.impossible.map(({ rule }) => rule)).not.toContain("image-registry");
    }
  });
});

test.each(CLOUDS)(
  "a look at an account of %s with more units than one look reads is complete, again and again",
  async (cloud) => {
    const { adapter, time } = open(cloud, { quota: { resources: 1_000, createBurst: 1_000 } });
    const units = Array.from({ length: 120 }, (_, number) =>
      unitAt(cloud, number + 1, {
        replicas: { min: 1, max: 1 },
        template: template({ kind: "worker", route: undefined, secrets: {} }),
      }),
    );
    for (const unit of units) await adapter.apply(unit, call());
    const known = knownOf(...units);
    for (let looks = 0; looks < 2; looks += 1) {
      time.pass(5_000);
      const { complete, observations } = await adapter.observe(known, call());
      expect(complete).toBe(true);
      expect(observations.filter(({ phase }) => phase === "ready")).toHaveLength(units.length);
    }
  },
);

describe("a unit in the sandbox", () => {
  test("a new one is missing from lists for a while, but is found by those who know its name", async () => {
    const { adapter, time } = open("ecs", { delaysMs: { visible: 60_000 } });
    const web = unitAt("ecs", 1);
    await adapter.apply(web, call());
    expect((await adapter.observe(knownOf(web), call())).observations).toHaveLength(1);
    expect((await adapter.observe(knownOf(), call())).unrecognised).toHaveLength(0);
    time.pass(60_000);
    expect((await adapter.observe(knownOf(), call())).unrecognised).toHaveLength(1);
  });

  test("of Container Instances cannot be deleted while it is created, and goes when asked again", async () => {
    const here = open("aci", { delaysMs: { create: 60_000 } });
    const { adapter, time } = here;
    const web = unitAt("aci", 1, { replicas: { min: 1, max: 1 } });
    await adapter.apply(web, call());
    expect(await adapter.destroy(unitRef(web), call())).toBe("going");
    time.pass(61_000);
    expect(await here.made()).toEqual([web.id]);
    expect(await adapter.destroy(unitRef(web), call())).toBe("going");
    time.pass(1_000);
    expect(await adapter.destroy(unitRef(web), call())).toBe("gone");
  });

  test("one that is being deleted cannot be applied again: look first", async () => {
    const { adapter, time } = open("ecs");
    const web = unitAt("ecs", 1);
    await adapter.apply(web, call());
    time.pass(5_000);
    await adapter.destroy(unitRef(web), call());
    expect(await kindOf(adapter.apply(web, call()))).toBe("conflict");
  });

  test("keeps its running replicas while it is scaled", async () => {
    const { adapter, time } = open("ecs");
    const web = unitAt("ecs", 1);
    await adapter.apply(web, call());
    time.pass(5_000);
    expect(await adapter.apply({ ...web, replicas: { min: 4, max: 4 } }, call())).toMatchObject({
      ready: 2,
      replicas: 4,
    });
    time.pass(5_000);
    expect(await adapter.apply({ ...web, replicas: { min: 1, max: 4 } }, call())).toMatchObject({
      ready: 1,
      replicas: 1,
    });
  });
});

describe("the sandbox's logs", () => {
  test.each(CLOUDS)("of %s, followed, go on as the unit does and end with it", async (cloud) => {
    const { adapter, time } = open(cloud);
    const web = unitAt(cloud, 1, { replicas: { min: 1, max: 1 } });
    await adapter.apply(web, call());
    time.pass(5_000);
    const stream = await adapter.logs?.(unitRef(web), { tail: 10, follow: true }, call());
    const reader = stream?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toMatch(/listen(s|ing) on port 8080/);
    for (let asks = 0; asks < 3; asks += 1) {
      await adapter.destroy(unitRef(web), call());
      time.pass(5_000);
    }
    let last = await reader?.read();
    while (last?.done === false) last = await reader?.read();
    expect(last?.done).toBe(true);
  });

  test("a caller who leaves ends a followed log", async () => {
    const { adapter, time } = open("ecs");
    const web = unitAt("ecs", 1);
    await adapter.apply(web, call());
    time.pass(5_000);
    const caller = new AbortController();
    const stream = await adapter.logs?.(unitRef(web), { tail: 10, follow: true }, caller);
    const text = new Response(stream).text();
    caller.abort();
    expect(await text).toContain("listens");
  });
});
