import { afterEach, beforeEach, expect, test } from "vitest";
import { aUnit } from "../agent/a-unit.ts";
import { startFakeBroker } from "../agent/fake-broker.ts";
import type { FakeBroker } from "../agent/fake-broker.ts";
import { startAgent } from "./harness/agent-process.ts";
import type { AgentProcess } from "./harness/agent-process.ts";
import { exists } from "./harness/command.ts";
import { eventually } from "./harness/patience.ts";
import { onEachEngine } from "./harness/on-each-engine.ts";
import { ownEngine } from "./harness/own-engine.ts";
import type { Network } from "./harness/network.ts";
import type { TestEngine } from "./harness/engine.ts";

const LEASE_MS = 4_000;
const template = {
  entrypoint: ["/bin/sh", "-c"],
  args: ["trap '' TERM; while :; do sleep 0.2; done"],
  route: undefined,
  kind: "worker" as const,
};
const fenced = aUnit({
  id: "u-once",
  name: "bonce",
  workload: "once",
  template: { ...template, unreachable: "fence" },
});
const replaced = aUnit({
  id: "u-many",
  name: "bmany",
  workload: "many",
  template: { ...template, unreachable: "replace" },
});

onEachEngine("a unit that may run only once, on a real %s", (kind) => {
  let network: Network;
  let engine: TestEngine;
  let broker: FakeBroker;
  let agent: AgentProcess;

  ownEngine(kind, (own) => void ({ network, engine } = own));
  beforeEach(async () => {
    broker = await startFakeBroker(network.gateway);
    broker.reply = { ...broker.reply, leaseMs: LEASE_MS, units: [fenced, replaced] };
    agent = await startAgent(engine, broker.url);
    await eventually(
      async () => ["u-once", "u-many"].map((id) => broker.observation(id)?.phase),
      (phases) => phases.every((one) => one === "ready"),
    );
  });
  afterEach(async () => {
    await agent.remove();
    await broker.close();
    await engine.host.heal();
    await engine.api.clear();
  }, 60_000);

  const pidsOf = async (unit: string): Promise<readonly number[]> =>
    (await engine.api.running(`berth.unit=${unit}`)).map(({ State: state }) => state.Pid);

  test("is stopped by the watchdog when the agent is killed, while what may be replaced runs on", async () => {
    await agent.kill9();
    const killedAt = Date.now();
    await eventually(
      () => pidsOf("u-once"),
      (pids) => pids.length === 0,
    );
    expect(Date.now() - killedAt).toBeLessThan(LEASE_MS * 3); // a bound against hanging, not a measure
    expect(await pidsOf("u-many")).toHaveLength(1);
  });

  test("is stopped by the agent itself when the broker is cut off, and starts again when it is back", async () => {
    const [many] = await pidsOf("u-many");
    await engine.host.cut();
    await eventually(
      () => pidsOf("u-once"),
      (pids) => pids.length === 0,
    );
    expect(await pidsOf("u-many")).toEqual([many]);
    await engine.host.heal();
    await eventually(
      () => pidsOf("u-once"),
      (pids) => pids.length === 1,
    );
    expect(await pidsOf("u-many")).toEqual([many]);
  });

  test("does not start after a restart of the agent before the broker has spoken", async () => {
    await engine.host.cut();
    await agent.kill9();
    await eventually(
      () => pidsOf("u-once"),
      (pids) => pids.length === 0,
    );
    agent.restart();
    await eventually(
      async () => agent.log(),
      (log) => log.split("no answer from").length > 1,
    );
    await engine.api.clear();
    await eventually(
      () => pidsOf("u-many"),
      (pids) => pids.length === 1,
    );
    expect(await pidsOf("u-once")).toEqual([]);
    await engine.host.heal();
    await eventually(
      () => pidsOf("u-once"),
      (pids) => pids.length === 1,
    );
  });

  test("is killed with agent and engine both dead", async () => {
    const [once] = await pidsOf("u-once");
    const [many] = await pidsOf("u-many");
    // The lease on disk must have the process before both die.
    await eventually(
      async () => broker.syncs.length,
      (count) => count > 8,
    );
    await agent.kill9();
    await engine.kill9();
    await eventually(
      () => exists(`/proc/${String(once)}/cwd`),
      (alive) => !alive,
    );
    expect(await exists(`/proc/${String(many)}`)).toBe(true);
    await engine.restart();
  });
});
