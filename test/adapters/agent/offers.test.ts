import { describe, expect, test } from "vitest";
import { agentsAdapter } from "../../../src/adapters/agent/index.ts";
import { REPLACE_AFTER_MS } from "../../../src/domain/agent-timing.ts";
import type { AgentReport } from "../../../src/domain/agent.ts";
import type { Needs } from "../../../src/domain/needs.ts";
import { call, clock, needs, target, unit } from "../fixtures.ts";
import { memoryAgents } from "./memory-agents.ts";

function pool(config: Readonly<Record<string, unknown>> = {}) {
  const time = clock();
  const hosts = memoryAgents(time.now);
  const ports = { agentDirectory: hosts.directory, now: time.now };
  const adapter = agentsAdapter(target("agents", { pool: "home", ...config }), ports);
  return {
    time,
    hosts,
    adapter,
    offers: (changes: Partial<Needs> = {}) => adapter.offers(needs(changes), call()),
  };
}
async function only(report: Partial<AgentReport>, changes: Partial<Needs> = {}, config = {}) {
  const here = pool(config);
  here.hosts.join("attic", report);
  const [offer] = await here.offers(changes);
  if (offer === undefined) throw new Error("no offer");
  return offer;
}

const BERLIN = { latitude: 52.5, longitude: 13.4 };

describe("offers of a pool", () => {
  test("are one for each host, of exactly the size asked, labelled as the host is", async () => {
    const { hosts, offers } = pool({ jurisdictions: ["DE", "EU"], location: BERLIN, gridGramsPerKwh: 350 });
    hosts.join("attic");
    hosts.join("cellar", { arch: "arm64", labels: { zone: "cellar" } });
    hosts.join("elsewhere", {}, "other");
    const made = await offers({ milliCpu: 130, memoryMiB: 333 });
    expect(made.map(({ place }) => place)).toEqual([
      { provider: "agents", target: "here", region: "home", host: "agt-attic" },
      { provider: "agents", target: "here", region: "home", host: "agt-cellar" },
    ]);
    expect(made.map(({ shape }) => shape)).toEqual([
      { milliCpu: 130, memoryMiB: 333, ephemeralStorageGiB: 20, arch: "amd64" },
      { milliCpu: 130, memoryMiB: 333, ephemeralStorageGiB: 20, arch: "arm64" },
    ]);
    expect(made[1]).toMatchObject({
      labels: { zone: "cellar" },
      jurisdictions: ["DE", "EU"],
      location: BERLIN,
      gridGramsPerKwh: 350,
      billing: "own",
      simulated: false,
    });
    expect(made.every(({ impossible, fidelity }) => impossible.length === 0 && fidelity.length === 0)).toBe(
      true,
    );
  });

  test("of a pool nobody joined are one line that says how to join", async () => {
    const [offer, ...others] = await pool().offers();
    expect(others).toEqual([]);
    expect(offer?.impossible[0]?.message).toContain("No agent has joined the pool home");
  });

  test.each([
    ["its engine does not answer", { engineOk: false }, {}, "agent-engine", "start podman again"],
    [
      "its processor is another",
      { arch: "arm64" as const },
      { arch: "amd64" as const },
      "agent-arch",
      "set resources.arch to arm64",
    ],
    [
      "its guard does not allow the registry",
      { guard: { registries: ["ghcr.io/acme", "quay.io"] } },
      { registries: ["docker.io", "ghcr.io"] },
      "agent-registry",
      "not from docker.io",
    ],
    [
      "its guard allows less memory",
      { guard: { registries: ["*"], maxMemoryMiB: 256 } },
      {},
      "agent-memory",
      "allows 256 MiB",
    ],
    ["it is smaller than one replica", {}, { memoryMiB: 9_000 }, "size", "has 8 GiB of memory in all"],
    ["it has fewer processors than one replica needs", {}, { milliCpu: 5_000 }, "size", "has 4 CPUs in all"],
  ])("say why a host cannot: %s", async (_why, report, changes, rule, sentence) => {
    const { impossible } = await only(report, changes);
    expect(impossible).toEqual([
      expect.objectContaining({ rule, message: expect.stringContaining(sentence) }),
    ]);
  });

  test("a host that was silent for too long, or never reported, takes nothing", async () => {
    const { time, hosts, offers } = pool();
    hosts.join("attic");
    hosts.joinSilently("cellar");
    time.pass(REPLACE_AFTER_MS - 1);
    const rules = async () =>
      (await offers()).map(({ impossible }) => impossible.map(({ message }) => message).join());
    expect(await rules()).toEqual(["", expect.stringContaining("has joined but not reported yet")]);
    time.pass(1);
    expect((await rules())[0]).toContain(`silent for ${REPLACE_AFTER_MS / 1_000} s`);
  });

  test("an owner's limit for one container says nothing about the sum of several", async () => {
    const limited = { guard: { registries: ["*"], maxMemoryMiB: 256 } };
    expect((await only(limited, { containers: 2 })).impossible).toEqual([]);
  });

  test("what is not exactly as written is said: scaling, and the size of scratch volumes", async () => {
    const demands = [
      { feature: "autoscale" as const, pointer: "/scale" },
      { feature: "scratch-volumes" as const, pointer: "/volumes/0" },
    ];
    const { fidelity, impossible } = await only({}, { demands });
    expect(fidelity.map(({ field, level }) => [field, level])).toEqual([
      ["/scale", "emulated"],
      ["/volumes/0", "emulated"],
    ]);
    expect(impossible).toEqual([]);
  });
});

describe("the path to a host", () => {
  test.each([
    [undefined, { transport: "line", reach: "line", bypassable: false }],
    ["192.0.2.7", { transport: "plain", reach: "ip", bypassable: true }],
    ["attic.example", { transport: "plain", reach: "name", bypassable: true }],
    ["127.0.0.1", { transport: "plain", reach: "loopback", bypassable: false }],
  ])("with address %s is %o", async (address, path) => {
    expect((await only({ address })).path).toEqual(path);
  });
});

describe("the room on a host", () => {
  const at = { provider: "agents", target: "here", region: "home", host: "agt-attic" } as const;
  const roomWith = async (...units: readonly ReturnType<typeof unit>[]) => {
    const { hosts, offers } = pool();
    hosts.join("attic", { capacity: { milliCpu: 8_000, memoryMiB: 4_096 } });
    for (const one of units) hosts.put(one);
    return (await offers())[0]?.capacityReplicas;
  };
  const small = { milliCpu: 250, memoryMiB: 1_024, ephemeralStorageGiB: 20, arch: "any" } as const;

  test("is what CPU and memory leave, whichever ends first", async () => {
    expect(await roomWith()).toBe(8);
    expect((await only({ capacity: { milliCpu: 1_000, memoryMiB: 4_096 } })).capacityReplicas).toBe(4);
  });

  test("is less by what others are meant to run there", async () => {
    expect(await roomWith(unit(1, at, { workload: "api", shape: small }))).toBe(4);
    expect(await roomWith(unit(1, at, { workload: "api" }))).toBe(6);
  });

  test("does not count the workload's own units of this size twice, so that a full host can keep them", async () => {
    const own = unit(1, at, { replicas: { min: 8, max: 8 } });
    expect(await roomWith(own)).toBe(8);
  });

  test("counts own units of another size: the new ones start beside them", async () => {
    expect(await roomWith(unit(1, at, { shape: small }))).toBe(4);
  });

  test("of two environments with a workload of this name, one keeps its own and the other takes room", async () => {
    const own = unit(1, at, { replicas: { min: 4, max: 4 } });
    const staging = unit(2, at, { replicas: { min: 4, max: 4 }, environment: "staging" });
    expect(await roomWith(own, staging)).toBe(4);
  });

  test("that is over-full is none, not less", async () => {
    expect(await roomWith(unit(1, at, { workload: "api", shape: { ...small, memoryMiB: 9_000 } }))).toBe(0);
  });
});

describe("the price of a host", () => {
  const month = async (config: Readonly<Record<string, unknown>>) =>
    (await only({}, { scale: { min: 1, max: 3 } }, config)).price;

  test("is nothing where the host is already paid, and says what it leaves out", async () => {
    const price = await month({});
    expect([price?.floorUsd, price?.expectedUsd, price?.ceilingUsd]).toEqual(["0", "0", "0"]);
    expect(price?.notPriced).toHaveLength(1);
  });

  test("by its parts is CPU and memory for each replica, all month", async () => {
    const price = await month({ usdPerVcpuHour: "0.04", usdPerGibHour: 0.01 });
    // 730 h x 0.25 vCPU x 0.04 + 730 h x 0.5 GiB x 0.01
    expect([price?.floorUsd, price?.expectedUsd, price?.ceilingUsd]).toEqual(["10.95", "10.95", "32.85"]);
    expect(price?.lines.map(({ meter, usd }) => [meter, usd])).toEqual([
      ["cpu-hour", "7.3"],
      ["memory-gib-hour", "3.65"],
    ]);
    expect(price?.asOf).toEqual({ from: "2026-11-23", to: "2026-11-23" });
  });

  test("as a whole is the larger of its shares: 1/16 of the CPU, 1/16 of the memory", async () => {
    expect((await month({ usdPerHour: "0.16" }))?.floorUsd).toBe("7.3");
  });
});
