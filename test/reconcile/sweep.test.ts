import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { putEnvironment } from "../../src/broker/environments.ts";
import { AdapterError } from "../../src/domain/fault.ts";
import { sweep, sweepMemory, sweepSoon } from "../../src/reconcile/sweep.ts";
import { joinHost, runWith } from "../broker/agents.ts";
import { openBench, type Bench } from "../broker/ports.ts";
import { sandboxTarget, webSpec, workerSpec } from "../broker/specs.ts";

const SIGNAL = new AbortController().signal;
const GRACE_MS = 60_000;

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(async () => {
  await bench.close();
});

const put = async (name = "web") =>
  (await deploy(bench.main.ports, bench.caller, name, { spec: webSpec({ name }) })).plan;
const scope = () => ({ project: bench.caller.project.id, environment: "production" });
const unit = async (name = "web") => (await bench.file.store.units(scope(), name))[0];
const looks = () => bench.calls.filter(({ verb }) => verb === "observe").length;
const due = () => bench.file.store.nextDue();

describe("a look", () => {
  beforeEach(async () => {
    await bench.connect("cloud", sandboxTarget("ecs"));
    await put();
    await bench.run(GRACE_MS + 20_000, 5_000);
  });

  test.each([
    [
      "fails",
      {
        before: ({ verb }: { readonly verb: string }) => {
          if (verb === "observe") throw new AdapterError("unavailable", "no answer");
        },
      },
    ],
    ["sees only a part", { sighting: () => ({ complete: false, observations: [], unrecognised: [] }) }],
  ])("that %s never reads as gone", async (_what, interference) => {
    const before = await unit();
    bench.calls.length = 0;
    bench.interference = interference;
    await bench.run(2 * GRACE_MS, 5_000);
    expect(looks()).toBeGreaterThan(1);
    expect((await unit())?.observation).toMatchObject({ phase: "ready", ready: before?.observation?.ready });
    expect(bench.calls.filter(({ verb }) => verb === "apply")).toEqual([]);
  });

  test("that is complete and sees nothing makes the unit be started again", async () => {
    const sighting = () => ({ complete: true, observations: [], unrecognised: [] });
    bench.interference = { sighting };
    bench.calls.length = 0;
    await bench.run(20_000, 5_000);
    expect(bench.calls.filter(({ verb }) => verb === "apply").map((call) => call.unit)).toEqual([
      (await unit())?.unit.id,
    ]);
  });

  test("that fails leaves the target alone for a while, and says why", async () => {
    bench.calls.length = 0;
    bench.interference = {
      before: () => {
        throw new AdapterError("denied", "the role may not list services");
      },
    };
    await bench.run(30_000, 250);
    expect(looks()).toBeLessThanOrEqual(6);
    expect(bench.logged).toContain(
      "warn: target cloud could not be looked at: the role may not list services",
    );
  });

  test("is rare at rest and frequent while something changes", async () => {
    bench.calls.length = 0;
    await bench.run(60_000, 250);
    expect(looks()).toBeLessThanOrEqual(5);
    await bench.connect("cloud", sandboxTarget("ecs", { delaysMs: { ready: 10_000 } }));
    await deploy(bench.main.ports, bench.caller, "web", { spec: webSpec({ image: "localhost/web:2" }) });
    bench.calls.length = 0;
    await bench.run(10_000, 250);
    expect(looks()).toBeGreaterThanOrEqual(15);
  });

  test("is made by one process at a time", async () => {
    const [a, b] = [bench.process(), bench.process()];
    bench.clock.now += 60_000;
    bench.calls.length = 0;
    let during = 0;
    bench.interference = {
      before: async () => {
        if (during++ === 0) await b.sweep();
      },
    };
    await a.sweep();
    expect(looks()).toBe(1);
  });

  test("comes at the next turn where something was just sent", async () => {
    const memory = sweepMemory();
    await sweep(bench.main.reconcile, memory, SIGNAL);
    const { nextAt } = await sweep(bench.main.reconcile, memory, SIGNAL);
    expect(nextAt).toBeGreaterThan(bench.clock.now);
    const [target] = await bench.file.store.allTargets();
    sweepSoon(memory, target?.id ?? "");
    bench.calls.length = 0;
    await sweep(bench.main.reconcile, memory, SIGNAL);
    expect(looks()).toBe(1);
  });
});

describe("what carries our mark and is not known", () => {
  beforeEach(async () => {
    await bench.connect("cloud", sandboxTarget("ecs"));
  });

  test("is reported, with what it is, and left alone", async () => {
    const stray = { unit: "s", name: "bstray", project: "p", workload: "web", detail: "made for p/web" };
    bench.interference = {
      sighting: (sighting) => ({
        ...sighting,
        unrecognised: [{ ...stray, environment: "production" }, stray],
      }),
    };
    await bench.run(16_000, 1_000);
    expect(bench.logged).toContain("warn: unrecognised resource bstray at target cloud: made for p/web");
    expect(bench.calls.filter(({ verb }) => verb === "destroy")).toEqual([]);
  });

  test("goes again when this database has buried it: a call that came late has made it anew", async () => {
    await deploy(bench.main.ports, bench.caller, "web", { spec: workerSpec() });
    await bench.run(5_000);
    const old = await unit();
    const target = await bench.file.store.target(scope().project, "cloud");
    if (old === undefined || target === undefined) throw new Error("it runs");
    await deploy(bench.main.ports, bench.caller, "web", { spec: workerSpec({ image: "localhost/web:2" }) });
    await bench.run(10_000);
    await bench.main.reconcile.open(target).apply(old.unit, { signal: SIGNAL });
    await bench.run(1_000);
    expect(await bench.made("cloud")).toHaveLength(2);
    await bench.run(40_000, 1_000);
    expect((await bench.made("cloud")).map(({ image }) => image)).toEqual(["localhost/web:2"]);
    expect(bench.logged.join()).toContain("a call that came late made it again");
  });
});

test("what cannot be taken away keeps nothing else from going, and voids no look", async () => {
  await bench.connect("cloud", sandboxTarget("ecs"));
  const buried = async (image: string) => {
    await deploy(bench.main.ports, bench.caller, "web", { spec: workerSpec({ image }) });
    await bench.run(40_000, 1_000);
    return (await unit())?.unit;
  };
  const [one, two] = [await buried("localhost/web:1"), await buried("localhost/web:2")];
  await buried("localhost/web:3");
  const target = await bench.file.store.target(scope().project, "cloud");
  if (one === undefined || two === undefined || target === undefined) throw new Error("they ran");
  for (const late of [one, two]) await bench.main.reconcile.open(target).apply(late, { signal: SIGNAL });
  let refused: string | undefined;
  bench.interference = {
    before: ({ verb, unit: id }) => {
      if (verb === "destroy" && (refused ??= id) === id) throw new AdapterError("denied", "not this one");
    },
  };
  await bench.run(60_000, 1_000);
  const left = (await bench.made("cloud")).map(({ id }) => id);
  expect(new Set(left)).toEqual(new Set([refused, (await unit())?.unit.id]));
  expect(bench.logged.join()).toContain("could not be taken away: not this one");
  expect(bench.logged.join()).not.toContain("could not be looked at");
});

describe("the silence of an agent", () => {
  test("makes its workloads due when it begins and when it ends, each once", async () => {
    const attic = await joinHost(bench, "attic");
    await put();
    await put("api");
    await runWith(bench, [attic], 60_000);
    expect(await due()).toBeUndefined();
    const { silentAfterMs } = bench.main.reconcile.timing;
    bench.clock.now += silentAfterMs;
    await bench.main.sweep();
    expect(await due()).toBe(bench.clock.now);
    expect(bench.logged).toContain("warn: agent attic is silent");
    await bench.main.pass();
    const route = await bench.file.store.routeByName(scope().project, "production", "api");
    expect(route?.upstreams).toMatchObject([{ weight: 0 }]);
    await attic.sync();
    bench.clock.now += 500;
    await bench.main.sweep();
    expect(bench.logged).toContain("info: agent attic is back");
    await bench.main.pass();
    const again = await bench.file.store.routeByName(scope().project, "production", "api");
    expect(again?.upstreams).toMatchObject([{ weight: 100 }]);
  });

  test("reaches every workload on it, also those whose names run together", async () => {
    const attic = await joinHost(bench, "attic");
    await putEnvironment(bench.main.ports, bench.caller, "b", {});
    await putEnvironment(bench.main.ports, bench.caller, "bb", {});
    const put = (name: string, environment: string) =>
      deploy(bench.main.ports, { ...bench.caller, environment }, name, { spec: workerSpec({ name }) });
    await put("ab", "b");
    await put("a", "bb");
    await runWith(bench, [attic], 30_000);
    bench.clock.now += 3_500;
    await bench.main.sweep();
    for (let workloads = 0; workloads < 2; workloads += 1)
      expect(await bench.file.store.claimDue(bench.clock.now, 1_000)).toBeDefined();
  });

  test("before one lease of the broker's own has passed is none", async () => {
    const attic = await joinHost(bench, "attic");
    await put();
    await runWith(bench, [attic], 60_000);
    bench.clock.now += 3_600_000;
    bench.restart();
    await bench.run(bench.main.reconcile.timing.leaseMs - 1_000);
    expect(bench.logged.join()).not.toContain("is silent");
    await bench.run(2_000);
    expect(bench.logged.join()).toContain("is silent");
  });
});
