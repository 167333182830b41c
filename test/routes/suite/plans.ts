import { describe, expect, test } from "vitest";
import { connectSandbox, deployed, settle, SPEC } from "../deployed.ts";
import { at, type World } from "../world.ts";

/** Dry runs, reading a plan, and waiting for it. */
export function planRoutes(world: () => World): void {
  describe("POST /v1/plans", () => {
    test("answers a proposed plan, every ranked offer and a reason for every rejected one", async () => {
      await connectSandbox(world());
      const reply = await world().call("/v1/plans", { method: "POST", json: { spec: SPEC } });
      expect(reply.status).toBe(200);
      expect(reply.body).toMatchObject({ plan: { state: "proposed", generation: 1, workload: "web" } });
      const rejected = at(reply.body, "rejected");
      expect(rejected).toContainEqual(
        expect.objectContaining({
          reasons: [{ rule: "connected", message: "no target connected: berth target add aws" }],
        }),
      );
      expect(at(reply.body, "ranked", 0, "offer", "place", "target")).toBe("cloud");
    });

    test("deploys nothing", async () => {
      await connectSandbox(world());
      await world().call("/v1/plans", { method: "POST", json: { spec: SPEC } });
      expect((await world().call("/v1/workloads/web")).status).toBe(404);
    });

    test("takes the spec alone as YAML, as `curl -T` sends it, without a Content-Type", async () => {
      await connectSandbox(world());
      const body = new TextEncoder().encode("name: web\nimage: ghcr.io/acme/web:1\nport: 8080\n");
      const reply = await world().call("/v1/plans", { method: "POST", body });
      expect(reply.status).toBe(200);
      const wrong = new TextEncoder().encode("name: web\nimage: x\nport: eighty\n");
      const refused = await world().call("/v1/plans", { method: "POST", body: wrong });
      expect(refused.body).toMatchObject({ code: "invalid-spec", errors: [{ pointer: "/port" }] });
    });

    test("with a what-if policy makes a plan that can never be committed", async () => {
      await connectSandbox(world());
      const json = { spec: SPEC, policy: { providers: ["cloud-run"] } };
      const reply = await world().call("/v1/plans", { method: "POST", json });
      expect(reply.status).toBe(200);
      const plan = at(reply.body, "plan", "id");
      const put = await world().call("/v1/workloads/web", { method: "PUT", json: { plan } });
      expect(put).toMatchObject({ status: 409, body: { code: "plan-not-committable" } });
    });

    test("says 422 with every reason when nothing can take it", async () => {
      const reply = await world().call("/v1/plans", { method: "POST", json: { spec: SPEC } });
      expect(reply).toMatchObject({ status: 422, body: { code: "no-placement" } });
    });
  });

  describe("GET /v1/plans/{id}", () => {
    test("answers the plan with its state and placement at the top", async () => {
      await connectSandbox(world());
      const id = await deployed(world());
      const reply = await world().call(`/v1/plans/${id}`);
      expect(reply).toMatchObject({ status: 200, body: { id, state: "pending", workload: "web" } });
      expect(at(reply.body, "ranked", 0, "offer", "price", "expectedUsd")).toMatch(/^\d/);
    });

    test("with wait=ready answers 200 once it is ready", async () => {
      await connectSandbox(world());
      const id = await deployed(world());
      await settle(world(), "ready");
      const reply = await world().call(`/v1/plans/${id}?wait=ready&timeoutSeconds=5`);
      expect(reply).toMatchObject({ status: 200, body: { state: "ready" } });
    });

    test("with wait=ready answers 504 with Retry-After and the plan when the time is up", async () => {
      await connectSandbox(world());
      const id = await deployed(world());
      const reply = await world().call(`/v1/plans/${id}?wait=ready&timeoutSeconds=2`);
      expect(reply).toMatchObject({
        status: 504,
        body: { code: "not-ready-yet", plan: { id, state: "pending" } },
      });
      expect(reply.headers.get("retry-after")).toBe("1");
    });

    test.each([
      ["rolled-back", "plan-rolled-back"],
      ["failed", "plan-failed"],
      ["aborted", "plan-aborted"],
      ["expired", "plan-expired"],
    ] as const)(
      "with wait=ready says at once that a plan is %s, why, and its last log lines",
      async (state, code) => {
        await connectSandbox(world());
        const id = await deployed(world());
        await settle(world(), state, "the container exited with 1");
        const reply = await world().call(`/v1/plans/${id}?wait=ready`);
        expect(reply).toMatchObject({
          status: 409,
          body: { code, plan: { logTail: ["panic: out of cheese"] } },
        });
        expect(at(reply.body, "detail")).toContain("the container exited with 1");
      },
    );

    test("with wait=ready says that a later plan took its place", async () => {
      await connectSandbox(world());
      const first = await deployed(world());
      await deployed(world(), { image: "ghcr.io/acme/web:2" });
      const reply = await world().call(`/v1/plans/${first}?wait=ready`);
      expect(reply).toMatchObject({ status: 409, body: { code: "plan-superseded" } });
    });

    test("refuses to wait longer than a minute", async () => {
      const reply = await world().call("/v1/plans/plan_x?wait=ready&timeoutSeconds=61");
      expect(reply).toMatchObject({
        status: 400,
        body: { code: "invalid-query", errors: [{ pointer: "?timeoutSeconds" }] },
      });
    });
  });
}
