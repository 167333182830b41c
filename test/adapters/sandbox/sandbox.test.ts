import { afterEach, describe, expect, test } from "vitest";
import { AdapterError } from "../../../src/domain/fault.ts";
import { memoryState } from "../../../src/adapters/sandbox/state.ts";
import { refOf } from "../contract.ts";
import { call, needs, template, unit } from "../fixtures.ts";
import { REGIONS, sandbox } from "./bench.ts";

const place = (provider: "ecs" | "aci" | "cloud-run") => ({
  provider,
  target: "here",
  region: REGIONS[provider],
});
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

describe("a unit in the sandbox", () => {
  test("goes from creating over starting to ready within 3 s", async () => {
    const { adapter, time } = open("ecs");
    const web = unit(1, place("ecs"));
    const phase = async () => (await adapter.observe(new Set([web.id]), call())).observations[0]?.phase;
    expect((await adapter.apply(web, call())).phase).toBe("creating");
    time.pass(400);
    expect(await phase()).toBe("starting");
    time.pass(2_600);
    expect(await phase()).toBe("ready");
  });

  test.each([
    ["its environment asks for it", template({ env: { SANDBOX_CRASH: "42" } }), 42],
    ["its image has the tag crash", template({ image: "registry:5000/acme/web:crash" }), 1],
  ])("fails with reason, exit code and last lines when %s", async (_why, asked, exitCode) => {
    const { adapter, time } = open("aci");
    const web = unit(1, place("aci"), { template: asked });
    await adapter.apply(web, call());
    time.pass(5_000);
    const [seen] = (await adapter.observe(new Set([web.id]), call())).observations;
    expect(seen).toMatchObject({ phase: "failed", ready: 0, exitCode, endpoints: [] });
    expect(seen?.reason).toContain(`exited with code ${exitCode}`);
    expect(seen?.lastLines.at(-1)).toContain("fatal");
  });

  test("answers HTTP as itself at its endpoint, and no more once it is deleted", async () => {
    const { adapter, time } = open("cloud-run");
    const web = unit(1, place("cloud-run"));
    await adapter.apply(web, call());
    time.pass(5_000);
    const [seen] = (await adapter.observe(new Set([web.id]), call())).observations;
    const url = seen?.endpoints[0]?.url ?? "";
    expect(await (await fetch(`${url}/a?b=c`)).json()).toEqual({
      workload: "web",
      image: "ghcr.io/acme/web:1.4",
      provider: "cloud-run",
      region: "europe-west1",
      unit: web.id,
      replica: expect.any(Number),
      path: "/a?b=c",
    });
    expect(await adapter.destroy(refOf(web), call())).toBe("going");
    await expect(fetch(url)).rejects.toThrow();
  });

  test("a new one is missing from lists for a while, but is found by those who know its name", async () => {
    const { adapter, time } = open("ecs", { delaysMs: { visible: 60_000 } });
    const web = unit(1, place("ecs"));
    await adapter.apply(web, call());
    expect((await adapter.observe(new Set([web.id]), call())).observations).toHaveLength(1);
    expect((await adapter.observe(new Set(), call())).unrecognised).toHaveLength(0);
    time.pass(60_000);
    expect((await adapter.observe(new Set(), call())).unrecognised).toHaveLength(1);
  });

  test("refuses to be deleted while it is being created, and goes when asked again", async () => {
    const here = open("ecs", { delaysMs: { create: 60_000 } });
    const { adapter, time } = here;
    const web = unit(1, place("ecs"));
    await adapter.apply(web, call());
    expect(await adapter.destroy(refOf(web), call())).toBe("going");
    time.pass(61_000);
    expect(await here.made()).toEqual([web.id]);
    expect(await adapter.destroy(refOf(web), call())).toBe("going");
    time.pass(1_000);
    expect(await adapter.destroy(refOf(web), call())).toBe("gone");
  });

  test("one that is being deleted cannot be applied again: look first", async () => {
    const { adapter, time } = open("ecs");
    const web = unit(1, place("ecs"));
    await adapter.apply(web, call());
    time.pass(5_000);
    await adapter.destroy(refOf(web), call());
    expect(await kindOf(adapter.apply(web, call()))).toBe("conflict");
  });

  test("keeps its running replicas while it is scaled", async () => {
    const { adapter, time } = open("ecs");
    const web = unit(1, place("ecs"));
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

  test("that rests costs no write, however often it is applied and looked at", async () => {
    const { adapter, time, state } = open("ecs");
    const web = unit(1, place("ecs"));
    const once = async () => {
      await adapter.apply(web, call());
      await adapter.observe(new Set([web.id]), call());
      return (await state.load("tgt_sandbox")).version;
    };
    await once();
    time.pass(5_000);
    const version = await once();
    time.pass(5_000);
    expect(await once()).toBe(version);
  });

  test("is not lost when several brokers create in one account at the same moment", async () => {
    const kept = memoryState();
    const [first, second] = [open("ecs", {}, kept), open("ecs", {}, kept)];
    const units = Array.from({ length: 12 }, (_, number) => unit(number + 1, place("ecs")));
    await Promise.all(
      units.map((one, index) => (index % 2 === 0 ? first : second).adapter.apply(one, call())),
    );
    expect((await first.made()).toSorted()).toEqual(units.map(({ id }) => id).toSorted());
  });

  test("is as it was after the broker was killed: same address, same phase, no restart", async () => {
    const kept = memoryState();
    const first = open("ecs", {}, kept);
    const web = unit(1, place("ecs"));
    await first.adapter.apply(web, call());
    first.time.pass(5_000);
    const before = await first.adapter.observe(new Set([web.id]), call());
    await first.servers.close();
    const second = open("ecs", {}, kept);
    second.time.pass(5_000);
    const after = await second.adapter.observe(new Set([web.id]), call());
    expect(after).toEqual(before);
    expect((await fetch(after.observations[0]?.endpoints[0]?.url ?? "")).status).toBe(200);
  });
});

describe("a sandbox that misbehaves on request", () => {
  test.each(["apply", "observe", "destroy", "offers", "logs"])(
    "fails %s as often as asked, then works",
    async (on) => {
      const { adapter } = open("ecs", { faults: [{ on, kind: "throttled", times: 2, retryAfterMs: 1_500 }] });
      const web = unit(1, place("ecs"));
      if (on !== "apply") await adapter.apply(web, call());
      const run = async () => {
        if (on === "apply") await adapter.apply(web, call());
        if (on === "observe") await adapter.observe(new Set(), call());
        if (on === "destroy") await adapter.destroy(refOf(web), call());
        if (on === "offers") await adapter.offers(needs(), call());
        if (on === "logs") await adapter.logs?.(refOf(web), { tail: 1, follow: false }, call());
      };
      await expect(run()).rejects.toMatchObject({ kind: "throttled", retryAfterMs: 1_500 });
      expect(await kindOf(run())).toBe("throttled");
      await expect(run()).resolves.toBeUndefined();
    },
  );

  test("a fault for one workload leaves the others alone", async () => {
    const { adapter } = open("ecs", { faults: [{ on: "apply", kind: "denied", times: 9, workload: "api" }] });
    await adapter.apply(unit(1, place("ecs")), call());
    expect(await kindOf(adapter.apply(unit(2, place("ecs"), { workload: "api" }), call()))).toBe("denied");
  });

  test("a full account refuses another unit by quota, says so in its offers, and keeps what it has on offer", async () => {
    const { adapter, time } = open("aci", { quota: { resources: 2 } });
    await adapter.apply(unit(1, place("aci")), call());
    expect(await kindOf(adapter.apply(unit(2, place("aci"), { workload: "api" }), call()))).toBe("quota");
    const room = async (workload: string) =>
      (await adapter.offers(needs({ workload }), call()))[0]?.capacityReplicas;
    expect(await room("api")).toBe(0);
    expect(await room("web")).toBe(2);
    time.pass(5_000);
    await adapter.destroy(refOf(unit(1, place("aci"))), call());
    time.pass(5_000);
    expect(await room("api")).toBe(2);
  });

  test("an account asked to create too fast throttles, and says when to come back", async () => {
    const { adapter, time } = open("ecs", { quota: { createBurst: 1, createsPerHour: 3_600 } });
    await adapter.apply(unit(1, place("ecs")), call());
    await expect(adapter.apply(unit(2, place("ecs")), call())).rejects.toMatchObject({
      kind: "throttled",
      retryAfterMs: 1_000,
    });
    time.pass(1_000);
    await adapter.apply(unit(2, place("ecs")), call());
  });
});

describe("the sandbox's offers", () => {
  test("are the simulated cloud's own, marked as simulated, at this target and over loopback", async () => {
    for (const cloud of ["ecs", "aci", "cloud-run"] as const) {
      const offers = await open(cloud).adapter.offers(needs(), call());
      for (const offer of offers) {
        expect(offer.simulated).toBe(true);
        expect(offer.place).toEqual(place(cloud));
        expect(offer.path).toEqual({ transport: "plain", reach: "loopback", bypassable: false });
      }
    }
  });
});

describe("the sandbox's logs", () => {
  test("followed, they go on as the unit does and end with it", async () => {
    const { adapter, time } = open("ecs");
    const web = unit(1, place("ecs"));
    await adapter.apply(web, call());
    const stream = await adapter.logs?.(refOf(web), { tail: 10, follow: true }, call());
    const reader = stream?.getReader();
    const next = async () => new TextDecoder().decode((await reader?.read())?.value);
    expect(await next()).toContain("pulling ghcr.io/acme/web:1.4");
    time.pass(5_000);
    expect(await next()).toContain("listens on port 8080");
    await adapter.destroy(refOf(web), call());
    time.pass(5_000);
    expect((await reader?.read())?.done).toBe(true);
  });

  test("a caller who leaves ends a followed log", async () => {
    const { adapter } = open("ecs");
    const web = unit(1, place("ecs"));
    await adapter.apply(web, call());
    const caller = new AbortController();
    const stream = await adapter.logs?.(refOf(web), { tail: 10, follow: true }, caller);
    const text = new Response(stream).text();
    caller.abort();
    expect(await text).toContain("pulling");
  });
});
