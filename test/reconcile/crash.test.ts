import { describe, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { destroy } from "../../src/broker/destroy.ts";
import { migrate } from "../../src/broker/migrate.ts";
import { openBench, type Bench, type Process } from "../broker/ports.ts";
import { sandboxTarget, webSpec, workerSpec } from "../broker/specs.ts";
import { memoryFile } from "../sim/backends.ts";
import { intercepted } from "../sim/intercepted.ts";

/** What a process meets that has died. */
class Died extends Error {}

/**
 * A process that dies at its `at`th call to the store or a provider, when it has been made and is not answered. Dying before the next
 * one leaves the same behind: between two calls nothing is done that outlives a process.
 */
class Mortal {
  dead = false;
  #calls = 0;
  readonly #at: number;

  constructor(at: number) {
    this.#at = at;
  }

  readonly around = async (_name: string, call: () => Promise<unknown>): Promise<unknown> => {
    this.check();
    const dies = ++this.#calls === this.#at;
    const answer = await call();
    if (dies) this.dead = true;
    this.check();
    return answer;
  };

  check(): void {
    if (this.dead) throw new Died();
  }
}

type Change = (bench: Bench) => Promise<unknown>;
const put =
  (spec: unknown): Change =>
  (bench) =>
    deploy(bench.main.ports, bench.caller, "web", { spec });
const stopFirst = { singleton: true };
/** What runs before, what changes, and what is left in the end: where, and which image. */
const SCENARIOS: readonly (readonly [string, readonly Change[], Change, readonly string[]])[] = [
  ["a first deploy", [], put(webSpec()), ["localhost/web:1"]],
  ["a change", [put(webSpec())], put(webSpec({ image: "localhost/web:2" })), ["localhost/web:2"]],
  ["a change of scale", [put(webSpec())], put(webSpec({ scale: { min: 3, max: 3 } })), ["localhost/web:1"]],
  [
    "a change that fails",
    [put(webSpec())],
    put(webSpec({ image: "localhost/web:crash" })),
    ["localhost/web:1"],
  ],
  [
    "a singleton's change that fails",
    [put(workerSpec(stopFirst))],
    put(workerSpec({ ...stopFirst, image: "localhost/web:crash" })),
    ["localhost/web:1"],
  ],
  [
    "a move",
    [put(webSpec())],
    (bench) => migrate(bench.main.ports, bench.caller, "web", { to: { target: "two" } }),
    ["localhost/web:1"],
  ],
  ["a removal", [put(webSpec())], (bench) => destroy(bench.main.ports, bench.caller, "web", {}), []],
];

/** The clock goes on step by step, and the process works until it dies. True when it did. */
async function liveOn(bench: Bench, process: Process, mortal: Mortal, ms: number): Promise<boolean> {
  for (let passed = 0; passed < ms && !mortal.dead; passed += STEP_MS) {
    bench.clock.now += STEP_MS;
    try {
      await process.pass();
    } catch (error) {
      if (!(error instanceof Died)) throw error;
    }
  }
  return mortal.dead;
}

const STEP_MS = 1_000;
const ROLLOUT_MS = 50_000;
/** What the next process has to bring everything to rest. */
const REST_MS = 120_000;
/** More calls than any of these changes takes. */
const MOST_CALLS = 400;

async function dieAt([, before, change, left]: (typeof SCENARIOS)[number], at: number): Promise<boolean> {
  const bench = await openBench(memoryFile());
  await bench.connect("one", sandboxTarget("ecs"));
  await bench.connect("two", sandboxTarget("cloud-run"));
  for (const step of before) {
    await step(bench);
    await bench.run(5_000, STEP_MS);
  }
  await change(bench);
  const mortal = new Mortal(at);
  const process = bench.process((store) => intercepted(store, mortal.around));
  bench.interference = { before: () => mortal.check(), after: () => mortal.check() };
  const died = await liveOn(bench, process, mortal, ROLLOUT_MS);
  bench.interference = {};
  bench.restart();
  await bench.run(REST_MS, 3 * STEP_MS);
  const made = [...(await bench.made("one")), ...(await bench.made("two"))];
  const what = `dies at call ${at}`;
  expect(
    made.map(({ image }) => image),
    what,
  ).toEqual(left);
  const scope = { project: bench.caller.project.id, environment: "production" };
  const units = await bench.file.store.units(scope, "web");
  expect(
    units.map(({ unit, state }) => [unit.id, state]),
    what,
  ).toEqual(made.map(({ id }) => [id, "wanted"]));
  const route = await bench.file.store.routeByName(scope.project, "production", "web");
  expect(route?.upstreams.map(({ unit, weight }) => [unit, weight]) ?? [], what).toEqual(
    units.filter(({ unit }) => unit.template.route !== undefined).map(({ unit }) => [unit.id, 100]),
  );
  return died;
}

/** One for each moment of dying, each to its end: much more than a test usually does. */
const A_HUNDRED_ROLLOUTS_MS = 180_000;

describe("a process that dies", () => {
  test.each(SCENARIOS)(
    "between any two steps of %s leaves it to the next one: no orphan, no double, the same end",
    { timeout: A_HUNDRED_ROLLOUTS_MS },
    async (...scenario) => {
      let died = true;
      let deaths = 0;
      for (let at = 1; died && at <= MOST_CALLS; at += 1) {
        died = await dieAt(scenario, at);
        if (died) deaths += 1;
      }
      expect(died).toBe(false);
      expect(deaths).toBeGreaterThan(20);
    },
  );
});
