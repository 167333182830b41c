import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestEngine } from "../harness/engine.ts";
import { eventually } from "../harness/patience.ts";
import { openScene } from "./scene.ts";
import type { Scene } from "./scene.ts";
import { webSpec } from "./specs.ts";

const GUARD = "registries: [localhost/allowed, localhost/busybox]\nmaxMemoryMiB: 96\n";

describe("what a host's owner forbids in agent.yaml", () => {
  let scene: Scene;
  let engine: TestEngine;

  beforeAll(async () => {
    scene = await openScene(["podman"]);
    engine = await scene.engine("podman");
    const file = join(scene.broker.dataDir, "agent.yaml");
    await writeFile(file, GUARD);
    await scene.agent(engine, "home", ["--guard", file]);
  });
  afterAll(() => scene?.close());

  test("refuses the offer where the broker can tell: a registry, and the memory of one container", async () => {
    const foreign = webSpec("web", "v1", { image: "docker.io/library/nginx:1" });
    const large = webSpec("web", "v1", { resources: { cpu: 0.05, memory: "200Mi" } });
    for (const [spec, sentence] of [
      [foreign, "allows images from localhost/allowed, localhost/busybox only, not from docker.io"],
      [large, "allows 96 MiB of memory in one container"],
    ] as const) {
      const { status, body } = await scene.client.call("PUT", "/v1/workloads/web", { spec });
      expect({ status, code: body.at("code").text() }).toEqual({ status: 422, code: "no-placement" });
      const reasons = body
        .at("rejected")
        .list()
        .flatMap((one) => one.at("reasons").list());
      expect(reasons.map((one) => one.at("message").text()).join("\n")).toContain(sentence);
      expect((await scene.client.call("GET", "/v1/workloads/web")).status).toBe(404);
    }
    expect(await engine.api.containers()).toEqual([]);
  });

  test("fails the plan with the owner's sentence where only the host can tell, and starts nothing", async () => {
    const sidecars = [
      { name: "proxy", image: "localhost/busybox:1", resources: { cpu: 0.05, memory: "200Mi" } },
    ];
    for (const [spec, sentence] of [
      [webSpec("web", "v1", { image: "localhost/other:1" }), "localhost/other"],
      [webSpec("pair", "v1", { sidecars }), "96"],
    ] as const) {
      const plan = await scene.client.deploy(spec);
      expect(plan.at("state").text()).toBe("failed");
      expect(plan.at("stateReason").text()).toContain(sentence);
      expect(await engine.api.running()).toEqual([]);
    }
    // Of the pair, what was allowed may have been made before the rest was refused; it never ran, and goes.
    await eventually(
      () => engine.api.containers(),
      (containers) => containers.length === 0,
    );
  });

  test("does not keep what is allowed from running", async () => {
    expect((await scene.client.deploy(webSpec("fine", "v1"))).at("state").text()).toBe("ready");
    expect(await scene.client.get("fine")).toBe("v1\n");
  });
});
