import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { look, silence } from "../../src/reconcile/look.ts";
import { joinHost, runWith } from "../broker/agents.ts";
import { openBench, type Bench } from "../broker/ports.ts";
import { webSpec } from "../broker/specs.ts";
import { TIMING } from "./fixtures.ts";

describe("silence", () => {
  const started = { startedAt: 100_000, timing: TIMING };

  test("is counted from the agent's last word", () => {
    expect(silence(started, 150_000, 154_000)).toBe(4_000);
    expect(silence(started, 154_000, 154_000)).toBe(0);
  });

  test("is none before one lease has passed since the broker's start: it was us who were away", () => {
    expect(silence(started, 0, 100_000 + TIMING.leaseMs - 1)).toBe(0);
    expect(silence(started, undefined, 100_000 + TIMING.leaseMs - 1)).toBe(0);
  });

  test("is never longer than the broker has been there to hear", () => {
    expect(silence(started, 0, 100_000 + TIMING.leaseMs)).toBe(TIMING.leaseMs);
    expect(silence(started, undefined, 200_000)).toBe(100_000);
  });

  test("of a word from a clock that runs ahead is none", () => {
    expect(silence(started, 200_000, 150_000)).toBe(0);
  });
});

describe("a look", () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(async () => {
    await bench.close();
  });

  test("knows how long each host has been silent, and counts only what somebody counts", async () => {
    const attic = await joinHost(bench, "attic");
    const { plan } = await deploy(bench.main.ports, bench.caller, "web", { spec: webSpec() });
    await runWith(bench, [attic], 15_000);
    bench.clock.now += 2_500;
    await bench.file.store.makeDue({ project: plan.project, environment: "production" }, "web", 0);
    const claim = await bench.file.store.claimDue(bench.clock.now, 1_000);
    if (claim === undefined) throw new Error("it is due");
    const id = plan.units[0]?.id ?? "";
    const world = await look(bench.main.reconcile, claim);
    expect(world).toMatchObject({ inForce: plan.id, silentMs: new Map([[id, 2_500]]), inflight: new Map() });
    bench.inflight.set(id, 0);
    expect((await look(bench.main.reconcile, claim)).inflight).toEqual(new Map([[id, 0]]));
  });

  test("waits for a silent host as long as the plan's policy tolerates, never less than until it gets no traffic", async () => {
    await joinHost(bench, "attic");
    const replaceAfterMs = async (tolerationSeconds: number): Promise<number> => {
      const policy = { failover: { tolerationSeconds } };
      await deploy(bench.main.ports, bench.caller, "web", { spec: { ...webSpec(), policy } });
      await bench.file.store.makeDue(
        { project: bench.caller.project.id, environment: "production" },
        "web",
        0,
      );
      const claim = await bench.file.store.claimDue(bench.clock.now, 1);
      if (claim === undefined) throw new Error("it is due");
      bench.clock.now += 2;
      return (await look(bench.main.reconcile, claim)).timing.replaceAfterMs;
    };
    const { silentAfterMs } = bench.main.reconcile.timing;
    expect(await replaceAfterMs(600)).toBe(600_000);
    expect(await replaceAfterMs(0)).toBe(silentAfterMs);
  });
});
