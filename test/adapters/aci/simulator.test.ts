import * as fc from "fast-check";
import { expect, test } from "vitest";
import { simulateAci } from "../../../src/adapters/aci/simulator/simulate.ts";
import { type AciSimRules, USUAL_RULES } from "../../../src/adapters/aci/simulator/rules.ts";
import { type AciSimState, EMPTY_SUBSCRIPTION } from "../../../src/adapters/aci/simulator/state.ts";
import type { ArmGroup } from "../../../src/adapters/aci/arm.ts";
import { replicaGroup } from "../../../src/adapters/aci/render/group.ts";
import { armJudge } from "../../contracts/arm-judge.ts";
import { START } from "../fixtures.ts";
import { subscription } from "./subscription.ts";
import { aciUnit } from "./world.ts";

const BASE = `/subscriptions/${USUAL_RULES.subscriptionId}/resourceGroups/berth/providers/Microsoft.ContainerInstance/containerGroups`;
const query = { "api-version": "2023-05-01" };
const document = replicaGroup(aciUnit(1, { replicas: { min: 1, max: 1 } }), 0);
const plain = (change: object = {}): unknown => {
  const { zones: _zones, identity: _identity, ...group } = JSON.parse(JSON.stringify(document)) as ArmGroup;
  const containers = group.properties.containers.map(({ name, properties }) => ({
    name,
    properties: { ...properties, environmentVariables: [] },
  }));
  return { ...group, properties: { ...group.properties, containers, ...change } };
};
const put = (name: string, body: unknown) => ({ method: "PUT", path: `${BASE}/${name}`, query, body });
const codeOf = (reply: { readonly body?: unknown }) =>
  (reply.body as { readonly error?: { readonly code?: string } } | undefined)?.error?.code;

test("what a PUT may not change is refused, and what it may restarts every container", () => {
  const cloud = subscription();
  expect(cloud.send(put("web", plain())).status).toBe(201);
  expect(codeOf(cloud.send(put("web", plain())))).toBe("ContainerGroupTransitioning");
  cloud.pass(60_000);
  for (const change of [{ restartPolicy: "Never" }, { ipAddress: undefined }])
    expect(codeOf(cloud.send(put("web", plain(change))))).toBe("InvalidContainerGroupUpdate");
  expect(codeOf(cloud.send(put("web", { ...(plain() as object), location: "eastus" })))).toBe(
    "InvalidResourceLocation",
  );
  expect(cloud.send(put("web", plain())).status).toBe(200);
  expect(cloud.state.groups["web"]?.updates).toBe(1);
});

test.each([
  ["Web", {}],
  ["web", { containers: [] }],
  ["web", { volumes: Array.from({ length: 21 }, (_, index) => ({ name: `v${index}`, emptyDir: {} })) }],
  ["web", { ipAddress: { type: "Public", ports: [{ port: 9_999 }] } }],
  ["web", { ipAddress: { type: "Public", ports: [{ port: 81 }] } }],
  ["web", { ipAddress: { type: "Public", ports: [8_080, 1, 2, 3, 4, 5].map((port) => ({ port })) } }],
  ["web", { priority: "Spot" }],
  ["web", { volumes: [{ name: "data", emptyDir: {} }] }],
  ["web", { volumes: [{ name: "files--0", emptyDir: {} }] }],
])("Azure's published rules are kept: %s %j is refused", (name, change) => {
  const cloud = subscription();
  const reply = cloud.send(put(name, plain(change)));
  expect(reply.status).toBe(400);
  expect(cloud.names()).toEqual([]);
});

test("a user is refused but for a group of the SKU Confidential", () => {
  const cloud = subscription();
  const [container] = (plain() as ArmGroup).properties.containers;
  const securityContext = { runAsUser: 1_000 };
  const containers = [{ name: "web", properties: { ...container?.properties, securityContext } }];
  expect(codeOf(cloud.send(put("web", plain({ containers }))))).toBe("InvalidSecurityContext");
  expect(cloud.send(put("web", plain({ containers, sku: "Confidential" }))).status).toBe(201);
});

test("a group is in no list for a while after it was made, and a read by its name finds it at once", () => {
  const cloud = subscription({ delaysMs: { ...USUAL_RULES.delaysMs, visible: 60_000 } });
  cloud.send(put("web", plain()));
  const listed = () =>
    (cloud.send({ method: "GET", path: BASE, query }).body as { value: unknown[] }).value.length;
  expect(cloud.send({ method: "GET", path: `${BASE}/web`, query }).status).toBe(200);
  expect(listed()).toBe(0);
  cloud.pass(60_000);
  expect(listed()).toBe(1);
});

test("a rule for an image and one for a variable make containers end, and a variable's value is the exit code", () => {
  const cloud = subscription({ crashVariable: "SANDBOX_CRASH" });
  const [container] = (plain() as ArmGroup).properties.containers;
  const environmentVariables = [{ name: "SANDBOX_CRASH", value: "9" }];
  const properties = { ...container?.properties, environmentVariables };
  cloud.send(put("web", plain({ containers: [{ name: "web", properties }] })));
  cloud.pass(5_000);
  const { body } = cloud.send({ method: "GET", path: `${BASE}/web`, query });
  const view = (body as ArmGroup).properties.containers[0]?.properties.instanceView;
  expect(view?.previousState).toMatchObject({ state: "Terminated", exitCode: 9 });
  expect(view?.currentState?.detailStatus).toContain("CrashLoopBackOff");
});

test("a whole life can be kept as JSON at any moment and taken up again, and the machine changes nothing it was given", () => {
  const step = fc.record({
    method: fc.constantFrom("PUT", "GET", "DELETE", "PATCH", "LIST", "LOGS", "USAGES"),
    name: fc.constantFrom("a1", "b2", "c3"),
    waitMs: fc.integer({ min: 0, max: 2_000 }),
  });
  const judge = armJudge();
  const faults = [{ on: "put", skip: 1, times: 1, how: "after", status: 500 }] as const;
  const rules: AciSimRules = {
    ...USUAL_RULES,
    faults,
    quotas: { ...USUAL_RULES.quotas, ContainerGroups: 2 },
    pageSize: 1,
  };
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      let [kept, straight]: [AciSimState, AciSimState] = [EMPTY_SUBSCRIPTION, EMPTY_SUBSCRIPTION];
      let now = START;
      for (const { method, name, waitMs } of steps) {
        now += waitMs;
        const request = requestFor(method, name);
        const before = JSON.stringify(straight);
        const one = simulateAci(straight, request, now, rules);
        expect(JSON.stringify(straight)).toBe(before);
        const other = simulateAci(JSON.parse(JSON.stringify(kept)) as AciSimState, request, now, rules);
        expect(JSON.stringify(other)).toBe(JSON.stringify(one));
        [straight, kept] = [one.state, other.state];
        expect(judge.request(request)).toEqual([]);
        expect(judge.reply(request, JSON.parse(JSON.stringify(one.reply)) as typeof one.reply)).toEqual([]);
      }
    }),
    { numRuns: 300 },
  );
});

function requestFor(method: string, name: string) {
  if (method === "PUT") return put(name, plain({ ipAddress: undefined }));
  if (method === "PATCH") return { method, path: `${BASE}/${name}`, query, body: { tags: { a: "b" } } };
  if (method === "LIST") return { method: "GET", path: BASE, query };
  if (method === "LOGS")
    return { method: "GET", path: `${BASE}/${name}/containers/web/logs`, query: { ...query, tail: "5" } };
  if (method === "USAGES") {
    const path = `/subscriptions/${USUAL_RULES.subscriptionId}/providers/Microsoft.ContainerInstance/locations/westeurope/usages`;
    return { method: "GET", path, query };
  }
  return { method, path: `${BASE}/${name}`, query };
}
