import { afterAll, beforeAll, expect, test } from "vitest";
import type { AgentProcess } from "../harness/agent-process.ts";
import type { TestEngine } from "../harness/engine.ts";
import { eventually } from "../harness/patience.ts";
import { onEachEngine } from "../harness/on-each-engine.ts";
import { watchCopies, type Watch } from "./copies.ts";
import { marked } from "./marked.ts";
import { openScene, type Scene } from "./scene.ts";
import { workerSpec } from "./specs.ts";

/** A fence, the pause before another try, and the try itself. */
const MOVE_MS = 120_000;

onEachEngine("a run on two hosts with a real %s", (kind) => {
  const marker = `moved-${kind}-${String(process.pid)}`;
  let scene: Scene;
  let hosts: readonly (readonly [TestEngine, AgentProcess])[];
  let copies: Watch;

  beforeAll(async () => {
    scene = await openScene([kind]);
    const engines = await Promise.all([scene.engine(kind), scene.engine(kind)]);
    hosts = await Promise.all(
      engines.map(async (engine) => [engine, await scene.agent(engine, "pool")] as const),
    );
    copies = watchCopies(marker);
  });
  afterAll(async () => {
    copies?.stop();
    await scene?.close();
  });

  test("ends on the other one when the first is cut off and its agent killed in the middle of it, and is never there twice", async () => {
    const { client } = scene;
    const script = "trap '' TERM; i=0; while [ $i -lt 75 ]; do sleep 0.2; i=$((i+1)); done";
    await client.deploy(
      workerSpec("report", marker, {
        kind: "job",
        health: undefined,
        args: [script, marker],
        job: { retryUnknown: true, timeoutSeconds: 100 },
      }),
    );
    const begun = await client.call("POST", "/v1/workloads/report/runs", {});
    const path = `/v1/workloads/report/runs/${begun.body.at("run", "id").text()}`;
    const [lost] = await eventually(holders, (found) => found.length === 1);
    if (lost === undefined) throw new Error("no host runs the try");
    const [engine, agent] = lost;
    await engine.host.cut();
    await agent.kill9();
    const { body: run } = await eventually(
      () => client.call("GET", path),
      ({ body }) => ["succeeded", "failed"].includes(body.at("state").text()),
      MOVE_MS,
    );
    expect([run.at("state").text(), run.at("stateReason").text()]).toEqual([
      "succeeded",
      "every container ended with exit code 0",
    ]);
    const phases = run
      .at("attempts")
      .list()
      .map((attempt) => attempt.at("phase").text());
    expect(phases).toEqual(["unknown", "succeeded"]);
    expect(copies.seen()).toMatchObject({ most: 1, doubles: [] });
  });

  /** The hosts on which a container of the job runs. */
  async function holders() {
    const running = await Promise.all(
      hosts.map(async (host) => ((await marked([host[0]])).some((one) => one.running) ? [host] : [])),
    );
    return running.flat();
  }
});
