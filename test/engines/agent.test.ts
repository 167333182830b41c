import { afterEach, beforeEach, expect, test } from "vitest";
import type { Observation } from "../../src/domain/observation.ts";
import type { Unit } from "../../src/domain/plan.ts";
import { aUnit } from "../agent/a-unit.ts";
import { AGENT_ID, startFakeBroker } from "../agent/fake-broker.ts";
import type { FakeBroker } from "../agent/fake-broker.ts";
import { startAgent } from "./harness/agent-process.ts";
import type { AgentProcess } from "./harness/agent-process.ts";
import { eventually, getText } from "./harness/patience.ts";
import { onEachEngine } from "./harness/on-each-engine.ts";
import { ownEngine } from "./harness/own-engine.ts";
import type { Network } from "./harness/network.ts";
import type { TestEngine } from "./harness/engine.ts";

const sh = (script: string) => ({ entrypoint: ["/bin/sh", "-c"], args: [script] });
const SERVE = sh(
  "mkdir /tmp/w; echo ok > /tmp/w/healthz; hostname > /tmp/w/name; exec httpd -f -p $PORT -h /tmp/w",
);
const HEALTH = {
  path: "/healthz",
  intervalSeconds: 1,
  timeoutSeconds: 1,
  failureThreshold: 2,
  startupSeconds: 20,
};
const web = (over: Parameters<typeof aUnit>[0] = {}): Unit =>
  aUnit({ ...over, template: { ...SERVE, health: HEALTH, ...over.template } });

onEachEngine("an agent on a real %s", (kind) => {
  let network: Network;
  let engine: TestEngine;
  let broker: FakeBroker;
  let agent: AgentProcess;

  ownEngine(kind, (own) => void ({ network, engine } = own));
  beforeEach(async () => {
    broker = await startFakeBroker(network.gateway);
    agent = await startAgent(engine, broker.url, ["--address", engine.host.address]);
  });
  afterEach(async () => {
    await agent.remove();
    await broker.close();
    await engine.host.heal();
    await engine.api.clear();
  }, 60_000);

  const want = (...units: readonly Unit[]): void =>
    void (broker.reply = { ...broker.reply, units, doomed: [] });
  const doom = (unit: Unit): void =>
    void (broker.reply = {
      ...broker.reply,
      units: [],
      doomed: [{ id: unit.id, name: unit.name, stopGraceSeconds: 1 }],
    });
  const until = async (unit: Unit, right: (seen: Observation) => boolean): Promise<Observation> => {
    const seen = await eventually(
      async () => broker.observation(unit.id),
      (one) => one !== undefined && right(one),
    );
    if (seen === undefined) throw new Error(agent.log());
    return seen;
  };
  const ready = (unit: Unit) => until(unit, ({ phase }) => phase === "ready");
  const running = () => engine.api.containers("berth.agent=agent-1");
  const runningNow = async (): Promise<number> => (await engine.api.running("berth.agent=agent-1")).length;

  test("what is wanted serves at the address told, follows its replicas, and leaves nothing when doomed", async () => {
    const unit = web({ replicas: { min: 2, max: 2 } });
    want(unit);
    const seen = await ready(unit);
    expect(
      seen.endpoints.map(
        ({ url, ready: isReady }) => isReady && url.startsWith(`http://${engine.host.address}:`),
      ),
    ).toEqual([true, true]);
    expect(await getText(`${seen.endpoints[1]?.url ?? ""}/name`)).toBe("web-1\n");
    want({ ...unit, replicas: { min: 1, max: 1 } });
    await until(unit, ({ replicas }) => replicas === 1);
    doom(unit);
    await until(unit, ({ phase, replicas }) => phase === "stopped" && replicas === 0);
    expect(await engine.api.containers()).toEqual([]);
    expect(await engine.api.volumes()).toEqual([]);
    expect(broker.forged).toEqual([]);
    expect(broker.last()?.report.capacity.memoryMiB).toBeGreaterThan(0);
  });

  test("a container that crashes from the start is given up, with exit code and last lines", async () => {
    const unit = web({ template: sh("echo cannot reach the database; exit 3") });
    want(unit);
    const seen = await until(unit, ({ phase }) => phase === "failed");
    expect(seen).toMatchObject({ exitCode: 3, lastLines: ["cannot reach the database"], ready: 0 });
    expect(seen.reason).toContain("exited with code 3, 4 times before it was ever healthy");
  });

  test("a container whose health check never passes fails with the check's words and its own last lines", async () => {
    const health = { ...HEALTH, path: "/absent", startupSeconds: 2 };
    const unit = web({
      template: { ...sh("echo up and running; mkdir /tmp/w; exec httpd -f -p $PORT -h /tmp/w"), health },
    });
    want(unit);
    const seen = await until(unit, ({ phase, lastLines }) => phase === "failed" && lastLines.length > 0);
    expect(seen.reason).toContain("/absent answered 404");
    expect(seen.lastLines).toEqual(["up and running"]);
  });

  test("an image that is not there is a verdict with the reason", async () => {
    const unit = web({ template: { image: "localhost/absent:1" } });
    want(unit);
    expect((await until(unit, ({ phase }) => phase === "failed")).reason).toContain(
      "localhost/absent:1 is not on this host",
    );
  });

  test("what cannot be given is refused at once, and never started without it", async () => {
    const unit = web({ template: { secrets: { TOKEN: "token" } } });
    want(unit);
    expect((await until(unit, ({ phase }) => phase === "failed")).reason).toContain("secrets");
    expect(await engine.api.containers()).toEqual([]);
  });

  test("what has served is started again for ever, on a new port, and the broker is told", async () => {
    const unit = web();
    want(unit);
    await ready(unit);
    for (const restarts of [1, 2]) {
      for (const id of await running()) await engine.api.kill(id);
      await until(unit, (seen) => seen.restarts >= restarts && seen.phase !== "ready");
      const again = await ready(unit);
      expect(await getText(`${again.endpoints[0]?.url ?? ""}/healthz`)).toBe("ok\n");
    }
  });

  test("without its broker it goes on: a dead container comes back, and a new agent takes over what runs", async () => {
    const unit = web();
    want(unit);
    const before = await ready(unit);
    await broker.close();
    for (const id of await running()) await engine.api.kill(id);
    await eventually(runningNow, (count) => count === 1);
    await agent.kill9();
    const [survivor] = await running();
    agent.restart();
    for (const id of await running()) await engine.api.kill(id);
    await eventually(runningNow, (count) => count === 1);
    expect((await running())[0]).not.toBe(survivor);
    const port = broker.port;
    broker = await startFakeBroker(network.gateway, port);
    expect(before.unit).toBe(unit.id);
  });

  test("what is in neither list is reported and left alone; a stranger's container is not even reported", async () => {
    const unit = web();
    want(unit);
    await ready(unit);
    await engine.api.create("postgres", { Image: "localhost/busybox:1", Cmd: ["-c", "sleep 600"] });
    await engine.api.start("postgres");
    want();
    await eventually(
      async () => broker.last()?.unrecognised ?? [],
      (found) => found.length === 1,
    );
    expect(broker.last()?.unrecognised[0]).toMatchObject({ unit: unit.id, workload: "web", project: "shop" });
    expect((await engine.api.inspect("postgres")).State.Running).toBe(true);
    expect(await runningNow()).toBe(1);
  });

  test("a broker restored from an older copy dooms nothing", async () => {
    const unit = web();
    broker.reply = { ...broker.reply, epoch: 5 };
    want(unit);
    await ready(unit);
    broker.reply = { ...broker.reply, epoch: 4 };
    doom(unit);
    const told = broker.syncs.length;
    await eventually(
      async () => broker.syncs.length,
      (count) => count > told + 5,
    );
    expect(await runningNow()).toBe(1);
    expect(broker.last()?.report.epoch).toBe(5);
    expect(agent.log()).toContain("older copy");
  });

  test("when the engine is killed nothing counts as gone, and it serves again after the engine's return", async () => {
    const unit = web();
    want(unit);
    await ready(unit);
    await engine.kill9();
    await eventually(
      async () => broker.last()?.complete,
      (complete) => complete === false,
    );
    expect(broker.observation(unit.id)?.replicas).toBe(1);
    await engine.restart();
    const again = await until(unit, ({ phase }) => phase === "ready" && broker.last()?.complete === true);
    await eventually(
      () => getText(`${again.endpoints[0]?.url ?? ""}/healthz`),
      (body) => body === "ok\n",
    );
    expect(await runningNow()).toBe(1);
  }, 90_000);

  test("the endpoints of an agent without an address are its own line's", async () => {
    await agent.remove();
    agent = await startAgent(engine, broker.url);
    const unit = web();
    want(unit);
    const seen = await ready(unit);
    expect(seen.endpoints).toEqual([
      {
        replica: 0,
        url: `line://${AGENT_ID}/${unit.id}/0/8080`,
        transport: "line",
        bypassable: false,
        ready: true,
      },
    ]);
  });
});
