import { builtInBook } from "../../../src/catalog/shipped-book.ts";
import type { Cloud } from "../../../src/domain/place.ts";
import type { Unit } from "../../../src/domain/plan.ts";
import { USUAL_RULES } from "../../../src/adapters/aci/simulator/rules.ts";
import { createRegistry, adapterFactories } from "../../../src/adapters/registry.ts";
import { loopbackServers } from "../../../src/adapters/sandbox/servers.ts";
import type { SandboxState } from "../../../src/adapters/sandbox/state.ts";
import { memoryAgents } from "../agent/memory-agents.ts";
import type { Bench } from "../contract.ts";
import { call, clock, target, unit as makeUnit } from "../fixtures.ts";
import { testCloudPorts } from "../cloud-ports.ts";
import { judgeSimulated } from "../../contracts/judge-simulated.ts";
import { WatchedClouds } from "./above.ts";

/** A region each cloud has. */
export const REGIONS: Readonly<Record<Cloud, string>> = {
  ecs: "eu-west-1",
  aci: "westeurope",
  "cloud-run": "europe-west1",
};

const ID = "tgt_sandbox";

/** The whole sandbox of one target: its clock, its account and its listeners, with the adapter as the registry opens it. */
export function sandbox(
  simulates: Cloud,
  options: Readonly<Record<string, unknown>> = {},
  kept?: SandboxState,
) {
  const time = clock();
  const state = new WatchedClouds(time.now, kept);
  const servers = loopbackServers();
  let broken = false;
  const ports = {
    sandboxState: {
      load: async (id: string) => {
        if (broken) throw new Error("the disk is gone");
        return await state.load(id);
      },
      save: (...given: Parameters<SandboxState["save"]>) => state.save(...given),
    },
    sandboxServers: servers,
    sandboxJudge: judgeSimulated,
    agentDirectory: memoryAgents(time.now).directory,
    book: builtInBook,
    now: time.now,
    cloud: testCloudPorts({ now: time.now }),
  };
  const registry = createRegistry(adapterFactories(ports));
  const row = (sandboxOptions: Readonly<Record<string, unknown>>, version: number) => {
    const config = { simulates, region: REGIONS[simulates], sandbox: sandboxOptions };
    state.knows({ id: ID, config });
    return target("sandbox", config, { version });
  };
  return {
    time,
    state,
    servers,
    /** The same target with other options, as a later version of its row. */
    reopen: (changed: Readonly<Record<string, unknown>>, version: number) =>
      registry.open(row(changed, version)),
    adapter: registry.open(row(options, 1)),
    breakDown: () => {
      broken = true;
    },
    /** Version of the account, which a write makes one higher. */
    version: async () => (await state.load(ID)).version,
    async made() {
      // Another process may have written since.
      await state.load(ID);
      return state.units(ID).map(({ id }) => id);
    },
    tries: () => state.tries(ID),
  };
}

/** Another unit for each number, of a size that the cloud sells and billed as it bills that size. */
export function unitAt(cloud: Cloud, number: number, changes: Partial<Unit> = {}): Unit {
  const place = { provider: cloud, target: "here", region: REGIONS[cloud] };
  return makeUnit(number, place, { ...SIZES[cloud], ...changes });
}

const SIZES: Readonly<Record<Cloud, Partial<Unit>>> = {
  ecs: {},
  aci: { shape: { milliCpu: 1_000, memoryMiB: 1_024, ephemeralStorageGiB: 50, arch: "amd64" } },
  "cloud-run": { billing: "request" },
};

const SIMULATED = `sandbox/${ID}/aci/${USUAL_RULES.subscriptionId}/${REGIONS.aci}`;
/** Services of the others take one resource each, whatever their replicas are. */
const ROOMS: Readonly<Record<Cloud, readonly string[]>> = {
  ecs: [],
  aci: [
    `sandbox/${ID}`,
    `${SIMULATED}/ContainerGroups`,
    `${SIMULATED}/StandardCores`,
    `${SIMULATED}/StandardSpotCores`,
  ],
  "cloud-run": [],
};

/** A sandbox as the contract test needs it. */
export async function sandboxBench(simulates: Cloud): Promise<Bench> {
  const lost = { on: "apply", kind: "unavailable", times: 1, lostAnswer: true, workload: "web" };
  const here = sandbox(simulates);
  let { adapter } = here;
  let made = 0;
  const unit = (changes: Partial<Unit> = {}) => unitAt(simulates, (made += 1), changes);
  return {
    get adapter() {
      return adapter;
    },
    unit,
    rooms: ROOMS[simulates],
    want: () => {},
    doom: () => {},
    settle: async () => here.time.pass(5_000),
    made: () => here.made(),
    async stranger() {
      const stray = unit({ workload: "stray" });
      await adapter.apply(stray, call());
      return stray.id;
    },
    loseAnswer() {
      adapter = here.reopen({ faults: [lost] }, 2);
    },
    breakDown: here.breakDown,
    tries: {
      want: () => {},
      end: () => {},
      show: async () => here.time.pass(500),
      started: async () => here.tries().map(({ name }) => name),
    },
    close: () => here.servers.close(),
  };
}
