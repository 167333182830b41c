import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Adapter, unitRef } from "../../../src/adapters/adapter.ts";
import { adapterFactories, SIMULATED_CLOUDS } from "../../../src/adapters/registry.ts";
import { accountOf } from "../../../src/adapters/sandbox/account.ts";
import { parseSandboxConfig } from "../../../src/adapters/sandbox/config.ts";
import { rulesOf } from "../../../src/adapters/sandbox/session.ts";
import { namesOnly } from "../../../src/adapters/sandbox/serving.ts";
import { withDeadlines, withKinds } from "../../../src/adapters/wrap.ts";
import { builtInBook } from "../../../src/catalog/shipped-book.ts";
import { AdapterError } from "../../../src/domain/fault.ts";
import { CLOUDS, type Cloud } from "../../../src/domain/place.ts";
import { memoryAgents } from "../agent/memory-agents.ts";
import { testCloudPorts } from "../cloud-ports.ts";
import { judgeSimulated } from "../../contracts/judge-simulated.ts";
import { call, clock, target, template } from "../fixtures.ts";
import { REGIONS, unitAt } from "./bench.ts";
import { knownOf } from "../known.ts";

/** More than all delays together: after this nothing has anything left to do. */
const LONG_MS = 100_000;
const UNITS = 4;
/** Groups of Container Instances go one after the other, and every fault may strike three times. */
const MOST_ASKS = 20;

/** A sandbox whose account is text between any two verbs, and whose every verb is another process's. */
function textual(cloud: Cloud, options: object) {
  const time = clock();
  const config = { simulates: cloud, region: REGIONS[cloud], sandbox: options };
  let version = 0;
  let text: string | undefined;
  const ports = {
    sandboxState: {
      load: async () => ({ version, account: text === undefined ? undefined : JSON.parse(text) }),
      save: async (_target: string, account: unknown, ifVersion: number) => {
        if (ifVersion !== version) return false;
        version += 1;
        text = JSON.stringify(account);
        return true;
      },
    },
    sandboxServers: namesOnly(),
    sandboxJudge: judgeSimulated,
    agentDirectory: memoryAgents(time.now).directory,
    book: builtInBook,
    now: time.now,
    cloud: testCloudPorts({ now: time.now }),
  };
  const parsed = parseSandboxConfig(config);
  const simulated = SIMULATED_CLOUDS[cloud];
  const given = { provider: cloud, cloud: simulated, quota: parsed.rules.quota, now: time.now() };
  return {
    time,
    version: () => version,
    adapter: (): Adapter =>
      withDeadlines(withKinds(adapterFactories(ports).sandbox(target("sandbox", config)))),
    units: () => {
      const account = accountOf(text === undefined ? undefined : JSON.parse(text), given);
      return simulated.units(account.cloud, rulesOf(parsed), time.now());
    },
  };
}
type Textual = ReturnType<typeof textual>;

const one = (cloud: Cloud, number: number, replicas: number) =>
  unitAt(cloud, number + 1, {
    workload: `w${number}`,
    replicas: { min: replicas, max: replicas },
    // The first of them never comes up.
    template: template(number === 0 ? { env: { SANDBOX_CRASH: "7" } } : {}),
  });

const number = fc.integer({ min: 0, max: UNITS - 1 });
const move = fc.record({
  verb: fc.constantFrom("apply" as const, "apply" as const, "destroy" as const, "observe" as const),
  number,
  replicas: fc.integer({ min: 1, max: 3 }),
  afterMs: fc.integer({ min: 0, max: 3_000 }),
});
type Move = typeof move extends fc.Arbitrary<infer T> ? T : never;
const delay = fc.integer({ min: 0, max: 2_000 });
const options = fc.record({
  delaysMs: fc.record({ create: delay, ready: delay, destroy: delay, visible: delay }),
  faults: fc.array(
    fc.record({
      on: fc.constantFrom("apply", "destroy", "observe"),
      kind: fc.constantFrom("unavailable", "throttled", "bug"),
      times: fc.integer({ min: 1, max: 3 }),
      lostAnswer: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
});
const moves = fc.array(move, { maxLength: 12 });
const RUNS = { numRuns: 25 };

async function tried<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    expect(error).toBeInstanceOf(AdapterError);
    return undefined;
  }
}

async function play(here: Textual, cloud: Cloud, list: readonly Move[], after = () => {}): Promise<void> {
  for (const { verb, number: which, replicas, afterMs } of list) {
    here.time.pass(afterMs);
    const unit = one(cloud, which, replicas);
    if (verb === "apply") await tried(here.adapter().apply(unit, call()));
    else if (verb === "destroy") await tried(here.adapter().destroy(unitRef(unit), call()));
    else await tried(here.adapter().observe(knownOf(unit), call()));
    after();
  }
}

async function removed(here: Textual, cloud: Cloud, which: number): Promise<boolean> {
  for (let asks = 0; asks < MOST_ASKS; asks += 1) {
    here.time.pass(LONG_MS);
    if ((await tried(here.adapter().destroy(unitRef(one(cloud, which, 1)), call()))) === "gone") return true;
  }
  return false;
}

describe.each(CLOUDS)("a simulated account of %s, whatever is done to it", (cloud) => {
  test("never holds one unit twice, and never more than its quota", async () => {
    await fc.assert(
      fc.asyncProperty(moves, options, fc.integer({ min: 0, max: 5 }), async (list, given, resources) => {
        const here = textual(cloud, { ...given, quota: { resources } });
        await play(here, cloud, list, () => {
          const units = here.units();
          expect(new Set(units.map(({ id }) => id)).size).toBe(units.length);
          const held =
            cloud === "aci" ? units.reduce((sum, { replicas }) => sum + replicas, 0) : units.length;
          // What is on its way out counts at some clouds and not at others; what stays always does.
          if (units.every(({ isDeleting }) => !isDeleting)) expect(held).toBeLessThanOrEqual(resources);
        });
      }),
      RUNS,
    );
  });

  test("comes to what is asked for again and again: ready, or failed where it crashes; and then it rests", async () => {
    await fc.assert(
      fc.asyncProperty(moves, options, async (list, given) => {
        const here = textual(cloud, given);
        await play(here, cloud, list);
        // A unit that goes away is never asked for again by the reconciler.
        for (let which = 0; which < UNITS; which += 1)
          if (here.units().some((unit) => unit.workload === `w${which}` && unit.isDeleting))
            expect(await removed(here, cloud, which)).toBe(true);
        const wanted = Array.from({ length: UNITS }, (_, which) => one(cloud, which, 2));
        for (let asks = 0; asks < MOST_ASKS; asks += 1) {
          here.time.pass(LONG_MS);
          for (const unit of wanted) await tried(here.adapter().apply(unit, call()));
        }
        here.time.pass(LONG_MS);
        const known = knownOf(...wanted);
        const look = () => tried(here.adapter().observe(known, call()));
        let looked = await look();
        for (let asks = 0; asks < MOST_ASKS && looked === undefined; asks += 1) looked = await look();
        const seen = looked?.observations ?? [];
        expect(Object.fromEntries(seen.map(({ unit, phase, ready }) => [unit, { phase, ready }]))).toEqual(
          Object.fromEntries(
            wanted.map(({ id }, which) => [
              id,
              which === 0 ? { phase: "failed", ready: 0 } : { phase: "ready", ready: 2 },
            ]),
          ),
        );
        const version = here.version();
        for (const unit of wanted.slice(1)) await here.adapter().apply(unit, call());
        await look();
        expect(here.version()).toBe(version);
      }),
      RUNS,
    );
  });

  test("loses for good what is asked to go again and again, and nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(moves, options, async (list, given) => {
        const here = textual(cloud, given);
        await play(here, cloud, list);
        here.time.pass(LONG_MS);
        const others = here.units().filter((unit) => unit.workload !== "w1" && !unit.isDeleting);
        expect(await removed(here, cloud, 1)).toBe(true);
        const left = here.units().filter(({ isDeleting }) => !isDeleting);
        expect(left.map(({ id }) => id).toSorted()).toEqual(others.map(({ id }) => id).toSorted());
      }),
      RUNS,
    );
  });
});
