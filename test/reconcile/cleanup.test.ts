import { afterEach, beforeEach, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { describe as describeWorkload } from "../../src/broker/describe.ts";
import { destroy } from "../../src/broker/destroy.ts";
import { meterPass } from "../../src/broker/meter.ts";
import { waitUntilReady } from "../../src/broker/wait.ts";
import { AdapterError, type Trouble } from "../../src/domain/fault.ts";
import { openBench, type Bench } from "../broker/ports.ts";
import { sandboxTarget, webSpec } from "../broker/specs.ts";

const REASON = "AWS refuses the token: the trust of role berth was taken away.";
const PARK_MS = 300_000;
const NEVER = new AbortController().signal;

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  await bench.connect("cloud", sandboxTarget("ecs"));
});
afterEach(async () => bench.close());

const put = async (image = "localhost/web:1") => {
  await deploy(bench.main.ports, bench.caller, "web", { spec: webSpec({ image }) });
  await bench.run(5_000);
  await meterPass({ ...bench.main.ports, owner: "a" });
};
const removalsFail = (kind: Trouble | undefined) => {
  bench.interference =
    kind === undefined
      ? {}
      : {
          before: ({ verb }) => {
            if (verb === "destroy") throw new AdapterError(kind, REASON);
          },
        };
};
const described = () => describeWorkload(bench.main.ports, bench.caller, "web");
const events = async (type: string) => {
  const scope = { project: bench.caller.project.id, environment: "production" };
  const all = await bench.file.store.events(scope, "web", 0, 1_000);
  return all.filter((event) => event.type === type);
};

test("credentials lost during a removal are cleanup-blocked, with the reason and the cost, and never a success", async () => {
  await put();
  const { plan } = await destroy(bench.main.ports, bench.caller, "web", {});
  removalsFail("denied");
  await bench.run(60_000, 2_000);
  const workload = await described();
  expect(workload.state).toBe("progressing");
  expect(workload.units).toMatchObject([{ state: "cleanup-blocked", because: "removed", reason: REASON }]);
  expect(workload.cleanupBlocked).toMatchObject([
    { at: "ecs/eu-west-1", reason: REASON, usdPerMonth: expect.stringMatching(/^[1-9]\d*\.\d+$/) },
  ]);
  const cost = workload.cleanupBlocked?.[0]?.usdPerMonth ?? "";
  const [told, ...again] = await events("unit.cleanup-blocked");
  expect(again).toEqual([]);
  expect(told?.message).toMatch(/^cleanup-blocked: b\S+ at ecs\/eu-west-1.* cannot be removed: AWS refuses/);
  expect(told?.message).toContain(`It goes on costing ${cost} USD a month.`);
  const waited = waitUntilReady(bench.main.ports, bench.caller, plan.id, 0, NEVER);
  await expect(waited).rejects.toMatchObject({
    code: "not-ready-yet",
    message: expect.stringContaining(`the cleanup is blocked: ${REASON}`),
  });
  expect(await bench.made("cloud")).toHaveLength(1);
});

test("once the credentials are back the removal goes on by itself, and only then it is done", async () => {
  await put();
  const { plan } = await destroy(bench.main.ports, bench.caller, "web", {});
  removalsFail("denied");
  await bench.run(60_000, 2_000);
  removalsFail(undefined);
  await bench.run(PARK_MS + 10_000, 5_000);
  expect(await bench.made("cloud")).toEqual([]);
  expect(await bench.file.store.plan(plan.project, plan.id)).toMatchObject({ state: "ready" });
});

test("a removal that is on its way again is blocked no more", async () => {
  await bench.connect("cloud", sandboxTarget("ecs", { delaysMs: { destroy: 600_000 } }));
  await put();
  await destroy(bench.main.ports, bench.caller, "web", {});
  removalsFail("denied");
  await bench.run(60_000, 2_000);
  removalsFail(undefined);
  await bench.run(PARK_MS, 5_000);
  expect((await described()).units).toMatchObject([{ state: "doomed", because: "removed" }]);
  expect((await described()).cleanupBlocked).toBeUndefined();
});

test("an old unit that cannot be removed stays visible on a workload whose new unit serves", async () => {
  await put();
  await put("localhost/web:2");
  removalsFail("denied");
  await bench.run(60_000, 2_000);
  const { units, cleanupBlocked } = await described();
  expect(units.map(({ state }) => state).sort()).toEqual(["cleanup-blocked", "wanted"]);
  expect(cleanupBlocked).toHaveLength(1);
});

test.each([
  ["invalid", true],
  ["throttled", false],
  ["unavailable", false],
] as const)("a removal that fails as %s is blocked: %s", async (kind, blocked) => {
  await put();
  await destroy(bench.main.ports, bench.caller, "web", {});
  removalsFail(kind);
  await bench.run(40_000, 2_000);
  const { units, cleanupBlocked } = await described();
  expect(units.map(({ state }) => state)).toEqual([blocked ? "cleanup-blocked" : "doomed"]);
  expect(cleanupBlocked === undefined).toBe(!blocked);
  expect(await events("unit.cleanup-blocked")).toHaveLength(blocked ? 1 : 0);
});

test("a network that fails meanwhile does not hide that the cleanup is blocked", async () => {
  await put();
  await destroy(bench.main.ports, bench.caller, "web", {});
  removalsFail("denied");
  await bench.run(60_000, 2_000);
  removalsFail("unavailable");
  await bench.run(PARK_MS + 10_000, 5_000);
  expect((await described()).units).toMatchObject([{ state: "cleanup-blocked" }]);
  expect(await events("unit.cleanup-blocked")).toHaveLength(1);
});
