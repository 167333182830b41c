import { describe, expect, test } from "vitest";
import { agentsAdapter } from "../../../src/adapters/agent/index.ts";
import { replicasIn } from "../../../src/domain/replicas-in.ts";
import { call, clock, needs, target, unit } from "../fixtures.ts";
import { memoryAgents } from "./memory-agents.ts";

const AT = { provider: "agents", target: "here", region: "home", host: "agt-attic" } as const;
const CAPACITY = { milliCpu: 8_000, memoryMiB: 4_096 };

function hosts() {
  const time = clock();
  const agents = memoryAgents(time.now);
  const ports = { agentDirectory: agents.directory, now: time.now };
  const offersOf = async (workload: string, name = "here") => {
    const adapter = agentsAdapter(target("agents", { pool: "home" }, { name }), ports);
    return await adapter.offers(needs({ workload }), call());
  };
  const drawsOf = async (workload: string, name?: string) =>
    (await offersOf(workload, name)).map(({ draws }) => draws);
  return { agents, offersOf, drawsOf };
}

describe("the room of a host", () => {
  test("is one by its agent's id, with all of its CPU and memory, and another host's is another", async () => {
    const { agents, drawsOf } = hosts();
    agents.join("attic", { capacity: CAPACITY });
    agents.join("cellar", { capacity: { milliCpu: 1_999.5, memoryMiB: 1_024 } });
    expect(await drawsOf("web")).toEqual([
      [{ pool: "agents/agt-attic", ...CAPACITY }],
      [{ pool: "agents/agt-cellar", milliCpu: 1_999, memoryMiB: 1_024 }],
    ]);
  });

  test("is the same through every target of its pool", async () => {
    const { agents, drawsOf } = hosts();
    agents.join("attic", { capacity: CAPACITY });
    agents.put(unit(1, AT, { workload: "api" }));
    expect(await drawsOf("web", "there")).toEqual(await drawsOf("web", "here"));
  });

  test("is less by what anybody runs there, the asking workload's own included", async () => {
    const { agents, drawsOf, offersOf } = hosts();
    agents.join("attic", { capacity: CAPACITY });
    // Two replicas of 250 mCPU and 512 MiB each.
    agents.put(unit(1, AT));
    const left = [[{ pool: "agents/agt-attic", milliCpu: 7_500, memoryMiB: 3_072 }]];
    expect(await drawsOf("api")).toEqual(left);
    expect(await drawsOf("web")).toEqual(left);
    agents.put(unit(2, AT, { workload: "api", replicas: { min: 1, max: 1 } }));
    const [offer] = await offersOf("web");
    expect(offer?.draws).toEqual([{ pool: "agents/agt-attic", milliCpu: 7_250, memoryMiB: 2_560 }]);
    expect(offer?.capacityReplicas).toBe(replicasIn(needs(), offer?.draws ?? []) + 2);
  });

  test("that is over-full is nothing, not less, of what there is too little of", async () => {
    const { agents, drawsOf } = hosts();
    agents.join("attic", { capacity: CAPACITY });
    agents.put(
      unit(1, AT, { shape: { milliCpu: 250, memoryMiB: 9_000, ephemeralStorageGiB: 20, arch: "any" } }),
    );
    expect(await drawsOf("api")).toEqual([[{ pool: "agents/agt-attic", milliCpu: 7_500, memoryMiB: 0 }]]);
  });

  test("is not told where its agent never reported, or nobody joined", async () => {
    const { agents, drawsOf } = hosts();
    expect(await drawsOf("web")).toEqual([undefined]);
    agents.joinSilently("cellar");
    expect(await drawsOf("web")).toEqual([undefined]);
  });
});
