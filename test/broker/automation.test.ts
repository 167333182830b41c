import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { putAutomation } from "../../src/broker/automation.ts";
import { deploy } from "../../src/broker/deploy.ts";
import { joinHost, runWith, type JoinedHost } from "./agents.ts";
import { openBench, type Bench } from "./ports.ts";
import { workerSpec } from "./specs.ts";

let bench: Bench;
let hosts: readonly JoinedHost[];
beforeEach(async () => {
  bench = await openBench();

  hosts = [await joinHost(bench, "attic"), await joinHost(bench, "cellar")];
});
afterEach(async () => {
  await bench.close();
});

const scope = () => ({ project: bench.caller.project.id, environment: "production" });
const put = (name: string, policy: Readonly<Record<string, unknown>> = {}) =>
  deploy(bench.main.ports, bench.caller, name, {
    spec: workerSpec({ name, unreachable: "replace", policy }),
  });
const plans = (name: string) => bench.file.store.plans(scope(), name, 10);
const events = async (name: string, type: string) =>
  (await bench.file.store.events(scope(), name, 0, 200)).filter((event) => event.type === type);

/** The host that runs the workload falls silent; the other goes on. */
async function loseHostOf(name: string): Promise<void> {
  const host = (await plans(name))[0]?.units[0]?.place.host;
  await runWith(
    bench,
    hosts.filter(({ agent }) => agent.id !== host),
    40_000,
  );
}

describe("the red switch", () => {
  test("keeps a workload where it is, says so once, and lets a person move it; on again, it fails over", async () => {
    await put("web");
    await runWith(bench, hosts, 20_000);
    await putAutomation(bench.main.ports, bench.caller, { enabled: false, reason: "a bad night" });
    await loseHostOf("web");
    expect((await plans("web")).map(({ trigger }) => trigger)).toEqual(["deploy"]);
    const told = await events("web", "automation.held-back");
    expect(told.map(({ message }) => message)).toEqual([
      expect.stringContaining(
        "token:ci: a bad night), so it is not moved; move it by hand, or turn automation on",
      ),
    ]);
    await putAutomation(bench.main.ports, bench.caller, { enabled: true, reason: "it is over" });
    await loseHostOf("web");
    expect((await plans("web"))[0]?.trigger).toBe("failover");
  });
});

describe("failover.maxPerHour", () => {
  test("lets only so many go, tells the others once, and goes on when the hour is over", async () => {
    const policy = { failover: { maxPerHour: 1 } };
    await put("web", policy);
    await put("api", policy);
    await runWith(bench, hosts, 20_000);
    const onOne = async () =>
      new Set(
        await Promise.all(["web", "api"].map(async (name) => (await plans(name))[0]?.units[0]?.place.host)),
      );
    expect((await onOne()).size).toBe(1);
    await loseHostOf("web");
    const moved = async () =>
      (await Promise.all(["web", "api"].map(plans))).flat().filter(({ trigger }) => trigger === "failover");
    expect((await moved()).length).toBe(1);
    const stayed = (await plans("web")).length === 1 ? "web" : "api";
    expect((await events(stayed, "automation.held-back")).length).toBe(1);
    bench.clock.now += 3_600_000;
    await loseHostOf(stayed);
    expect((await moved()).length).toBe(2);
  });
});

describe("rules over changes and a failover", () => {
  test("a freeze of deployments does not keep a workload on a dead host; one that names failover does, until it ends", async () => {
    const from = new Date(bench.clock.now - 1_000).toISOString();
    const until = new Date(bench.clock.now + 600_000).toISOString();
    const freeze = { name: "week", message: "wait", from, until };
    await put("web");
    await runWith(bench, hosts, 20_000);
    const { ports } = bench.main;
    const frozen = (on: readonly string[] | undefined) =>
      deploy(
        ports,
        bench.caller,
        "web",
        { spec: workerSpec({ unreachable: "replace", policy: { freezes: [{ ...freeze, on }] } }) },
        { emergency: { reason: "a test" } },
      );
    await frozen(undefined);
    await loseHostOf("web");
    expect((await plans("web"))[0]?.trigger).toBe("failover");
    await runWith(bench, hosts, 30_000);
    await frozen(["failover"]);
    await runWith(bench, hosts, 5_000);
    await loseHostOf("web");
    expect((await plans("web"))[0]?.trigger).toBe("deploy");
    expect(await bench.file.store.heldPlan(scope(), "web")).toMatchObject({
      trigger: "failover",
      holds: [{ rule: "week" }],
    });
    expect((await events("web", "plan.held")).length).toBe(1);
  });
});
