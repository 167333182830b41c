import { afterEach, expect, test } from "vitest";
import { ecsAdapter } from "../../src/adapters/ecs/index.ts";
// Loaded here and not at the first call, whose time is the test's.
import "../../src/adapters/ecs/sdk.ts";
import { simulatedAccount } from "../../src/adapters/ecs/simulator/account.ts";
import { USUAL_RULES } from "../../src/adapters/ecs/simulator/rules.ts";
import { testCloudPorts } from "../adapters/cloud-ports.ts";
import { readCall, writeReply } from "../adapters/ecs/wire.ts";
import { CONFIG, ecsTemplate, PLACE } from "../adapters/ecs/world.ts";
import { call, clock, target, unit as makeUnit } from "../adapters/fixtures.ts";
import { demandAnswer, demandContract } from "../contracts/botocore.ts";
import { knownOf } from "../adapters/known.ts";

const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
});

test("the official SDK drives ECS inside workerd: a unit is made, seen ready and removed", async () => {
  const time = clock();
  const account = simulatedAccount(USUAL_RULES, time.now);
  // Nothing listens inside workerd: what the SDK sends is answered where it leaves.
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const read = readCall(
      (name) => request.headers.get(name),
      new TextDecoder().decode(await request.arrayBuffer()),
    );
    const asked = { ...read, region: read.region ?? PLACE.region };
    demandContract("request", asked, asked.input);
    const reply = await account.answer(asked, request.signal);
    demandAnswer(asked, reply);
    if (reply.said === "nothing") throw new TypeError("the connection ended");
    const { status, headers, body } = writeReply(asked, reply);
    return new Response(body, { status, headers });
  };
  const adapter = ecsAdapter(
    target("ecs", CONFIG),
    testCloudPorts({ now: time.now, secrets: async (_tenant, reference) => `value of ${reference}` }),
  );
  const unit = makeUnit(1, PLACE, { template: ecsTemplate() });
  await adapter.apply(unit, call());
  time.pass(5_000);
  const { observations } = await adapter.observe(knownOf(unit), call());
  expect(observations).toMatchObject([{ unit: unit.id, phase: "ready", ready: 2 }]);
  expect(observations[0]?.endpoints).toHaveLength(2);
  const { id, name, project, environment, workload, place } = unit;
  const ref = { id, name, project, environment, workload, region: place.region };
  expect(await adapter.destroy(ref, call())).toBe("going");
  time.pass(5_000);
  expect(await adapter.destroy(ref, call())).toBe("gone");
  expect(account.state().regions[PLACE.region]?.secrets).toEqual([]);
});
