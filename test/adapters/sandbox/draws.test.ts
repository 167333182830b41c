import { describe, expect, test } from "vitest";
import { SIMULATED_CLOUDS } from "../../../src/adapters/registry.ts";
import { sandboxAdapter } from "../../../src/adapters/sandbox/index.ts";
import { namesOnly } from "../../../src/adapters/sandbox/serving.ts";
import { memoryState } from "../../../src/adapters/sandbox/state.ts";
import { builtInBook } from "../../../src/catalog/shipped-book.ts";
import type { Cloud } from "../../../src/domain/place.ts";
import { judgeSimulated } from "../../contracts/judge-simulated.ts";
import { call, clock, needs, target } from "../fixtures.ts";
import { REGIONS, unitAt } from "./bench.ts";

/** Sandboxes of one broker, each opened by its target's id. */
function broker() {
  const time = clock();
  const ports = {
    sandboxState: memoryState(),
    sandboxServers: namesOnly(),
    sandboxJudge: judgeSimulated,
    book: builtInBook,
    now: time.now,
  };
  const open = (id: string, simulates: Cloud = "aci", resources = 10) => {
    const config = { simulates, region: REGIONS[simulates], sandbox: { quota: { resources } } };
    return sandboxAdapter(target("sandbox", config, { id }), ports, SIMULATED_CLOUDS);
  };
  return { time, open };
}

const onDemand = async (adapter: ReturnType<ReturnType<typeof broker>["open"]>, workload: string) => {
  const offers = await adapter.offers(needs({ workload, milliCpu: 1_000 }), call());
  return offers.find(({ billing }) => billing === "on-demand");
};

describe("the room of a simulated account", () => {
  test("is its groups where each replica is one, and what the simulated subscription tells, under the sandbox's own name", async () => {
    const { open } = broker();
    const draws = (await onDemand(open("tgt_a"), "web"))?.draws;
    const simulated = "sandbox/tgt_a/aci/00000000-0000-0000-0000-000000000001/westeurope";
    expect(draws).toEqual([
      { pool: "sandbox/tgt_a", replicas: 10 },
      { pool: `${simulated}/StandardCores`, milliCpu: 100_000 },
      { pool: `${simulated}/ContainerGroups`, replicas: 10 },
    ]);
  });

  test("is never another sandbox's, also where both have one name", async () => {
    const { open } = broker();
    const pools = async (id: string) => {
      const draws = (await onDemand(open(id), "web"))?.draws ?? [];
      return new Set(draws.map(({ pool }) => pool));
    };
    const [one, other] = [await pools("tgt_a"), await pools("tgt_b")];
    expect([one.size, other.size]).toEqual([3, 3]);
    for (const pool of other) expect(one).not.toContain(pool);
  });

  test("is less by what anybody runs there, and whoever runs there counts its own beside what is left", async () => {
    const { open, time } = broker();
    const adapter = open("tgt_a");
    await adapter.apply(unitAt("aci", 1), call());
    time.pass(5_000);
    const room = async (workload: string) => {
      const { draws = [], capacityReplicas } = (await onDemand(adapter, workload)) ?? {};
      return { left: draws.map(({ replicas, milliCpu }) => replicas ?? milliCpu), capacityReplicas };
    };
    expect(await room("api")).toEqual({ left: [8, 98_000, 8], capacityReplicas: 8 });
    expect(await room("web")).toEqual({ left: [8, 98_000, 8], capacityReplicas: 10 });
  });

  test.each(["ecs", "cloud-run"] as const)(
    "is none in a sandbox of %s, where a unit takes one resource whatever its replicas",
    async (cloud) => {
      const { open } = broker();
      const offers = await open("tgt_a", cloud).offers(needs(), call());
      expect(offers.length).toBeGreaterThan(0);
      for (const offer of offers) expect(offer).not.toHaveProperty("draws");
    },
  );
});
