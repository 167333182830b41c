import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { destroy } from "../../src/broker/destroy.ts";
import { syncAgent } from "../../src/broker/sync-agent.ts";
import type { Observation } from "../../src/domain/observation.ts";
import { joinHost, runWith, type JoinedHost } from "./agents.ts";
import { openBench, type Bench } from "./ports.ts";
import { webSpec, workerSpec } from "./specs.ts";

let bench: Bench;
let attic: JoinedHost;
beforeEach(async () => {
  bench = await openBench();
  attic = await joinHost(bench, "attic");
});
afterEach(async () => {
  await bench.close();
});

const put = async (spec: unknown) => (await deploy(bench.main.ports, bench.caller, "web", { spec })).plan;
const ask = (over: { epoch?: number; observations?: readonly Observation[]; engineOk?: boolean } = {}) => {
  const { report, ...request } = attic.host.request(bench.clock.now);
  const { epoch = report.epoch, engineOk = report.engineOk, observations = request.observations } = over;
  const sent = { ...request, observations, report: { ...report, epoch, engineOk } };
  return syncAgent(bench.main.ports, attic.agent, sent);
};
const stored = async () =>
  (await bench.file.store.units({ project: bench.caller.project.id, environment: "production" }, "web"))[0];

describe("a sync", () => {
  test("hands out only what the reconciler has started", async () => {
    const plan = await put(webSpec());
    expect((await ask()).units).toEqual([]);
    await bench.main.pass();
    expect((await ask()).units.map(({ id }) => id)).toEqual(plan.units.map(({ id }) => id));
    expect(bench.rung).toContain(attic.agent.id);
  });

  test("hands out the replicas that were last sent, not those of a plan that has just been committed", async () => {
    await put(webSpec());
    await runWith(bench, [attic], 5_000);
    await put(webSpec({ scale: { min: 2, max: 2 } }));
    expect((await ask()).units[0]?.replicas).toEqual({ min: 1, max: 1 });
    await runWith(bench, [attic], 5_000);
    expect((await ask()).units[0]?.replicas).toEqual({ min: 2, max: 2 });
    expect(attic.host.units().map(({ replicas }) => replicas)).toEqual([2]);
  });

  test("brings a workload up, and takes it down when it is destroyed", async () => {
    const plan = await put(webSpec());
    await runWith(bench, [attic], 5_000);
    expect(await bench.file.store.plan(plan.project, plan.id)).toMatchObject({ state: "ready" });
    expect(attic.host.running()).toEqual(plan.units.map(({ id }) => id));
    await destroy(bench.main.ports, bench.caller, "web", {});
    await runWith(bench, [attic], 45_000);
    expect(attic.host.running()).toEqual([]);
    expect(await stored()).toBeUndefined();
  });

  test("hears nothing of units that are placed on another host", async () => {
    const cellar = await joinHost(bench, "cellar");
    const plan = await put(webSpec());
    await runWith(bench, [attic, cellar], 5_000);
    const holder = plan.units[0]?.place.host === attic.agent.id ? cellar : attic;
    const before = await stored();
    if (before?.observation === undefined) throw new Error("the unit has been seen");
    const { report, ...request } = holder.host.request(bench.clock.now);
    const lie: Observation = { ...before.observation, phase: "failed" };
    await syncAgent(bench.main.ports, holder.agent, { ...request, report, observations: [lie] });
    expect((await stored())?.observation).toEqual(before.observation);
  });

  test("believes only endpoints on the agent's own line or address", async () => {
    await put(webSpec());
    await runWith(bench, [attic], 5_000);
    const [own] = attic.host.request(bench.clock.now).observations;
    if (own === undefined) throw new Error("the unit runs");
    const at = (url: string, transport: "line" | "plain") =>
      ({ replica: 0, url, transport, bypassable: false, ready: true }) as const;
    const foreign = [
      at("line://agt_other/x/0/8080", "line"),
      at("http://10.0.0.9:80", "plain"),
      at("not a url", "plain"),
    ];
    await ask({ observations: [{ ...own, endpoints: [...own.endpoints, ...foreign] }] });
    expect((await stored())?.observation?.endpoints).toEqual(own.endpoints);
  });

  test("from an agent whose engine does not answer makes nothing absent", async () => {
    await put(webSpec());
    await runWith(bench, [attic], 65_000);
    await ask({ observations: [], engineOk: false });
    expect((await stored())?.observation?.phase).toBe("ready");
    await ask({ observations: [] });
    expect((await stored())?.observation).toBeUndefined();
  });

  test("of an agent that has obeyed a later epoch raises it beyond, and dooms nothing in that breath", async () => {
    await put(workerSpec());
    await runWith(bench, [attic], 5_000);
    await destroy(bench.main.ports, bench.caller, "web", {});
    await bench.main.pass();
    const { epoch } = await bench.file.store.installation(bench.clock.now);
    const later = await ask({ epoch: epoch + 4 });
    expect(later).toMatchObject({ epoch: epoch + 5, doomed: [] });
    expect((await ask({ epoch: epoch + 5 })).doomed).toHaveLength(1);
    expect((await ask({ epoch: epoch + 1_000 })).epoch).toBe(epoch + 5);
    expect(bench.logged.join()).toContain("that no restore explains");
  });
});
