import { afterAll, beforeAll, expect, test } from "vitest";
import { fileURLToPath } from "node:url";
import { dialEngine } from "../../../src/agent/drivers/dial.ts";
import { nodeImage } from "../../../src/agent/image/node-image.ts";
import { startLoad } from "../../../src/main/demo/load-client.ts";
import type { Load, LoadCount } from "../../../src/main/demo/load-client.ts";
import type { TestEngine } from "../harness/engine.ts";
import { eventually } from "../harness/patience.ts";
import { onEachEngine } from "../harness/on-each-engine.ts";
import { load, openScene } from "./scene.ts";
import type { Scene } from "./scene.ts";

const HELLO = fileURLToPath(new URL("../../../src/agent/image/hello.ts", import.meta.url));
/** Requests that each chapter must have seen. */
const REQUESTS = 300;

onEachEngine("the main job on a real %s", (kind) => {
  let scene: Scene;
  let engine: TestEngine;

  beforeAll(async () => {
    scene = await openScene([kind]);
    engine = await scene.engine(kind);
    await load(engine, await nodeImage({ name: "localhost/hello:v1", script: HELLO }));
    for (const tag of ["v2", "crash"])
      await dialEngine({ socketPath: engine.socket }).json({
        method: "POST",
        path: "/images/localhost/hello:v1/tag",
        query: { repo: "localhost/hello", tag },
        deadlineMs: 10_000,
      });
    // One takes its traffic by its line, the other at an address.
    await Promise.all([
      scene.agent(engine, "left"),
      scene.agent(engine, "right", ["--address", engine.host.address]),
    ]);
  });
  afterAll(() => scene?.close());

  test("deploys, changes, rolls back a crash, moves and removes, without one failed request and with nothing left", async () => {
    const { client } = scene;
    const first = await client.deploy(hello());
    expect(first.at("state").text()).toBe("ready");
    expect(await client.get("hello")).toContain('"version":"v1"');
    const home = first.at("units", 0, "place", "target").text();
    const away = home === "left" ? "right" : "left";

    const crowd = startLoad(`${client.url("hello")}/`, true);
    try {
      const changed = await underLoad(crowd, async () => {
        const plan = await client.planEnd(await client.planOf("PATCH", "/v1/workloads/hello", version("v2")));
        expect(plan.at("state").text()).toBe("ready");
      });
      expect(Object.keys(changed.versions).sort()).toEqual(["v1", "v2"]);

      const crashed = await underLoad(crowd, async () => {
        const plan = await client.planEnd(await client.planOf("PATCH", "/v1/workloads/hello", CRASH));
        expect(plan.at("state").text()).toBe("rolled-back");
        expect(plan.at("stateReason").text()).toContain("exited with code 3");
        expect(plan.at("logTail").list().at(-1)?.text()).toContain("cannot reach the database, giving up");
      });
      expect(Object.keys(crashed.versions)).toEqual(["v2"]);

      await underLoad(crowd, async () => {
        const move = { to: { target: away }, reason: "the test moves it" };
        const plan = await client.planEnd(await client.planOf("POST", "/v1/workloads/hello/migrate", move));
        expect(plan.at("state").text()).toBe("ready");
        expect(plan.at("units", 0, "place", "target").text()).toBe(away);
      });
    } finally {
      const total = await crowd.stop();
      expect(total.failures).toEqual([]);
      expect(total.failed).toBe(0);
    }

    const gone = await client.planEnd(await client.planOf("DELETE", "/v1/workloads/hello"));
    expect(gone.at("state").text()).toBe("ready");
    expect((await client.call("GET", "/v1/workloads/hello")).status).toBe(404);
    expect(await engine.api.containers()).toEqual([]);
    expect(await engine.api.volumes()).toEqual([]);
  });
});

const version = (tag: string) => ({
  spec: { image: `localhost/hello:${tag}`, env: { HELLO_VERSION: tag } },
});
const CRASH = { spec: { image: "localhost/hello:crash", env: { HELLO_CRASH: "start" } } };

const hello = () => ({
  name: "hello",
  port: 8080,
  health: { path: "/healthz", intervalSeconds: 1, timeoutSeconds: 1, startupSeconds: 20 },
  resources: { cpu: 0.2, memory: "128Mi" },
  volumes: [{ name: "cache", path: "/cache", size: "10Mi", kind: "scratch" }],
  policy: { targets: ["left", "right"] },
  rollout: { deadlineSeconds: 60 },
  ...version("v1").spec,
});

/** Do something while the client keeps asking, and long enough after it; gives what it counted meanwhile. */
async function underLoad(crowd: Load, work: () => Promise<void>): Promise<LoadCount> {
  const before = await crowd.read();
  await work();
  const after = await eventually(
    () => crowd.read(),
    ({ requests }) => requests - before.requests >= REQUESTS,
  );
  const versions = Object.entries(after.versions).filter(
    ([name, count]) => count > (before.versions[name] ?? 0),
  );
  return { ...after, versions: Object.fromEntries(versions) };
}
