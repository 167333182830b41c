import { describe, expect, test } from "vitest";
import { connectSandbox, SPEC } from "../deployed.ts";
import { at, type World } from "../world.ts";

/** Policies: stored, layered, and what they do to plans. */
export function policyRoutes(world: () => World): void {
  const put = (name: string, json: unknown, more = "", headers = {}) =>
    world().call(`/v1/policies/${name}${more}`, { method: "PUT", json, headers });
  const plan = (spec: unknown, query = "") =>
    world().call(`/v1/plans${query}`, { method: "POST", json: { spec } });

  describe("policies", () => {
    test("one is made, read, changed by its version, listed and taken out of force", async () => {
      const made = await put("shop", { maxUsdPerMonth: { expected: 25 } });
      expect(made).toMatchObject({ status: 201, body: { name: "shop", version: 1, mandatory: false } });
      expect(made.headers.get("etag")).toBe('"1"');
      expect(await put("shop", { spot: "allow" }, "", { "if-match": '"7"' })).toMatchObject({ status: 412 });
      expect(await put("shop", { spot: "allow" }, "", { "if-none-match": "*" })).toMatchObject({
        status: 412,
      });
      const next = await put("shop", { spot: "allow" }, "", { "if-match": '"1"' });
      expect(next).toMatchObject({ status: 200, body: { version: 2, document: { spot: "allow" } } });
      expect(await put("shop", { spot: "allow" })).toMatchObject({ status: 200, body: { version: 2 } });
      expect(await world().call("/v1/policies/shop?version=1")).toMatchObject({
        status: 200,
        body: { version: 1, document: { maxUsdPerMonth: { expected: 25 } } },
      });
      expect(await world().call("/v1/policies")).toMatchObject({ body: { policies: [{ name: "shop" }] } });
      expect((await world().call("/v1/policies/shop", { method: "DELETE" })).status).toBe(204);
      expect((await world().call("/v1/policies/shop")).status).toBe(404);
      expect((await world().call("/v1/policies/shop", { method: "DELETE" })).status).toBe(404);
      expect((await world().call("/v1/policies/shop?version=2")).status).toBe(200);
    });

    test("YAML is taken as it is", async () => {
      const reply = await world().call("/v1/policies/eu", {
        method: "PUT",
        body: "# where our users are\njurisdictions: [EU]\n",
        headers: { "content-type": "application/yaml" },
      });
      expect(reply).toMatchObject({ status: 201, body: { document: { jurisdictions: ["EU"] } } });
    });

    test.each<[string, string, string]>([
      ["an unknown provider", "providers: [gcp]", "/providers/0"],
      ["a weight that is not a number", "weights: {cost: .nan}", "/weights/cost"],
      ["a negative weight", "weights: {latency: -1}", "/weights/latency"],
      ["an unknown field", "region: [eu]", "/region"],
      ["a region nobody has", "regions: [ecs/eu-west-9]", "/regions/0"],
      [
        "tiers in a circle",
        "tiers: [{name: a, where: {}, overflow: b}, {name: b, where: {}, overflow: a}]",
        "/tiers/1/overflow",
      ],
      ["a tier that is not there", "tiers: [{name: a, where: {}, overflow: c}]", "/tiers/0/overflow"],
      ["CEL that is not CEL", "require: [{name: x, when: 'offer.price <', message: m}]", "/require/0/when"],
      [
        "CEL over its bounds",
        `require: [{name: x, when: '${"(".repeat(30)}true${")".repeat(30)}', message: m}]`,
        "/require/0/when",
      ],
      [
        "a rule over changes that is no question",
        "rules: [{name: x, on: [deploy], when: 'actor.name', effect: deny, message: m}]",
        "/rules/0/when",
      ],
      [
        "more values than there can be",
        "regions: [ecs/eu-west-1]\nspread: {over: region, minimum: 2}",
        "/spread/minimum",
      ],
      [
        "regions outside their jurisdictions",
        "regions: [ecs/us-east-1]\njurisdictions: [EU]",
        "/jurisdictions",
      ],
      ["regions of a provider that is not allowed", "regions: [ecs/us-east-1]\nproviders: [aci]", "/regions"],
      [
        "another project's label in a project's policy",
        "select: {projects: {labels: {a: b}}}",
        "/select/projects",
      ],
    ])("%s is refused with its place", async (_name, body, pointer) => {
      const headers = { "content-type": "application/yaml" };
      const reply = await world().call("/v1/policies/bad", { method: "PUT", body, headers });
      expect(reply).toMatchObject({ status: 400, body: { code: "invalid-body", errors: [{ pointer }] } });
      expect((await world().call("/v1/policies/bad")).status).toBe(404);
    });

    test("CEL is refused with its line and column", async () => {
      const when = "offer.expectedUsd < 20 &&\n  offer.provder == 'ecs'";
      const reply = await put("bad", { require: [{ name: "x", when, message: "m" }] });
      expect(at(reply.body, "errors", 0, "detail")).toBe(
        "line 2, column 9: no such key: provder; did you mean provider?",
      );
    });

    test("the published schema is public, and says what is read", async () => {
      const reply = await world().call("/schemas/policy.json", { token: undefined });
      expect(reply.status).toBe(200);
      expect(reply.body).toMatchObject({ title: "A Berth policy", additionalProperties: false });
      expect(Object.keys(Object(at(reply.body, "properties")))).toEqual(
        expect.arrayContaining(["providers", "require", "tiers", "spread", "rules", "freezes", "select"]),
      );
    });

    test("the instance's policies are changed by its administrators only", async () => {
      const token = at(
        (await world().call("/v1/tokens", { method: "POST", json: { name: "boss", scopes: ["admin"] } }))
          .body,
        "token",
      );
      const send = { method: "PUT", json: { spot: "forbid" }, token: String(token) };
      expect(await world().call("/v1/policies/all?of=instance", send)).toMatchObject({ status: 403 });
      expect(await world().call("/v1/policies/mine", send)).toMatchObject({ status: 201 });
      expect(await put("all", { spot: "forbid", select: {} }, "?of=instance")).toMatchObject({ status: 201 });
    });
  });

  describe("layers of policy", () => {
    test("what selects holds without being named, and the plan names each layer with its version", async () => {
      await connectSandbox(world(), "cloud", "ecs", "eu-west-1");
      await put("residency", { jurisdictions: ["EU"], select: { projects: { labels: {} } } }, "?of=instance");
      await put("house", { spot: "forbid", select: {} });
      await put("prod", {
        minimumFidelity: "emulated",
        select: { environments: { classes: ["production"] } },
      });
      await put("elsewhere", { providers: ["aci"], select: { environments: { names: ["staging"] } } });
      await put("default", { maxUsdPerMonth: { expected: "500" } });
      const reply = await plan({ ...SPEC, policy: { maxUsdPerMonth: { expected: "400" } } });
      expect(reply.status).toBe(200);
      const id = at(reply.body, "plan", "id");
      const stored = await world().call(`/v1/plans/${String(id)}`);
      expect(at(stored.body, "layers")).toMatchObject([
        { layer: "default", name: "default", version: 0 },
        { layer: "instance", name: "residency", version: 1 },
        { layer: "project", name: "house", version: 1 },
        { layer: "environment", name: "prod", version: 1 },
        { layer: "workload", name: "default", version: 1 },
        { layer: "inline", name: "inline", version: 0 },
      ]);
    });

    test("layers that leave nothing are named at once, with what contradicts what", async () => {
      await connectSandbox(world(), "cloud", "ecs", "eu-west-1");
      await put("only-azure", { providers: ["aci"], select: {} });
      await put("only-aws", { providers: ["ecs"], select: {} }, "?of=instance");
      const reply = await plan(SPEC);
      expect(reply).toMatchObject({
        status: 422,
        body: { code: "no-placement", errors: [{ pointer: "/providers" }], rejected: [] },
      });
      expect(String(at(reply.body, "detail"))).toContain(
        "only-aws and only-azure have no providers in common",
      );
    });

    test("a project's policy that an instance's leaves nothing of is refused in its place, with what that one says", async () => {
      await put("residency", { jurisdictions: ["EU"], select: {} }, "?of=instance");
      const document = { regions: ["ecs/us-east-1"], select: {} };
      const reply = await put("team", document);
      expect(reply).toMatchObject({
        status: 400,
        body: { code: "invalid-body", errors: [{ pointer: "/regions" }] },
      });
      expect(String(at(reply.body, "errors", 0, "detail"))).toContain(
        "instance policy residency says jurisdictions: EU",
      );
      expect((await world().call("/v1/policies/team")).status).toBe(404);
    });

    test("a spec that no place can take is answered with the nearest change", async () => {
      await connectSandbox(world(), "cloud", "ecs", "eu-west-1");
      await put("cheap", { maxUsdPerMonth: { expected: "0.01" }, select: {} });
      const reply = await plan(SPEC);
      expect(reply).toMatchObject({
        status: 422,
        body: { nearest: { rules: ["policy:maxUsdPerMonth.expected"] } },
      });
      expect(String(at(reply.body, "detail"))).toMatch(/Nearest is ecs\/.*the cap of policy cheap/);
    });

    test("a spec that names a policy nobody has is refused, and one that is named cannot be taken away", async () => {
      await connectSandbox(world(), "cloud", "ecs", "eu-west-1");
      expect(await plan({ ...SPEC, policy: "shpo" })).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: "/spec/policy" }] },
      });
      await put("shop", { spot: "forbid" });
      const spec = { ...SPEC, policy: "shop" };
      const deployed = await world().call("/v1/workloads/web", { method: "PUT", json: { spec } });
      expect(deployed.status).toBe(202);
      expect(await world().call("/v1/policies/shop", { method: "DELETE" })).toMatchObject({
        status: 409,
        body: { code: "in-use" },
      });
    });

    test("an inline policy that would widen is refused with the field", async () => {
      await connectSandbox(world(), "cloud", "ecs", "eu-west-1");
      await put("house", {
        spread: { over: "region", minimum: 2, whenUnsatisfiable: "ignore" },
        spot: "forbid",
        select: {},
      });
      const spread = { over: "target", minimum: 2, whenUnsatisfiable: "ignore" };
      const policy = { spot: "allow", spread };
      expect(await plan({ ...SPEC, policy })).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: "/spec/policy/spot" }, { pointer: "/spec/policy/spread" }] },
      });
    });
  });
}
