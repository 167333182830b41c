import { afterEach, beforeEach, expect, test } from "vitest";
import type { Observation } from "../../src/domain/observation.ts";
import type { Unit } from "../../src/domain/plan.ts";
import { aUnit } from "../agent/a-unit.ts";
import { startFakeBroker, type FakeBroker } from "../agent/fake-broker.ts";
import { startAgent, type AgentProcess } from "./harness/agent-process.ts";
import { eventually } from "./harness/patience.ts";
import { onEachEngine } from "./harness/on-each-engine.ts";
import { ownEngine } from "./harness/own-engine.ts";
import type { Network } from "./harness/network.ts";
import type { TestEngine } from "./harness/engine.ts";

const job = (id: string, script: string): Unit =>
  aUnit({
    id,
    name: `b${id}`,
    template: { kind: "job", route: undefined, entrypoint: ["/bin/sh", "-c"], args: [script] },
  });

onEachEngine("tries of jobs by an agent on a real %s", (kind) => {
  let network: Network;
  let engine: TestEngine;
  let broker: FakeBroker;
  let agent: AgentProcess;

  ownEngine(kind, (own) => void ({ network, engine } = own));
  beforeEach(async () => {
    broker = await startFakeBroker(network.gateway);
    agent = await startAgent(engine, broker.url);
  });
  afterEach(async () => {
    await agent.remove();
    await broker.close();
    await engine.api.clear();
  }, 60_000);

  const want = (...units: readonly Unit[]): void =>
    void (broker.reply = { ...broker.reply, units, doomed: [] });
  const until = async (unit: Unit, right: (seen: Observation) => boolean): Promise<Observation> => {
    const seen = await eventually(
      async () => broker.observation(unit.id),
      (found) => found !== undefined && right(found),
    );
    if (seen === undefined) throw new Error(`nothing was seen of ${unit.id}`);
    return seen;
  };
  const ended = ({ phase }: Observation): boolean => phase === "stopped";

  test("each ends with its own exit code and last lines, and is not started again, over a restart of the agent too", async () => {
    const well = job("well", "echo began; echo done");
    const bad = job("bad", "echo oh no >&2; exit 7");
    want(well, bad);
    expect(await until(well, ended)).toMatchObject({ exitCode: 0, lastLines: ["began", "done"] });
    expect(await until(bad, ended)).toMatchObject({ exitCode: 7, lastLines: ["oh no"] });
    const before = (await engine.api.containers()).toSorted();
    await agent.kill9();
    agent.restart();
    expect(await until(bad, ended)).toMatchObject({ exitCode: 7 });
    expect((await engine.api.containers()).toSorted()).toEqual(before);
  });

  test("one that is doomed while it runs is gone, and is told so", async () => {
    const long = job("long", "sleep 600");
    want(long);
    await until(long, ({ phase }) => phase === "ready");
    broker.reply = {
      ...broker.reply,
      units: [],
      doomed: [{ id: long.id, name: long.name, stopGraceSeconds: 1 }],
    };
    await until(long, ({ phase, replicas }) => phase === "stopped" && replicas === 0);
    expect(await engine.api.containers()).toEqual([]);
  });

  test("one whose container somebody removed has an unknown end, and does not begin again", async () => {
    const long = job("lost", "sleep 600");
    want(long);
    await until(long, ({ phase }) => phase === "ready");
    await engine.api.clear();
    const seen = await until(long, ended);
    expect(seen.exitCode).toBeUndefined();
    expect(await engine.api.containers()).toEqual([]);
  });
});
