import { expect, test } from "vitest";
import { armJudge } from "./arm-judge.ts";
import { schemasUsed } from "./arm-schemas.ts";
import { armValidator, validatorsAsModule } from "./arm-validators.ts";

const judge = armJudge();
const path = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerInstance/containerGroups/web";
const query = { "api-version": "2023-05-01" };
const container = {
  name: "web",
  properties: { image: "nginx", resources: { requests: { cpu: 1, memoryInGB: 1 } } },
};
const group = { location: "westeurope", properties: { osType: "Linux", containers: [container] } };
const put = (body: unknown) => ({ method: "PUT", path, query, body });

test("a group that the contract takes is taken, and the answer to it", () => {
  expect(judge.request(put(group))).toEqual([]);
  const answer = { ...group, id: path, properties: { ...group.properties, provisioningState: "Pending" } };
  expect(judge.reply(put(group), { status: 201, body: answer })).toEqual([]);
});

test("what the contract refuses is told with its path", () => {
  const cpu = { ...container.properties, resources: { requests: { cpu: "1", memoryInGB: 1 } } };
  const wrong = {
    ...group,
    properties: { ...group.properties, containers: [{ ...container, properties: cpu }] },
  };
  expect(judge.request(put(wrong))[0]).toContain(
    "/properties/containers/0/properties/resources/requests/cpu",
  );
  expect(
    judge.request(put({ ...group, properties: { osType: "BeOS", containers: [container] } }))[0],
  ).toContain("/properties/osType");
  expect(judge.request(put({ location: "x", properties: { osType: "Linux" } })).join()).toContain(
    "containers",
  );
});

test("a member that the contract does not have is refused, and in a request one that only Azure may say", () => {
  expect(judge.request(put({ ...group, colour: "red" })).join()).toContain("colour");
  expect(judge.request(put({ ...group, name: "web" })).join()).toContain("name");
  expect(judge.reply(put(group), { status: 201, body: { ...group, colour: "red" } }).join()).toContain(
    "colour",
  );
});

test("paths, versions, parameters and statuses outside the contract are refused", () => {
  expect(judge.request({ method: "GET", path: "/nowhere", query })).toEqual([
    "GET /nowhere is not in the contract",
  ]);
  expect(judge.request({ method: "GET", path, query: {} })).toEqual(["query api-version is missing"]);
  expect(
    judge.request({ method: "GET", path: `${path}/containers/c/logs`, query: { ...query, tail: "ten" } }),
  ).toHaveLength(1);
  expect(judge.reply({ method: "GET", path, query }, { status: 201, body: group })).toHaveLength(1);
  expect(
    judge.reply({ method: "GET", path, query }, { status: 404, body: { error: { kode: "x" } } }),
  ).toHaveLength(1);
});

test("what a principal may do is asked for a group and for any resource, and judged by a contract of its own", () => {
  const permissions = armJudge("authorization");
  const group = "/subscriptions/s/resourceGroups/g";
  const asked = (scope: string, version = "2022-04-01") => ({
    method: "GET",
    path: `${scope}/providers/Microsoft.Authorization/permissions`,
    query: { "api-version": version },
  });
  const identity = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/api`;
  for (const scope of [group, identity]) {
    expect(permissions.request(asked(scope))).toEqual([]);
    expect(permissions.request(asked(scope, "2023-05-01"))).toHaveLength(1);
    expect(permissions.reply(asked(scope), { status: 200, body: { value: [{ actions: ["*"] }] } })).toEqual(
      [],
    );
    const wrong = { status: 200, body: { value: [{ actions: "*" }] } };
    expect(permissions.reply(asked(scope), wrong)[0]).toContain("/value/0/actions");
  }
  expect(permissions.request({ ...asked(group), path: group })).toHaveLength(1);
});

test("the read of a resource group is judged by what Microsoft's reference says of it", () => {
  const groups = armJudge("resourceGroup");
  const read = {
    method: "GET",
    path: "/subscriptions/s/resourceGroups/g",
    query: { "api-version": "2021-04-01" },
  };
  const answered = (body: object, status = 200) => groups.reply(read, { status, body });
  expect(groups.request(read)).toEqual([]);
  expect(groups.request({ ...read, query: { "api-version": "2023-05-01" } })).toHaveLength(1);
  expect(groups.request({ ...read, query: { ...read.query, $expand: "tags" } })).toHaveLength(1);
  expect(groups.request({ ...read, path: `${read.path}/resources` })).toHaveLength(1);
  expect(
    answered({ name: "g", location: "westeurope", properties: { provisioningState: "Succeeded" } }),
  ).toEqual([]);
  expect(answered({ name: "g" }).join()).toContain("location");
  expect(answered({ location: 7 }).join()).toContain("reply 200 /location");
  expect(answered({ error: { code: "ResourceGroupNotFound", message: "gone" } }, 404)).toEqual([]);
  expect(answered({ error: { kode: "x" } }, 404).join()).toContain("kode");
});

test("the validators that are written out for where no code is made from text judge as those that are made at once", async () => {
  const written = `data:text/javascript,${encodeURIComponent(validatorsAsModule())}`;
  const { armValidator: writtenOut } = (await import(written)) as {
    readonly armValidator: typeof armValidator;
  };
  for (const id of schemasUsed())
    for (const value of [group, { ...group, colour: "red" }, { location: 7, properties: {} }, {}, [], 7]) {
      const [one, other] = [armValidator(id), writtenOut(id)];
      expect(other(value)).toBe(one(value));
      expect(other.errors).toEqual(one.errors);
    }
  expect(() => writtenOut("containerInstance-reply#/definitions/Nothing")).toThrow("there is no schema");
});
