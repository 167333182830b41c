import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestEngine } from "../harness/engine.ts";
import { eventually } from "../harness/patience.ts";
import { marked } from "./marked.ts";
import { openScene } from "./scene.ts";
import type { Scene } from "./scene.ts";
import { webSpec } from "./specs.ts";

describe("while the broker is away", () => {
  let scene: Scene;
  let engine: TestEngine;

  beforeAll(async () => {
    scene = await openScene(["podman"]);
    engine = await scene.engine("podman");
    await scene.agent(engine, "home");
    for (const name of ["calm", "crashed"])
      expect((await scene.client.deploy(webSpec(name, "v1"))).at("state").text()).toBe("ready");
  });
  afterAll(() => scene?.close());

  test("containers go on, a crashed one is started again, and afterwards the same units serve under the same plans", async () => {
    const { client, broker } = scene;
    const before = await Promise.all(["calm", "crashed"].map(standing));
    const running = await marked([engine]);
    const idOf = (workload: string) => running.find((one) => one.workload === workload)?.id ?? "";

    await broker.stop();
    await engine.api.kill(idOf("crashed"));
    const again = await eventually(
      () => marked([engine]),
      (all) => all.length === 2 && all.every(({ id, running: up }) => up && id !== idOf("crashed")),
    );
    expect(again.map(({ id }) => id)).toContain(idOf("calm"));

    await broker.start();
    for (const name of ["calm", "crashed"])
      await eventually(
        () => client.get(name),
        (body) => body === "v1\n",
      );
    expect(await Promise.all(["calm", "crashed"].map(standing))).toEqual(before);
    expect((await marked([engine])).map(({ id }) => id).sort()).toEqual(again.map(({ id }) => id).sort());
  });

  async function standing(workload: string) {
    const { body } = await scene.client.call("GET", `/v1/workloads/${workload}`);
    return { generation: body.at("generation").value, units: await scene.client.units(workload) };
  }
});
