import { expect, test } from "vitest";
import { GROUP_ACTIONS, IDENTITY_ACTIONS } from "../../../src/adapters/aci/permissions.ts";
import type { CheckLine } from "../../../src/domain/trust.ts";
import { call } from "../fixtures.ts";
import { entra } from "./entra.ts";
import { IDENTITY_ID, type World, world } from "./world.ts";

const own = (proof: string) => proof.startsWith("assertion.of.tgt_aci.for.");
const checked = async ({ adapter }: World): Promise<Readonly<Record<string, CheckLine>>> =>
  Object.fromEntries(((await adapter.check?.(call())) ?? []).map((line) => [line.name, line]));

test("a target that is set up as it should is proved right, line by line, and nothing is written", async () => {
  const { fetch, tokens } = entra({ trusts: own });
  const it = world({}, { ports: { fetch } });
  const lines = await checked(it);
  expect(Object.keys(lines)).toEqual([
    "token",
    "wrong subject",
    "resource group",
    ...GROUP_ACTIONS,
    "quota westeurope",
  ]);
  expect(Object.values(lines).every(({ verdict }) => verdict === "ok")).toBe(true);
  expect(lines["quota westeurope"]?.message).toContain("ContainerGroups 0 of 100");
  expect(it.cloud.sent.every(({ method }) => method === "GET")).toBe(true);
  expect(new Set(tokens).size).toBe(1);
});

test("an app that takes another target's statement is refused", async () => {
  const { fetch } = entra({ trusts: () => true });
  const lines = await checked(world({}, { ports: { fetch } }));
  expect(lines["wrong subject"]).toMatchObject({
    verdict: "refused",
    message: expect.stringContaining("remove all"),
  });
});

test("an app that does not trust us is refused, and nothing more is asked", async () => {
  const { fetch } = entra({ trusts: () => false });
  const lines = await checked(world({}, { ports: { fetch } }));
  expect(lines["token"]).toMatchObject({
    verdict: "refused",
    message: expect.stringContaining("AADSTS700213"),
  });
  expect(Object.keys(lines)).toEqual(["token", "wrong subject"]);
});

test.each([
  ["a missing one", { actions: GROUP_ACTIONS.filter((action) => !action.endsWith("/delete")) }],
  ["one that a role takes back", { actions: ["*"], notActions: ["Microsoft.ContainerInstance/*/delete"] }],
])("each right is proved by itself: %s is refused", async (_name, rights) => {
  const { fetch } = entra({ trusts: own, ...rights });
  const lines = await checked(world({}, { ports: { fetch } }));
  expect(lines["Microsoft.ContainerInstance/containerGroups/delete"]?.verdict).toBe("refused");
  expect(lines["Microsoft.ContainerInstance/containerGroups/write"]?.verdict).toBe("ok");
});

test("a resource group that is not there is refused, with what to do", async () => {
  const group = Response.json({ error: { code: "ResourceGroupNotFound", message: "gone" } }, { status: 404 });
  const { fetch } = entra({ trusts: own, group });
  const lines = await checked(world({}, { ports: { fetch } }));
  expect(lines["resource group"]).toMatchObject({
    verdict: "refused",
    message: expect.stringContaining("Create the resource group"),
  });
});

test.each([
  [[...IDENTITY_ACTIONS], "ok"],
  [["Microsoft.ManagedIdentity/userAssignedIdentities/read"], "refused"],
])(
  "the right to run as an identity is proved on the identity itself: with %j it is %s",
  async (identity, verdict) => {
    const { fetch } = entra({ trusts: own, identity });
    const it = world({}, { ports: { fetch }, config: { userAssignedIdentities: [IDENTITY_ID] } });
    expect((await checked(it))["identity api"]?.verdict).toBe(verdict);
  },
);

test("a token for Resource Manager is not carried to where a redirect points", async () => {
  const group = new Response(null, { status: 302, headers: { location: "https://elsewhere.example/" } });
  const { fetch } = entra({ trusts: own, group });
  const lines = await checked(world({}, { ports: { fetch } }));
  expect(lines["resource group"]).toMatchObject({
    verdict: "refused",
    message: expect.stringContaining("redirect"),
  });
});

test("quotas that may not be read are refused by name, and offers go on without them", async () => {
  const { fetch } = entra({ trusts: own });
  const faults = [
    { on: "usages", times: 100, how: "before", status: 403, code: "AuthorizationFailed" },
  ] as const;
  const it = world({ faults }, { ports: { fetch } });
  expect((await checked(it))["quota westeurope"]?.verdict).toBe("refused");
});

test("trust documents give the least that is needed, to one subject, and quote what a shell would read", () => {
  const subject = { issuer: "https://berth.example/o'brien", subject: "berth:prj_1:tgt_1" };
  const documents = world().adapter.trust?.(subject) ?? [];
  const text = documents.map((one) => one.text).join("\n");
  expect(documents.map(({ format }) => format)).toEqual(["json", "json", "json", "shell", "terraform"]);
  expect(text).toContain("berth:prj_1:tgt_1");
  expect(text).toContain("api://AzureADTokenExchange");
  expect(text).not.toMatch(/"\*"|\/\*"/);
  const shell = documents.find(({ format }) => format === "shell");
  expect(shell?.text).toContain(String.raw`o'\''brien`);
  for (const document of documents.filter(({ format }) => format === "json"))
    expect(() => JSON.parse(document.text) as unknown).not.toThrow();
});

const SUBJECT = { issuer: "https://berth.example", subject: "berth:prj_1:tgt_aci" };

test("two targets of one name never share an app or a role: the target's id is in all that is found by its name", () => {
  const documents = world().adapter.trust?.(SUBJECT) ?? [];
  const shell = documents.find(({ format }) => format === "shell")?.text ?? "";
  expect(shell).toContain("az ad app create --display-name 'berth-here-tgt_aci'");
  const names = documents
    .filter(({ title }) => title.startsWith("Role"))
    .map(({ text }) => (JSON.parse(text) as { readonly Name: string }).Name);
  expect(names).toEqual(["Berth here tgt_aci groups", "Berth here tgt_aci quotas"]);
  const given = shell.split("\n").filter((line) => line.startsWith("az role assignment create"));
  expect(given).toHaveLength(2);
  for (const line of given)
    expect(line).toContain('--assignee-object-id "$OBJECT_ID" --assignee-principal-type ServicePrincipal');
});

test("the right to assign identities is given on those that the target names, and on nothing else", () => {
  const without = JSON.stringify(world().adapter.trust?.(SUBJECT));
  expect(without).not.toContain("Microsoft.ManagedIdentity");
  const { adapter } = world({}, { config: { userAssignedIdentities: [IDENTITY_ID] } });
  const documents = adapter.trust?.(SUBJECT) ?? [];
  const role = documents.find(({ title }) => title.includes("identities"));
  expect(JSON.parse(role?.text ?? "")).toMatchObject({
    Actions: IDENTITY_ACTIONS,
    AssignableScopes: ["/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/ids"],
  });
  const shell = documents.find(({ format }) => format === "shell")?.text;
  expect(shell).toContain(`--role 'Berth here tgt_aci identities' --scope '${IDENTITY_ID}'`);
  const terraform = documents.find(({ format }) => format === "terraform")?.text;
  expect(terraform).toContain(`scope              = "${IDENTITY_ID}"`);
});
