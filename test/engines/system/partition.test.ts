import { availableParallelism } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startLoad } from "../../../src/main/demo/load-client.ts";
import type { AgentProcess } from "../harness/agent-process.ts";
import type { TestEngine } from "../harness/engine.ts";
import { eventually } from "../harness/patience.ts";
import { watchCopies } from "./copies.ts";
import type { Watch } from "./copies.ts";
import { marked } from "./marked.ts";
import { openScene } from "./scene.ts";
import type { Scene } from "./scene.ts";
import { webSpec, workerSpec } from "./specs.ts";

const FENCED = `fenced-${String(process.pid)}`;
const REPLACED = `replaced-${String(process.pid)}`;
/** So large that one host cannot hold all three, as the hosts of a test all have this machine's processors. */
const CPU_OF_A_THIRD = Math.floor(availableParallelism() * 40) / 100;
const MOVE_MS = 60_000;
/** Requests that must succeed one after another once the traffic has left. */
const REQUESTS = 200;

describe("two hosts of a pool, one of them cut off", () => {
  let scene: Scene;
  let engines: readonly [TestEngine, TestEngine];
  let agents: readonly [AgentProcess, AgentProcess];
  let fenced: Watch;
  let replaced: Watch;

  beforeAll(async () => {
    scene = await openScene(["docker", "podman"]);
    engines = await Promise.all([scene.engine("docker"), scene.engine("podman")]);
    fenced = watchCopies(FENCED);
    replaced = watchCopies(REPLACED);
    // The first host is alone when the workers come, so that both are there; the traffic of the second takes its line.
    const first = await scene.agent(engines[0], "pool", ["--address", engines[0].host.address]);
    await Promise.all([
      ready(workerSpec("fenced", FENCED, { unreachable: "fence" })),
      ready(workerSpec("replaced", REPLACED, { unreachable: "replace" })),
    ]);
    agents = [first, await scene.agent(engines[1], "pool")];
    const resources = { cpu: CPU_OF_A_THIRD, memory: "64Mi" };
    await ready(webSpec("web", "v1", { resources, scale: { min: 3, max: 3 } }));
  });
  afterAll(async () => {
    fenced?.stop();
    replaced?.stop();
    await scene?.close();
  });

  test.each([
    ["at an address", "goes on", 0, 1],
    ["by its line", "is killed as well", 1, 0],
  ] as const)(
    "traffic %s leaves it, what is fenced never runs twice though its agent %s, and what was replaced is one copy after healing",
    async (_, fate, cutAway, other) => {
      const { client } = scene;
      const [cut, left] = [engines[cutAway], engines[other]];
      expect(await runningOn(cut)).toEqual(expect.arrayContaining(["fenced", "replaced", "web"]));
      expect(await runningOn(left)).toContain("web");
      await cut.host.cut();
      // Its watchdog is all there is then to stop what is fenced, and does so later than an agent.
      if (fate === "is killed as well") await agents[cutAway].kill9();
      // From when the traffic has left on, nobody notices, whatever else goes on.
      await eventually(upstreamHosts, (hosts) => hosts.length === 1, MOVE_MS);
      const crowd = startLoad(`${client.url("web")}/`, false);
      try {
        await eventually(
          () => runningOn(left),
          (names) => names.includes("replaced"),
          MOVE_MS,
        );
        await eventually(
          () => runningOn(left),
          (names) => names.includes("fenced"),
          MOVE_MS,
        );
        expect(fenced.seen()).toMatchObject({ doubles: [] });
        await cut.host.heal();
        if (fate === "is killed as well") agents[cutAway].restart();
        await eventually(upstreamHosts, (hosts) => hosts.length === 2, MOVE_MS);
        await eventually(
          () => runningOn(cut),
          (names) => names.every((name) => name === "web"),
          MOVE_MS,
        );
        await eventually(
          () => crowd.read(),
          ({ requests }) => requests >= REQUESTS,
        );
      } finally {
        expect((await crowd.stop()).failures).toEqual([]);
      }
      expect(await runningOn(left)).toEqual(expect.arrayContaining(["fenced", "replaced"]));
      expect(fenced.now()).toBe(1);
      await eventually(
        async () => replaced.now(),
        (count) => count === 1,
      );
      expect(fenced.seen()).toMatchObject({ doubles: [] });
    },
  );

  async function ready(spec: ReturnType<typeof webSpec>): Promise<void> {
    const plan = await scene.client.deploy(spec);
    expect(`${spec.name}: ${plan.at("state").text()} ${plan.at("stateReason").text()}`).toContain(": ready");
  }

  /** Names of the workloads that an engine runs; one for each container. */
  async function runningOn(engine: TestEngine): Promise<readonly string[]> {
    return (await marked([engine])).filter(({ running }) => running).map(({ workload }) => workload);
  }

  /** The hosts that the broker sends traffic of `web` to, as its last shift says. */
  async function upstreamHosts(): Promise<readonly string[]> {
    const { client } = scene;
    const events = (await client.call("GET", "/v1/workloads/web/events?limit=200")).body.at("events").list();
    const shift = events.findLast((event) => event.at("type").text() === "traffic.shifted");
    const units = await client.units("web");
    const carrying = (shift?.at("data", "upstreams").list() ?? []).filter(
      (one) => Number(one.at("weight").value) > 0,
    );
    const ids = new Set(carrying.map((one) => one.at("unit").text()));
    return units.filter(({ id }) => ids.has(id)).map(({ host }) => host);
  }
});
