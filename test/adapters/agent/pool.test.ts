import { describe, expect, test } from "vitest";
import { unitRef } from "../../../src/adapters/adapter.ts";
import { agentsAdapter } from "../../../src/adapters/agent/index.ts";
import { parseAgentsConfig } from "../../../src/adapters/agent/config.ts";
import { LEASE_MS } from "../../../src/domain/agent-timing.ts";
import { Fault } from "../../../src/domain/fault.ts";
import type { Observation } from "../../../src/domain/observation.ts";
import { call, clock, START, target, unit } from "../fixtures.ts";
import { memoryAgents } from "./memory-agents.ts";
import { knownOf, knownWith } from "../known.ts";

function pool() {
  const time = clock();
  const hosts = memoryAgents(time.now);
  const [attic, cellar] = [hosts.join("attic"), hosts.join("cellar")];
  const adapter = agentsAdapter(target("agents", { pool: "home" }), {
    agentDirectory: hosts.directory,
    now: time.now,
  });
  const at = (host: string) => ({ provider: "agents", target: "here", region: "home", host }) as const;
  return { time, hosts, attic, cellar, adapter, at };
}
const stopped = (id: string, replicas: number): Observation => ({
  unit: id,
  phase: "stopped",
  ready: 0,
  replicas,
  endpoints: [],
  restarts: 0,
  lastLines: [],
  at: START,
});

describe("apply in a pool", () => {
  test("rings the unit's own host and tells what was last heard", async () => {
    const { hosts, attic, adapter, at } = pool();
    const web = unit(1, at(attic));
    hosts.put(web);
    expect(await adapter.apply(web, call())).toMatchObject({ unit: web.id, phase: "creating", ready: 0 });
    expect(hosts.rung).toEqual([attic]);
    hosts.sync(attic);
    expect(await adapter.apply(web, call())).toMatchObject({ phase: "ready", ready: 2 });
  });

  test("on a host that has left asks for another place", async () => {
    const { hosts, attic, adapter, at } = pool();
    hosts.leave(attic);
    await expect(adapter.apply(unit(1, at(attic)), call())).rejects.toMatchObject({ kind: "capacity" });
  });
});

describe("a look at a pool", () => {
  test("is complete only while every host with units was heard of within the lease", async () => {
    const { time, hosts, attic, cellar, adapter, at } = pool();
    hosts.put(unit(1, at(attic)));
    hosts.sync(attic);
    hosts.sync(cellar);
    const complete = async () => (await adapter.observe(knownOf(), call())).complete;
    time.pass(LEASE_MS);
    expect(await complete()).toBe(true);
    time.pass(1);
    expect(await complete()).toBe(false);
    // The other host has nothing of ours, so its silence proves nothing and costs nothing.
    hosts.sync(attic);
    expect(await complete()).toBe(true);
  });

  test("is not complete while an engine with units does not answer", async () => {
    const { hosts, adapter, at } = pool();
    const shed = hosts.join("shed", { engineOk: false });
    hosts.put(unit(1, at(shed)));
    expect((await adapter.observe(knownOf(), call())).complete).toBe(false);
  });

  test("says of what is unrecognised how its owner removes it, with that host's engine and no word of an agent's in a shell", async () => {
    const { hosts, adapter } = pool();
    const stray = { unit: "u-1", name: "bx", project: "p", workload: "w", detail: "one container" };
    const said = async (engine: string, unit = stray.unit) => {
      const host = hosts.join(`${engine}-${unit.length}`, { engine });
      hosts.findStrays(host, [{ ...stray, unit }]);
      return (await adapter.observe(knownOf(), call())).unrecognised.at(-1)?.byHand ?? "";
    };
    for (const tool of ["docker", "podman"])
      expect(await said(tool)).toBe(
        `An agent takes away only what Berth has put there. On host ${tool}-3:  ${tool} ps -aq --filter label=berth.unit=u-1 | xargs -r ${tool} rm -f`,
      );
    expect(await said("containerd")).toContain("remove bx with its engine's own tool");
    expect(await said("docker", "u; reboot")).not.toContain("reboot");
  });

  test("leaves out of the unrecognised what this database knows", async () => {
    const { hosts, attic, adapter, at } = pool();
    const mine = unit(1, at(attic));
    const found = { project: "p", workload: "w", detail: "one container" };
    hosts.findStrays(attic, [
      { ...found, unit: mine.id, name: mine.name },
      // By an agent's word a try is a unit of its own.
      { ...found, unit: "try-1", name: "btry1" },
      { ...found, unit: "try-2", name: "btry2" },
      { ...found, unit: "foreign", name: "bforeign" },
    ]);
    const { unrecognised } = await adapter.observe(knownWith(mine, ["btry1"]), call());
    expect(unrecognised.map((one) => one.unit)).toEqual(["try-2", "foreign"]);
  });
});

describe("destroy in a pool", () => {
  test("is gone only once the host has looked and found nothing left", async () => {
    const { hosts, attic, adapter, at } = pool();
    const web = unit(1, at(attic));
    hosts.doom(web);
    const destroy = () => adapter.destroy(unitRef(web), call());
    expect(await destroy()).toBe("going");
    expect(hosts.rung).toEqual([attic]);
    // It had stopped before it was doomed, or its containers are still there: not gone.
    const heard = (replicas: number, observedAt: number) =>
      hosts.put(web, { state: "doomed", observation: stopped(web.id, replicas), observedAt });
    heard(0, START);
    expect(await destroy()).toBe("going");
    heard(2, START + 1);
    expect(await destroy()).toBe("going");
    heard(0, START + 1);
    expect(await destroy()).toBe("gone");
  });

  test("is gone when the host was removed from the pool", async () => {
    const { hosts, attic, adapter, at } = pool();
    const web = unit(1, at(attic));
    hosts.doom(web);
    hosts.leave(attic);
    expect(await adapter.destroy(unitRef(web), call())).toBe("gone");
  });

  test("finds a unit whose host nobody remembers", async () => {
    const { hosts, cellar, adapter, at } = pool();
    const web = unit(1, at(cellar));
    hosts.doom(web);
    expect(await adapter.destroy({ ...unitRef(web), host: undefined }, call())).toBe("going");
    expect(hosts.rung).toEqual([cellar]);
  });
});

describe("logs in a pool", () => {
  test("say so when the line is closed, and when no host holds the unit", async () => {
    const { hosts, attic, adapter, at } = pool();
    const web = unit(1, at(attic));
    const logs = () => adapter.logs?.(unitRef(web), { tail: 1, follow: false }, call());
    await expect(logs()).rejects.toMatchObject({ kind: "invalid" });
    hosts.put(web);
    hosts.hangUp(attic);
    await expect(logs()).rejects.toMatchObject({ kind: "unavailable" });
  });
});

describe("a pool's configuration", () => {
  const problemsOf = (document: unknown) => {
    try {
      parseAgentsConfig(document);
      return [];
    } catch (error) {
      return error instanceof Fault ? error.problems.map(({ pointer }) => pointer) : undefined;
    }
  };

  test("needs a pool; without rates its hosts are already paid", () => {
    expect(parseAgentsConfig({ kind: "agents", pool: "home" })).toEqual({
      pool: "home",
      rates: { usdPerHour: "0", usdPerVcpuHour: "0", usdPerGibHour: "0" },
      jurisdictions: [],
    });
  });

  test.each([
    [{}, ["/pool"]],
    [{ pool: "" }, ["/pool"]],
    [{ pool: 7 }, ["/pool"]],
    [{ pool: "../x" }, ["/pool"]],
    [{ pool: "a--b" }, ["/pool"]],
    [{ pool: "home", usdPerHour: "-1" }, ["/usdPerHour"]],
    [{ pool: "home", usdPerGibHour: 1e-9 }, ["/usdPerGibHour"]],
    [{ pool: "home", usdPerHour: "1", usdPerVcpuHour: "1" }, ["/usdPerHour"]],
    [{ pool: "home", jurisdictions: ["de"] }, ["/jurisdictions"]],
    [{ pool: "home", jurisdictions: "DE" }, ["/jurisdictions"]],
    [{ pool: "home", location: { latitude: 52 } }, ["/location"]],
    [{ pool: "home", location: { latitude: 91, longitude: 13 } }, ["/location/latitude"]],
    [{ pool: "home", gridGramsPerKwh: -1 }, ["/gridGramsPerKwh"]],
    [{ pool: "home", region: "x", prize: 1 }, ["/region", "/prize"]],
  ])("refuses %j at %j", (document, pointers) => {
    expect(problemsOf(document)).toEqual(pointers);
  });

  test("belongs to a project: agents join one", () => {
    const ports = { agentDirectory: memoryAgents(() => START).directory, now: () => START };
    expect(() => agentsAdapter(target("agents", { pool: "home" }, { project: undefined }), ports)).toThrow(
      "needs a project",
    );
  });
});
