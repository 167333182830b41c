import { afterEach, beforeEach, expect, test } from "vitest";
import { aciAdapter } from "../../../src/adapters/aci/index.ts";
import { filled } from "../../../src/adapters/aci/render/fill.ts";
import { replicaGroup } from "../../../src/adapters/aci/render/group.ts";
import type { Adapter } from "../../../src/adapters/adapter.ts";
import type { AdapterError } from "../../../src/domain/fault.ts";
import { entraToken, judgedTokens } from "../../contracts/token-endpoints.ts";
import { call, target } from "../fixtures.ts";
import { renderSpecs } from "../render-specs.ts";
import { type HttpFake, httpFake } from "./http-fake.ts";
import { planned } from "./rendered.ts";
import { type Subscription, subscription } from "./subscription.ts";
import { aciUnit, CANARY, CONFIG, portsOver } from "./world.ts";
import { knownOf } from "../known.ts";

let cloud: Subscription;
let fake: HttpFake;
let adapter: Adapter;

beforeEach(async () => {
  cloud = subscription({ pageSize: 2 });
  fake = await httpFake(cloud);
  cloud.rules = { ...cloud.rules, origin: fake.url };
  const fetch = judgedTokens("entra", () => entraToken("entra-token"));
  adapter = aciAdapter(
    target("aci", { ...CONFIG, endpoints: { resourceManager: fake.url } }),
    portsOver(cloud, { fetch }),
  );
});
afterEach(async () => {
  await fake.close();
});

test("what goes over the wire is the rendered document, whole, for every spec that is accepted", async () => {
  for (const [name, spec] of renderSpecs()) {
    const { offer, unit } = planned(spec);
    if (offer.impossible.length > 0 || spec.kind === "job") continue;
    cloud.sent.length = 0;
    await adapter.apply({ ...unit, replicas: { min: 1, max: 1 } }, call());
    const put = cloud.sent.find(({ method }) => method === "PUT");
    const secrets = new Map(
      [...JSON.stringify(unit.template).matchAll(/[a-z0-9-]+@3/g)].map(([one]) => [one, `${CANARY} ${one}`]),
    );
    const tags = { "berth-installation": "ins_test", "berth-epoch": "1" };
    const document = filled(replicaGroup({ ...unit, replicas: { min: 1, max: 1 } }, 0), {
      tags,
      secrets,
      logins: [],
    });
    expect(put?.body, name).toEqual(JSON.parse(JSON.stringify(document)));
    cloud.state = { ...cloud.state, groups: {} };
  }
});

test("a create and a delete are one call each: nothing waits for Azure to finish", async () => {
  const unit = aciUnit(1, { replicas: { min: 1, max: 1 } });
  await adapter.apply(unit, call());
  expect(cloud.sent.map(({ method }) => method)).toEqual(["GET", "GET", "PUT"]);
  cloud.pass(60_000);
  cloud.sent.length = 0;
  await adapter.destroy(unit, call());
  expect(cloud.sent.map(({ method }) => method)).toEqual(["GET", "GET", "DELETE", "GET"]);
});

test("every page of a list is read", async () => {
  for (let number = 1; number <= 5; number += 1) await adapter.apply(aciUnit(number), call());
  cloud.pass(60_000);
  const { complete, unrecognised } = await adapter.observe(knownOf(), call());
  expect([complete, unrecognised.length]).toEqual([true, 5]);
});

test("each call carries our token, and a next page at another host is not followed with it", async () => {
  for (let number = 1; number <= 2; number += 1) await adapter.apply(aciUnit(number), call());
  expect([...fake.tokens]).toEqual(["Bearer entra-token"]);
  cloud.pass(60_000);
  cloud.rules = { ...cloud.rules, origin: "http://evil.example" };
  await expect(adapter.observe(knownOf(), call())).rejects.toMatchObject({ kind: "bug" });
});

test("a connection that breaks is unavailable, and throttling says when to come back", async () => {
  const unit = aciUnit(1, { replicas: { min: 1, max: 1 } });
  cloud.rules = { ...cloud.rules, faults: [{ on: "put", times: 1, how: "lost" }] };
  await expect(adapter.apply(unit, call())).rejects.toMatchObject({ kind: "unavailable" });
  const refused = {
    on: "put",
    how: "before",
    code: "TooManyRequests",
    status: 429,
    retryAfterSeconds: 60,
  } as const;
  cloud.rules = {
    ...cloud.rules,
    faults: [
      { on: "get", times: 0, how: "lost" },
      { ...refused, times: 9 },
    ],
  };
  const error = await adapter.apply(aciUnit(2), call()).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: "throttled" });
  expect((error as AdapterError).retryAfterMs).toBeGreaterThan(50_000);
});

test("a refusal of a create or a delete is told by its code, and a group made before it is found again", async () => {
  const unit = aciUnit(1, { replicas: { min: 1, max: 1 } });
  const faults = [
    { on: "put", times: 1, how: "after", status: 500 },
    { on: "delete", times: 1, how: "before", status: 403, code: "AuthorizationFailed" },
  ] as const;
  cloud.rules = { ...cloud.rules, faults };
  await expect(adapter.apply(unit, call())).rejects.toMatchObject({ kind: "unavailable" });
  await adapter.apply(unit, call());
  expect(cloud.sent.filter(({ method }) => method === "PUT")).toHaveLength(1);
  cloud.pass(60_000);
  await expect(adapter.destroy(unit, call())).rejects.toMatchObject({ kind: "denied" });
  expect(cloud.names()).toEqual([`${unit.name}-0`]);
});
