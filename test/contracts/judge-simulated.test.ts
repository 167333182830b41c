import { expect, test } from "vitest";
import { unitRef } from "../../src/adapters/adapter.ts";
import { SIMULATED_CLOUDS } from "../../src/adapters/registry.ts";
import { namesOnly } from "../../src/adapters/sandbox/serving.ts";
import { sandboxAdapter } from "../../src/adapters/sandbox/index.ts";
import type { SimulatedClouds } from "../../src/adapters/sandbox/ports.ts";
import { memoryState } from "../../src/adapters/sandbox/state.ts";
import type { ContractJudge, SimulatedCloud } from "../../src/adapters/simulated-cloud.ts";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import { CLOUDS, type Cloud } from "../../src/domain/place.ts";
import { call, clock, target } from "../adapters/fixtures.ts";
import { REGIONS, unitAt } from "../adapters/sandbox/bench.ts";
import { judgeSimulated } from "./judge-simulated.ts";
import { takeViolations } from "./ledger.ts";

/** Puts itself between an adapter and the simulated cloud: either side may be spoilt. */
interface Spoilt {
  readonly request?: (request: object) => object;
  readonly reply?: (reply: object) => object;
}

/** A sandbox target of a cloud whose requests or replies are not what they should be. */
function spoilt(cloud: Cloud, { request = (as) => as, reply = (as) => as }: Spoilt) {
  const real = SIMULATED_CLOUDS[cloud];
  const wrong: SimulatedCloud<unknown> = {
    ...real,
    open: (row, rules, ports, session) =>
      real.open(row, rules, ports, {
        ask: (asked, step) =>
          session.ask(request(asked), (state, now) => {
            const done = step(state, now);
            return { ...done, reply: reply(Object(done.reply)) as typeof done.reply };
          }),
      }),
  };
  const clouds: SimulatedClouds = { ...SIMULATED_CLOUDS, [cloud]: wrong };
  const time = clock();
  const judged: string[] = [];
  const sandboxJudge: ContractJudge = {
    request(...given) {
      judged.push("request");
      judgeSimulated.request(...given);
    },
    reply(...given) {
      judged.push("reply");
      judgeSimulated.reply(...given);
    },
  };
  const ports = {
    sandboxState: memoryState(),
    sandboxServers: namesOnly(),
    sandboxJudge,
    book: builtInBook,
    now: time.now,
  };
  const config = { simulates: cloud, region: REGIONS[cloud], sandbox: {} };
  return { time, judged, adapter: sandboxAdapter(target("sandbox", config), ports, clouds) };
}

/** Changes one member, deep inside, where it is. */
function changed(value: object, path: readonly (string | number)[], to: unknown): object {
  const copy: object = structuredClone(value);
  let at: unknown = copy;
  for (const key of path.slice(0, -1)) {
    at = Reflect.get(Object(at), key);
    if (at === undefined) return copy;
  }
  Reflect.set(Object(at), path.at(-1) ?? "", to);
  return copy;
}

const isOf = (request: object, operation: string): boolean =>
  ("operation" in request && request.operation === operation) ||
  ("method" in request && request.method === operation);

const WRONG_REQUESTS = {
  ecs: {
    of: "RegisterTaskDefinition",
    path: ["input", "containerDefinitions", 0, "cpu"],
    says: 'The contract of AWS is broken: RegisterTaskDefinition.request.containerDefinitions[0].cpu: should be a integer, not "many"',
  },
  aci: {
    of: "PUT",
    path: ["body", "properties", "containers", 0, "properties", "resources", "requests", "cpu"],
    says: "The contract of Azure is broken: request /properties/containers/0/properties/resources/requests/cpu: must be number (number)",
  },
  "cloud-run": {
    of: "POST",
    path: ["body", "template", "timeout"],
    says: /^The contract of Google is broken: POST \S+ request\.template\.timeout: many is no google-duration$/,
  },
} as const;

test.each(CLOUDS)(
  "a request to a sandbox's %s outside its contract throws, and is remembered with its path",
  async (cloud) => {
    const { of, path, says } = WRONG_REQUESTS[cloud];
    const request = (asked: object) => (isOf(asked, of) ? changed(asked, path, "many") : asked);
    const { adapter } = spoilt(cloud, { request });
    await expect(adapter.apply(unitAt(cloud, 1), call())).rejects.toThrow("is broken");
    expect(takeViolations()).toEqual([typeof says === "string" ? says : expect.stringMatching(says)]);
  },
);

const WRONG_REPLIES = {
  ecs: { path: ["output", "taskDefinition"], says: ".reply.taskDefinition: " },
  aci: { path: ["body", "location"], says: "reply 201 /location: must be string" },
  "cloud-run": { path: ["body", "done"], says: "reply.done: is no boolean" },
} as const;

test.each(CLOUDS)(
  "a reply of a sandbox's %s outside its contract is remembered with its path",
  async (cloud) => {
    const { path, says } = WRONG_REPLIES[cloud];
    const reply = (given: object) => (hasMember(given, path) ? changed(given, path, 7) : given);
    const { adapter } = spoilt(cloud, { reply });
    await adapter
      .apply(unitAt(cloud, 1), call())
      .catch((error: unknown) => expect(String(error)).toContain("is broken"));
    expect(takeViolations().join("\n")).toContain(says);
  },
);

function hasMember(given: object, path: readonly string[]): boolean {
  return path.reduce<unknown>((at, key) => Reflect.get(Object(at), key), given) !== undefined;
}

test.each(CLOUDS)(
  "what %s is sent and answers in the whole life of a unit, its logs too, is judged and found right",
  async (cloud) => {
    let asked = 0;
    const request = (one: object) => {
      asked += 1;
      return one;
    };
    const { adapter, time, judged } = spoilt(cloud, { request });
    const unit = unitAt(cloud, 1);
    await adapter.apply(unit, call());
    time.pass(5_000);
    const logs = await adapter.logs?.(unitRef(unit), { tail: 5, follow: false }, call());
    await new Response(logs).text();
    await adapter.destroy(unitRef(unit), call());
    expect(asked).toBeGreaterThan(3);
    expect(judged).toEqual(Array.from({ length: asked }, () => ["request", "reply"]).flat());
    expect(takeViolations()).toEqual([]);
  },
);
