import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AgentProcess } from "../harness/agent-process.ts";
import type { TestEngine } from "../harness/engine.ts";
import { eventually } from "../harness/patience.ts";
import { answerOr } from "./client.ts";
import { watchCopies } from "./copies.ts";
import type { Watch } from "./copies.ts";
import { marked } from "./marked.ts";
import { drawsFrom } from "./random.ts";
import { openScene } from "./scene.ts";
import type { Scene } from "./scene.ts";
import { webSpec, workerSpec } from "./specs.ts";

/** Say BERTH_SEED to play one failed run again, BERTH_ROUNDS for a longer one. */
const SEED = Number(process.env["BERTH_SEED"] ?? Date.now() % 1_000_000);
const MORE_ROUNDS = Number(process.env["BERTH_ROUNDS"] ?? "2");
/** A bound, not a measure: "serving again within 30 s of the engine's return". */
const SERVES_AGAIN_MS = 30_000;
const REST_MS = 90_000;
const SHORT_MS = 3_000;
const LONG_MS = 16_000;
const MARKER = `only-once-${String(process.pid)}`;
const WEBS = ["on-docker", "on-podman"] as const;

interface Victim {
  readonly name: string;
  kill9(): Promise<void>;
  restart(): Promise<void>;
  /** The longest it stays away at rest, ms: of an agent longer than a lease. */
  readonly awayMs: number;
}

describe(`kill -9 at random moments, seed ${String(SEED)}`, () => {
  const draw = drawsFrom(SEED);
  let scene: Scene;
  let engines: readonly TestEngine[];
  let victims: readonly Victim[];
  let copies: Watch;
  let agents: readonly AgentProcess[];

  beforeAll(async () => {
    console.log(`kills: BERTH_SEED=${String(SEED)}`);
    scene = await openScene(["docker", "podman"]);
    const [docker, podman] = await Promise.all([scene.engine("docker"), scene.engine("podman")]);
    // One host takes its traffic at an address, the other by its agent's line.
    agents = await Promise.all([
      scene.agent(docker, "docker", ["--address", docker.host.address]),
      scene.agent(podman, "podman"),
    ]);
    engines = [docker, podman];
    victims = [
      {
        name: "broker",
        kill9: () => scene.broker.kill9(),
        restart: () => scene.broker.start(),
        awayMs: SHORT_MS,
      },
      ...agents.map((agent, index) => victimOf(`agent of ${engines[index]?.kind ?? ""}`, agent, LONG_MS)),
      ...engines.map((engine) => victimOf(`engine ${engine.kind}`, engine, SHORT_MS)),
    ];
    copies = watchCopies(MARKER);
    const plans = await Promise.all(specs("v0").map((spec) => scene.client.deploy(spec)));
    expect(plans.map((plan) => plan.at("state").text())).toEqual(["ready", "ready", "ready"]);
  });
  afterAll(async () => {
    copies?.stop();
    await scene?.close();
  });

  test.each(roundsOf(draw).map((round, index) => ({ ...round, index })))(
    "round $index, victim $victim during $during: no orphan, no second copy, and it serves again",
    async ({ victim, during, index }) => {
      const { client } = scene;
      const [who] = victims.slice(victim, victim + 1);
      if (who === undefined) throw new Error("no such victim");
      console.log(`kills: round ${String(index)} kills the ${who.name} during ${during}`);
      const plans: string[] = [];
      if (during === "a rollout") {
        for (const { name, env } of specs(`v${String(index + 1)}`)) plans.push(await accepted(name, env));
        await wait(draw(SHORT_MS));
      }
      await who.kill9();
      await wait(draw(during === "rest" ? who.awayMs : SHORT_MS));
      await who.restart();

      for (const web of WEBS) await eventually(() => client.get(web), isServed, SERVES_AGAIN_MS);
      for (const plan of plans) expect((await client.planEnd(plan)).at("endedAt").text()).not.toBe("");
      await eventually(difference, (found) => found === "", REST_MS);
      expect(copies.now()).toBe(1);
      expect(copies.seen()).toMatchObject({ doubles: [] });
      for (const web of WEBS) expect(isServed(await client.get(web))).toBe(true);
    },
  );

  /** A host whose engine or agent is only just back takes nothing new before it has reported. */
  async function accepted(workload: string, env: unknown): Promise<string> {
    const change = { spec: { env } };
    const plan = await eventually(
      () => answerOr(scene.client.planOf("PATCH", `/v1/workloads/${workload}`, change)),
      (id) => id !== undefined,
    );
    return plan ?? "";
  }

  /** In words, how what is in the engines differs from what is wanted; nothing when it does not. */
  async function difference(): Promise<string> {
    const units = await Promise.all([...WEBS, "once"].map((name) => answerOr(scene.client.units(name))));
    const there = await answerOr(marked(engines));
    if (there === undefined || units.includes(undefined)) return "somebody does not answer";
    const wanted = units
      .flat()
      .flatMap((unit) =>
        unit?.wanted === true
          ? Array.from({ length: unit.replicas }, (_, replica) => `${unit.id}/${String(replica)}`)
          : [],
      );
    const leftOver = units.flat().filter((unit) => unit?.wanted === false);
    const present = there.map(
      ({ unit, replica, running }) => `${unit}/${replica}${running ? "" : " (not running)"}`,
    );
    if (leftOver.length === 0 && present.sort().join() === wanted.sort().join()) return "";
    return `wanted ${wanted.join(", ")}; there ${present.join(", ")}; left over ${JSON.stringify(leftOver)}`;
  }
});

interface Round {
  /** Index of who is killed. */
  readonly victim: number;
  readonly during: "a rollout" | "rest";
}

/** Each of the five during a rollout, in an order of chance; then some more, mostly at rest. */
function roundsOf(draw: (below: number) => number): readonly Round[] {
  const order = [0, 1, 2, 3, 4].map((victim) => ({ victim, key: draw(1_000_000) }));
  const sorted = order.sort((a, b) => a.key - b.key);
  return [
    ...sorted.map(({ victim }): Round => ({ victim, during: "a rollout" })),
    ...Array.from({ length: MORE_ROUNDS }, (): Round => ({
      victim: draw(5),
      during: draw(3) === 0 ? "a rollout" : "rest",
    })),
  ];
}

function victimOf(
  name: string,
  process: { kill9(): Promise<void>; restart(): Promise<void> | void },
  awayMs: number,
): Victim {
  const restart = async (): Promise<void> => await process.restart();
  return { name, awayMs, restart, kill9: () => process.kill9() };
}

/** One workload on each engine, and one that may run only once and may move between them. */
const specs = (version: string) => [
  webSpec("on-docker", version, { policy: { targets: ["docker"] } }),
  webSpec("on-podman", version, { policy: { targets: ["podman"] } }),
  workerSpec("once", MARKER, { singleton: true, env: { VERSION: version } }),
];

const isServed = (body: string | undefined): boolean => body !== undefined && /^v\d+\n$/.test(body);
