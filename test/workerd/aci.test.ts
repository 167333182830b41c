import { afterEach, expect, test } from "vitest";
import { aciAdapter } from "../../src/adapters/aci/index.ts";
// Loaded here and not at the first call, whose time is the test's.
import "../../src/adapters/aci/sdk.ts";
import { USUAL_RULES } from "../../src/adapters/aci/simulator/rules.ts";
import { simulateAci } from "../../src/adapters/aci/simulator/simulate.ts";
import { EMPTY_SUBSCRIPTION } from "../../src/adapters/aci/simulator/state.ts";
import { testCloudPorts } from "../adapters/cloud-ports.ts";
import { call, clock, target, template, unit as makeUnit } from "../adapters/fixtures.ts";
import { armJudge } from "../contracts/arm-judge.ts";
import { demandNone } from "../contracts/ledger.ts";
import { entraToken, judgedTokens } from "../contracts/token-endpoints.ts";
import { knownOf } from "../adapters/known.ts";

const { subscriptionId, resourceGroup } = USUAL_RULES;
const CONFIG = {
  tenantId: "00000000-0000-0000-0000-00000000000a",
  clientId: "00000000-0000-0000-0000-00000000000b",
  subscriptionId,
  resourceGroup,
  regions: ["westeurope"],
};
const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
});

test("the official SDK drives Container Instances inside workerd: a unit is made, seen ready and removed", async () => {
  const time = clock();
  const { now } = time;
  const judge = armJudge();
  const entra = judgedTokens("entra", () => entraToken("entra-token"));
  const tokens = new Set<string | null>();
  let state = EMPTY_SUBSCRIPTION;
  // Nothing listens inside workerd: what the SDK sends is answered where it leaves.
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const { host, pathname, searchParams } = new URL(request.url);
    expect(host).toBe("management.azure.com");
    tokens.add(request.headers.get("authorization"));
    const text = new TextDecoder().decode(await request.arrayBuffer());
    const query = Object.fromEntries(searchParams);
    const body = text === "" ? {} : { body: JSON.parse(text) as unknown };
    const asked = { method: request.method, path: pathname, query, ...body };
    demandNone(judge.request(asked), "Azure");
    const step = simulateAci(state, asked, now(), USUAL_RULES);
    ({ state } = step);
    const { status, headers, body: answer } = step.reply;
    demandNone(judge.reply(asked, step.reply), "Azure");
    const reply = answer === undefined ? null : JSON.stringify(answer);
    return new Response(reply, { status, headers: { "content-type": "application/json", ...headers } });
  };
  const ports = testCloudPorts({
    now,
    fetch: async (input, init) => {
      // What our own code asks of fetch has to be what workerd's takes.
      const { url, redirect } = new Request(input, init);
      expect([new URL(url).host, redirect]).toEqual(["login.microsoftonline.com", "manual"]);
      return await entra(input, init);
    },
    secrets: async (_tenant, reference) => await Promise.resolve(`value of ${reference}`),
  });
  const adapter = aciAdapter(target("aci", CONFIG), ports);
  const place = { provider: "aci", target: "here", region: "westeurope" } as const;
  const unit = makeUnit(1, place, { template: template({ stopGraceSeconds: 10 }) });
  await adapter.apply(unit, call());
  time.pass(60_000);
  const { observations } = await adapter.observe(knownOf(unit), call());
  expect(observations).toMatchObject([{ unit: unit.id, phase: "ready", ready: 2 }]);
  expect([...tokens]).toEqual(["Bearer entra-token"]);
  const { id, name, project, environment, workload } = unit;
  const ref = { id, name, project, environment, workload, region: place.region };
  for (let asks = 0; asks < 3; asks += 1) {
    expect(await adapter.destroy(ref, call())).toBe("going");
    time.pass(1_000);
    if (Object.values(state.groups).every(({ goneAt = Infinity }) => goneAt <= now())) break;
  }
  expect(await adapter.destroy(ref, call())).toBe("gone");
});
