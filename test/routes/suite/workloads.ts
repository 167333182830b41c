import { describe, expect, test } from "vitest";
import { connectSandbox, deployed, settle, SPEC } from "../deployed.ts";
import { at, type World } from "../world.ts";

/** Creating, changing, reading and removing workloads. */
export function workloadRoutes(world: () => World): void {
  describe("PUT /v1/workloads/{name}", () => {
    test("accepts a new workload: 202, where to wait, and its first ETag", async () => {
      await connectSandbox(world());
      const reply = await world().call("/v1/workloads/web", { method: "PUT", json: { spec: SPEC } });
      expect(reply).toMatchObject({
        status: 202,
        body: { outcome: "created", plan: { state: "pending", generation: 1 } },
      });
      expect(reply.headers.get("location")).toBe(`/v1/plans/${String(at(reply.body, "plan", "id"))}`);
      expect(reply.headers.get("etag")).toBe('"1"');
    });

    test("answers 200 and the plan in force when nothing changes", async () => {
      await connectSandbox(world());
      const id = await deployed(world());
      const again = await world().call("/v1/workloads/web", { method: "PUT", json: { spec: SPEC } });
      expect(again).toMatchObject({ status: 200, body: { outcome: "unchanged", plan: { id } } });
    });

    test("commits a dry run exactly as it was shown", async () => {
      await connectSandbox(world());
      const shown = await world().call("/v1/plans", { method: "POST", json: { spec: SPEC } });
      const plan = at(shown.body, "plan", "id");
      const reply = await world().call("/v1/workloads/web", { method: "PUT", json: { plan } });
      expect(reply).toMatchObject({ status: 202, body: { plan: { id: plan, state: "pending" } } });
      for (const field of ["place", "shape", "billing", "replicas"])
        expect(at(reply.body, "plan", "units", 0, field)).toEqual(at(shown.body, "plan", "units", 0, field));
      expect(at(reply.body, "plan", "price")).toEqual(at(shown.body, "plan", "price"));
    });

    test("refuses a plan beside a spec, and neither", async () => {
      const both = await world().call("/v1/workloads/web", {
        method: "PUT",
        json: { spec: SPEC, plan: "plan_x" },
      });
      expect(both).toMatchObject({ status: 400, body: { errors: [{ pointer: "/plan" }] } });
      const neither = await world().call("/v1/workloads/web", { method: "PUT", json: { redeploy: true } });
      expect(neither).toMatchObject({ status: 400, body: { errors: [{ pointer: "/spec" }] } });
    });

    test("refuses unknown fields of the body, with the nearest known one", async () => {
      const reply = await world().call("/v1/workloads/web", {
        method: "PUT",
        json: { spec: SPEC, redploy: true },
      });
      expect(reply).toMatchObject({
        status: 400,
        body: { code: "invalid-body", errors: [{ pointer: "/redploy" }] },
      });
      expect(at(reply.body, "errors", 0, "detail")).toContain("redeploy");
    });

    test("refuses a spec of another name", async () => {
      const reply = await world().call("/v1/workloads/other", { method: "PUT", json: { spec: SPEC } });
      expect(reply).toMatchObject({
        status: 400,
        body: { code: "invalid-spec", errors: [{ pointer: "/spec/name" }] },
      });
    });

    test("refuses an older sequence than the last: the overtaken pipeline does not win", async () => {
      await connectSandbox(world());
      const put = (image: string, sequence: number) =>
        world().call("/v1/workloads/web", {
          method: "PUT",
          json: { spec: { ...SPEC, image }, source: { sequence } },
        });
      await put("ghcr.io/acme/web:2", 8);
      expect(await put("ghcr.io/acme/web:1", 7)).toMatchObject({
        status: 409,
        body: { code: "older-than-current", current: 8 },
      });
    });
  });

  describe("PATCH /v1/workloads/{name}", () => {
    test("merges into the stored spec; null takes a field out", async () => {
      await connectSandbox(world());
      await deployed(world(), { env: { A: "1", B: "2" } });
      const json = { spec: { image: "ghcr.io/acme/web:2", env: { B: null } } };
      const reply = await world().call("/v1/workloads/web", { method: "PATCH", json });
      expect(reply).toMatchObject({ status: 202, body: { plan: { generation: 2 } } });
      const { body } = await world().call("/v1/workloads/web");
      expect(at(body, "spec")).toEqual({ ...SPEC, image: "ghcr.io/acme/web:2", env: { A: "1" } });
    });

    test("refuses what does not exist, and a merge that breaks the spec", async () => {
      await connectSandbox(world());
      const absent = await world().call("/v1/workloads/web", {
        method: "PATCH",
        json: { spec: { image: "x" } },
      });
      expect(absent.status).toBe(404);
      await deployed(world());
      const broken = await world().call("/v1/workloads/web", {
        method: "PATCH",
        json: { spec: { image: 5 } },
      });
      expect(broken).toMatchObject({
        status: 400,
        body: { code: "invalid-spec", errors: [{ pointer: "/spec/image" }] },
      });
    });
  });

  describe("GET /v1/workloads", () => {
    test("lists in pages by name, each naming where to go on", async () => {
      await connectSandbox(world());
      for (const name of ["api", "web", "zed"]) await deployed(world(), { name });
      const first = await world().call("/v1/workloads?limit=2");
      expect(names(first.body)).toEqual(["api", "web"]);
      const second = await world().call(`/v1/workloads?limit=2&after=${String(at(first.body, "next"))}`);
      expect(names(second.body)).toEqual(["zed"]);
      expect(at(second.body, "next")).toBeUndefined();
    });

    test("a last page that is exactly full names nothing to go on after", async () => {
      await connectSandbox(world());
      for (const name of ["api", "web"]) await deployed(world(), { name });
      const only = await world().call("/v1/workloads?limit=2");
      expect(names(only.body)).toEqual(["api", "web"]);
      expect(at(only.body, "next")).toBeUndefined();
    });

    test("filters by labels, state and place", async () => {
      await connectSandbox(world());
      await deployed(world(), { name: "api", labels: { team: "shop", tier: "back" } });
      await deployed(world(), { name: "web", labels: { team: "shop" } });
      const listed = async (query: string) => names((await world().call(`/v1/workloads?${query}`)).body);
      expect(await listed("selector=team=shop")).toEqual(["api", "web"]);
      expect(await listed("selector=team%3Dshop,tier%3Dback")).toEqual(["api"]);
      expect(await listed("state=ready")).toEqual([]);
      expect(await listed("target=cloud&provider=cloud-run&region=us-central1")).toEqual(["api", "web"]);
      expect(await listed("provider=ecs")).toEqual([]);
    });

    test.each([
      "limit=101",
      "limit=0",
      "limit=x",
      "selector=team",
      "state=happy",
      "sort=name",
      "limit=1&limit=2",
    ])("refuses ?%s with a pointer", async (query) => {
      const reply = await world().call(`/v1/workloads?${query}`);
      expect(reply).toMatchObject({ status: 400, body: { code: "invalid-query" } });
      expect(at(reply.body, "errors", 0, "pointer")).toBe(`?${query.split("=")[0] ?? ""}`);
    });
  });

  describe("GET /v1/workloads/{name}", () => {
    test("describes spec, overrides, plan and units side by side", async () => {
      await connectSandbox(world());
      const id = await deployed(world());
      const reply = await world().call("/v1/workloads/web");
      expect(reply.headers.get("etag")).toBe('"1"');
      expect(reply.body).toMatchObject({
        name: "web",
        state: "pending",
        spec: SPEC,
        plan: { id },
        url: "http://gateway.test/default/production/web/",
      });
    });

    test("lists revisions, newest first", async () => {
      await connectSandbox(world());
      await deployed(world());
      await deployed(world(), { image: "ghcr.io/acme/web:2" });
      const { body } = await world().call("/v1/workloads/web/revisions");
      expect(body).toMatchObject({
        revisions: [{ image: "ghcr.io/acme/web:2" }, { image: "ghcr.io/acme/web:1" }],
      });
    });
  });

  describe("DELETE /v1/workloads/{name}", () => {
    test("answers the plan that removes it", async () => {
      await connectSandbox(world());
      await deployed(world());
      const reply = await world().call("/v1/workloads/web", { method: "DELETE" });
      expect(reply).toMatchObject({ status: 202, body: { plan: { trigger: "destroy", units: [] } } });
    });

    test("asks for the name once more where the environment is protected", async () => {
      await connectSandbox(world());
      await world().call("/v1/environments/production", {
        method: "PUT",
        json: { class: "production", protected: true },
      });
      await deployed(world());
      const refused = await world().call("/v1/workloads/web", { method: "DELETE" });
      expect(refused).toMatchObject({ status: 409, body: { code: "confirmation-required" } });
      const done = await world().call("/v1/workloads/web?confirm=web", { method: "DELETE" });
      expect(done.status).toBe(202);
    });
  });

  describe("POST /v1/workloads/{name}/migrate and /rollback", () => {
    test("migrate answers the plan and leaves a pin that the next deploy obeys", async () => {
      await connectSandbox(world());
      await connectSandbox(world(), "second", "ecs", "eu-west-1");
      await deployed(world());
      await settle(world(), "ready");
      const json = { to: { target: "second" }, reason: "the night of the long queue" };
      const reply = await world().call("/v1/workloads/web/migrate", { method: "POST", json });
      expect(reply).toMatchObject({
        status: 202,
        body: { plan: { trigger: "migrate", reason: json.reason } },
      });
      const next = await world().call("/v1/workloads/web", {
        method: "PATCH",
        json: { spec: { image: "ghcr.io/acme/web:2" } },
      });
      expect(at(next.body, "plan", "units", 0, "place", "target")).toBe("second");
    });

    test("migrate to nowhere is refused", async () => {
      await connectSandbox(world());
      await deployed(world());
      const reply = await world().call("/v1/workloads/web/migrate", { method: "POST", json: { to: {} } });
      expect(reply).toMatchObject({ status: 400, body: { errors: [{ pointer: "/to" }] } });
    });

    test("rollback without a body goes to the revision before", async () => {
      await connectSandbox(world());
      await deployed(world());
      await settle(world(), "ready");
      await deployed(world(), { image: "ghcr.io/acme/web:2" });
      await settle(world(), "ready");
      const reply = await world().call("/v1/workloads/web/rollback", { method: "POST" });
      expect(reply).toMatchObject({ status: 202, body: { plan: { trigger: "rollback" } } });
      expect(at((await world().call("/v1/workloads/web")).body, "spec", "image")).toBe("ghcr.io/acme/web:1");
    });
  });

  describe("/v1/workloads/{name}/overrides", () => {
    test("an override is kept with its reason until it is cleared", async () => {
      await connectSandbox(world());
      await deployed(world());
      const json = { scale: { min: 2, max: 3 }, reason: "sale", until: "2026-12-01T00:00:00Z" };
      const put = await world().call("/v1/workloads/web/overrides", { method: "PUT", json });
      expect(put).toMatchObject({ status: 200, body: { reason: "sale", until: "2026-12-01T00:00:00.000Z" } });
      const described = await world().call("/v1/workloads/web");
      expect(described.body).toMatchObject({ overrides: [{ scale: { min: 2, max: 3 } }] });
      expect((await world().call("/v1/workloads/web/overrides", { method: "DELETE" })).status).toBe(204);
      expect((await world().call("/v1/workloads/web")).body).toMatchObject({ overrides: [] });
    });

    test("an override without a reason, or that ended already, is refused", async () => {
      await connectSandbox(world());
      await deployed(world());
      const put = (json: unknown) => world().call("/v1/workloads/web/overrides", { method: "PUT", json });
      expect(await put({ pin: { target: "cloud" } })).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: "/reason" }] },
      });
      const past = { pin: { target: "cloud" }, reason: "x", until: "2020-01-01T00:00:00Z" };
      expect(await put(past)).toMatchObject({ status: 400, body: { errors: [{ pointer: "/until" }] } });
    });
  });
}

function names(body: unknown): readonly unknown[] {
  const rows = at(body, "workloads");
  return Array.isArray(rows) ? rows.map((row) => at(row, "name")) : [];
}
