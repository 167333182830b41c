import { afterEach, describe, expect, test } from "vitest";
import { unitRef } from "../../../src/adapters/adapter.ts";
import { AdapterError } from "../../../src/domain/fault.ts";
import { call, needs } from "../fixtures.ts";
import { sandbox, unitAt } from "./bench.ts";
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

describe("a sandbox that misbehaves on request", () => {
  test.each(["apply", "observe", "destroy", "offers", "logs"])(
    "fails %s as often as asked, then works",
    async (on) => {
      const { adapter, time } = open("ecs", {
        faults: [{ on, kind: "throttled", times: 2, retryAfterMs: 1_500 }],
      });
      const web = unitAt("ecs", 1);
      if (on !== "apply") await adapter.apply(web, call());
      time.pass(5_000);
      const run = async () => {
        if (on === "apply") await adapter.apply(web, call());
        if (on === "observe") await adapter.observe(knownOf(), call());
        if (on === "destroy") await adapter.destroy(unitRef(web), call());
        if (on === "offers") await adapter.offers(needs(), call());
        if (on === "logs") await adapter.logs?.(unitRef(web), { tail: 1, follow: false }, call());
      };
      await expect(run()).rejects.toMatchObject({ kind: "throttled", retryAfterMs: 1_500 });
      expect(await kindOf(run())).toBe("throttled");
      await expect(run()).resolves.toBeUndefined();
    },
  );

  test("does nothing of a call that fails, and all of one whose answer is lost", async () => {
    const fault = { on: "apply", kind: "unavailable", times: 1 };
    const [refused, lost] = [
      open("ecs", { faults: [fault] }),
      open("ecs", { faults: [{ ...fault, lostAnswer: true }] }),
    ];
    for (const { adapter } of [refused, lost])
      expect(await kindOf(adapter.apply(unitAt("ecs", 1), call()))).toBe("unavailable");
    expect(await refused.made()).toEqual([]);
    expect(await lost.made()).toEqual([unitAt("ecs", 1).id]);
  });

  test("a fault for one workload leaves the others alone", async () => {
    const { adapter } = open("ecs", { faults: [{ on: "apply", kind: "denied", times: 9, workload: "api" }] });
    await adapter.apply(unitAt("ecs", 1), call());
    expect(await kindOf(adapter.apply(unitAt("ecs", 2, { workload: "api" }), call()))).toBe("denied");
  });
});

describe("a sandbox's quota", () => {
  test.each([
    ["ecs", 1],
    ["aci", 2],
    ["cloud-run", 1],
  ] as const)(
    "of %s refuses another unit when it is full, says so in the offers, and keeps what it has on offer",
    async (cloud, resources) => {
      const { adapter, time } = open(cloud, { quota: { resources } });
      const web = unitAt(cloud, 1);
      await adapter.apply(web, call());
      expect(await kindOf(adapter.apply(unitAt(cloud, 2, { workload: "api" }), call()))).toBe("quota");
      const room = async (workload: string) =>
        (await adapter.offers(needs({ workload }), call()))[0]?.capacityReplicas;
      expect(await room("api")).toBe(0);
      expect(await room("web")).toBe(2);
      for (let asks = 0; asks < 5; asks += 1) {
        time.pass(5_000);
        await adapter.destroy(unitRef(web), call());
      }
      expect(await room("api")).toBeGreaterThanOrEqual(2);
    },
  );

  test("throttles an account asked to create too fast, and says when to come back", async () => {
    const { adapter, time } = open("ecs", { quota: { createBurst: 1, createsPerHour: 3_600 } });
    await adapter.apply(unitAt("ecs", 1), call());
    await expect(adapter.apply(unitAt("ecs", 2), call())).rejects.toMatchObject({
      kind: "throttled",
      retryAfterMs: 1_000,
    });
    time.pass(1_000);
    await adapter.apply(unitAt("ecs", 2), call());
  });

  test("lets as many be created at once as the cloud has published, until the account's are said to be more", async () => {
    const creates = async (quota: object) => {
      const { adapter } = open("cloud-run", { quota });
      for (let number = 1; number < 200; number += 1)
        if ((await kindOf(adapter.apply(unitAt("cloud-run", number), call()))) === "throttled") return number;
      return undefined;
    };
    // Google takes 60 writes a minute and region.
    expect(await creates({})).toBe(61);
    expect(await creates({ createBurst: 1_000 })).toBeUndefined();
  });
});
