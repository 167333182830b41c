import { describe, expect, test } from "vitest";
import { connectSandbox, deployed, settle, SPEC } from "../deployed.ts";
import { at, type World } from "../world.ts";
import { OWN_REGISTRY, ruled, TWO_EYES } from "./rules.ts";

/** Whether a change may happen: approvals, denials, exceptions, emergencies, the red switch. */
export function whetherRoutes(world: () => World): void {
  const { put, post, personWith } = ruled(world);

  describe("a change that needs an approval", () => {
    test("answers 202 with a held plan; waiting answers 409 plan-held; another person's approval commits it", async () => {
      await connectSandbox(world());
      const ci = await personWith("ci", ["deployer"]);
      const anna = await personWith("anna", ["reader", "plans:approve"]);
      const reply = await put({ rules: [TWO_EYES] }, {}, ci);
      expect(reply).toMatchObject({
        status: 202,
        body: {
          outcome: "held",
          plan: {
            state: "held",
            holds: [{ kind: "approval", rule: "two-eyes", message: "ask the shop team" }],
          },
        },
      });
      const path = reply.headers.get("location") ?? "";
      const waiting = await world().call(`${path}?wait=ready&timeoutSeconds=0`, { token: ci });
      expect(waiting).toMatchObject({ status: 409, body: { code: "plan-held", plan: { state: "held" } } });
      expect(at(waiting.body, "detail")).toContain(
        "it waits for somebody else to approve it (two-eyes: ask the shop team)",
      );
      expect((await world().call("/v1/workloads/web")).status).toBe(404);
      const hash = at(reply.body, "plan", "hash");
      const plan = String(at(reply.body, "plan", "id"));
      for (const unseen of [undefined, {}])
        expect(await post(`${path}/approve`, anna, unseen)).toMatchObject({
          status: 400,
          body: {
            code: "invalid-body",
            errors: [
              { pointer: "/hash", detail: expect.stringContaining(`\`hash\` that GET /v1/plans/${plan}`) },
            ],
          },
        });
      const changed = await post(`${path}/approve`, anna, { hash: "0".repeat(64) });
      expect(changed).toMatchObject({ status: 409, body: { code: "plan-changed", hash } });
      expect(await post(`${path}/approve`, anna, { hash })).toMatchObject({
        status: 202,
        body: { plan: { state: "pending" } },
      });
      expect((await world().call("/v1/workloads/web")).status).toBe(200);
      expect(await post(`${path}/approve`, anna)).toMatchObject({
        status: 409,
        body: { code: "plan-not-held" },
      });
    });

    test("is approved neither without the scope nor by who asked for it", async () => {
      await connectSandbox(world());
      const both = await personWith("both", ["deployer", "plans:approve"]);
      const path = (await put({ rules: [TWO_EYES] }, {}, both)).headers.get("location") ?? "";
      expect(await post(`${path}/approve`, both)).toMatchObject({ status: 403, body: { code: "forbidden" } });
      const other = await personWith("other", ["deployer"]);
      expect(await post(`${path}/approve`, other)).toMatchObject({
        status: 403,
        body: { scope: "plans:approve" },
      });
    });

    test("by a policy of the environment is shown by a dry run and holds what is made from it", async () => {
      await connectSandbox(world());
      const json = { select: { environments: { classes: ["production"] } }, rules: [TWO_EYES] };
      expect((await world().call("/v1/policies/prod", { method: "PUT", json })).status).toBeLessThan(300);
      const dry = await world().call("/v1/plans", { method: "POST", json: { spec: SPEC } });
      expect(dry).toMatchObject({
        status: 200,
        body: { plan: { state: "proposed", holds: [{ rule: "two-eyes" }] } },
      });
      const plan = at(dry.body, "plan", "id");
      const held = await world().call("/v1/workloads/web", { method: "PUT", json: { plan } });
      expect(held).toMatchObject({ status: 202, body: { outcome: "held", plan: { id: plan } } });
      expect(at(held.body, "plan", "holds", 0, "layer")).toMatchObject({
        layer: "environment",
        name: "prod",
      });
    });
  });

  describe("a change that a rule denies", () => {
    test("answers 403 policy-denied with rule, layer and message, also to a dry run and in an emergency", async () => {
      await connectSandbox(world());
      const denials = [
        { rule: "own-registry", message: "use registry.acme.example", layer: { layer: "inline" } },
      ];
      const refused = { status: 403, body: { code: "policy-denied", denials } };
      expect(await put({ rules: [OWN_REGISTRY] })).toMatchObject(refused);
      expect(await put({ rules: [OWN_REGISTRY] }, { emergency: { reason: "fire" } })).toMatchObject(refused);
      const json = { spec: { ...SPEC, policy: { rules: [OWN_REGISTRY] } } };
      expect(await world().call("/v1/plans", { method: "POST", json })).toMatchObject(refused);
      expect((await world().call("/v1/workloads/web")).status).toBe(404);
    });
  });

  describe("an emergency", () => {
    const freeze = {
      name: "week",
      message: "wait",
      from: "2026-11-22T00:00:00Z",
      until: "2026-11-23T00:00:00Z",
    };
    const emergency = { reason: "the shop is down" };

    test("needs its own scope, passes what holds, and is an event", async () => {
      await connectSandbox(world());
      const policy = { freezes: [freeze], rules: [TWO_EYES], maxUsdPerMonth: { expected: "0" } };
      const ci = await personWith("ci", ["deployer"]);
      expect(await put(policy, { emergency }, ci)).toMatchObject({
        status: 403,
        body: { scope: "emergency" },
      });
      expect(await put(policy)).toMatchObject({ status: 422, body: { code: "no-placement" } });
      const reply = await put(policy, { emergency }, await personWith("ops", ["deployer", "emergency"]));
      expect(reply).toMatchObject({ status: 202, body: { plan: { state: "pending", emergency } } });
      const rules = [at(reply.body, "plan", "passed")].flat().map((passed) => at(passed, "rule"));
      expect(new Set(rules)).toEqual(new Set(["maxUsdPerMonth", "two-eyes", "week"]));
      const events = await world().call("/v1/workloads/web/events");
      expect(at(events.body, "events")).toContainEqual(
        expect.objectContaining({
          type: "change.emergency",
          actor: "token:ops",
          message: "the shop is down",
        }),
      );
    });

    test("passes neither where it may run nor which registries are allowed", async () => {
      await connectSandbox(world());
      for (const policy of [
        { jurisdictions: ["DE"] },
        { providers: ["ecs"] },
        { regions: ["europe-west1"] },
        { registries: ["registry.acme.example"] },
      ])
        expect(await put(policy, { emergency })).toMatchObject({
          status: 422,
          body: { code: "no-placement" },
        });
    });
  });

  describe("POST /v1/plans/{id}/abort", () => {
    test("ends a held plan, and sends one that is under way back to the one before", async () => {
      await connectSandbox(world());
      const held = (await put({ rules: [TWO_EYES] })).headers.get("location") ?? "";
      expect(await post(`${held}/abort`, await personWith("ci", ["deployer"]))).toMatchObject({
        status: 200,
        body: { plan: { state: "aborted" } },
      });
      const first = await deployed(world());
      expect(await post(`/v1/plans/${first}/abort`, await personWith("c2", ["deployer"]))).toMatchObject({
        status: 409,
        body: { code: "conflict" },
      });
      await settle(world(), "ready");
      const second = await deployed(world(), { image: "ghcr.io/acme/web:2" });
      const asked = await post(`/v1/plans/${second}/abort`, await personWith("c3", ["deployer"]), {
        reason: "wrong",
      });
      expect(asked).toMatchObject({
        status: 202,
        body: { plan: { abort: { actor: "token:c3", reason: "wrong" } } },
      });
    });
  });

  test("the red switch is on until somebody turns it off, with a reason", async () => {
    expect((await world().call("/v1/automation")).body).toEqual({ enabled: true });
    const json = { enabled: false, reason: "a bad night" };
    expect(await world().call("/v1/automation", { method: "PUT", json })).toMatchObject({
      status: 200,
      body: json,
    });
    expect((await world().call("/v1/automation")).body).toMatchObject(json);
    const deployer = await personWith("ci", ["deployer"]);
    expect((await world().call("/v1/automation", { method: "PUT", json, token: deployer })).status).toBe(403);
  });
}
