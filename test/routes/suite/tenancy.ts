import { describe, expect, test } from "vitest";
import { unitName } from "../../../src/domain/unit-id.ts";
import { connectSandbox, deployed, SPEC } from "../deployed.ts";
import { at, type World } from "../world.ts";
import { tokenWith } from "./tokens.ts";

/** Projects, environments and targets. */
export function tenancyRoutes(world: () => World): void {
  describe("projects", () => {
    test("a project is made with its production environment, once", async () => {
      const make = () =>
        world().call("/v1/projects", { method: "POST", json: { name: "shop", labels: { tier: "gold" } } });
      expect(await make()).toMatchObject({ status: 201, body: { name: "shop", labels: { tier: "gold" } } });
      expect(await make()).toMatchObject({ status: 409, body: { code: "conflict" } });
      const environments = await world().call("/v1/environments?project=shop");
      expect(environments.body).toMatchObject({
        environments: [{ name: "production", class: "production" }],
      });
      const listed = await world().call("/v1/projects");
      expect(listed.body).toMatchObject({ projects: [{ name: "default" }, { name: "shop" }] });
    });

    test.each(["Shop", "a--b", "", "x".repeat(64)])("the name %j is refused with a pointer", async (name) => {
      const reply = await world().call("/v1/projects", { method: "POST", json: { name } });
      expect(reply).toMatchObject({ status: 400, body: { errors: [{ pointer: "/name" }] } });
    });

    test("an unknown project is 404", async () => {
      expect((await world().call("/v1/workloads?project=none")).status).toBe(404);
    });

    test("two projects share nothing but names", async () => {
      await world().call("/v1/projects", { method: "POST", json: { name: "other" } });
      await connectSandbox(world());
      await deployed(world());
      expect((await world().call("/v1/workloads/web?project=other")).status).toBe(404);
      expect((await world().call("/v1/targets/cloud?project=other")).status).toBe(404);
      expect((await world().call("/v1/workloads?project=other")).body).toMatchObject({ workloads: [] });
    });
  });

  describe("environments", () => {
    test("one is made, replaced, read, listed and removed", async () => {
      const put = (json: unknown) => world().call("/v1/environments/pr-12", { method: "PUT", json });
      expect(await put({ class: "preview", ttlHours: 24 })).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: "/ttlHours" }] },
      });
      expect(await put({ class: "preview" })).toMatchObject({ status: 201, body: { class: "preview" } });
      expect(await put({ protected: true })).toMatchObject({
        status: 200,
        body: { class: "staging", protected: true },
      });
      expect((await world().call("/v1/environments/pr-12")).status).toBe(200);
      expect((await world().call("/v1/environments/pr-12", { method: "DELETE" })).status).toBe(204);
      expect((await world().call("/v1/environments/pr-12")).status).toBe(404);
    });

    test("an environment that does not exist is 404 with a sentence, never a silent new one", async () => {
      const reply = await world().call("/v1/workloads/web?environment=stagign", {
        method: "PUT",
        json: { spec: SPEC },
      });
      expect(reply).toMatchObject({ status: 404, body: { code: "not-found" } });
      expect(at(reply.body, "detail")).toContain("stagign");
    });

    test("the same name lives in two environments apart", async () => {
      await connectSandbox(world());
      await world().call("/v1/environments/staging", { method: "PUT" });
      await deployed(world());
      expect((await world().call("/v1/workloads/web?environment=staging")).status).toBe(404);
      const reply = await world().call("/v1/workloads/web?environment=staging", {
        method: "PUT",
        json: { spec: SPEC },
      });
      expect(reply).toMatchObject({
        status: 202,
        body: { outcome: "created", plan: { environment: "staging" } },
      });
    });

    test("one that holds workloads stays, and so does production", async () => {
      await connectSandbox(world());
      await world().call("/v1/environments/staging", { method: "PUT" });
      await world().call("/v1/workloads/web?environment=staging", { method: "PUT", json: { spec: SPEC } });
      const held = await world().call("/v1/environments/staging", { method: "DELETE" });
      expect(held).toMatchObject({ status: 409, body: { code: "in-use" } });
      expect((await world().call("/v1/environments/production", { method: "DELETE" })).status).toBe(409);
    });
  });

  describe("targets", () => {
    test("one is connected, changed, read, checked and disconnected", async () => {
      expect(await connectSandbox(world())).toMatchObject({
        status: 201,
        body: { name: "cloud", kind: "sandbox", version: 1 },
      });
      expect(await connectSandbox(world(), "cloud", "ecs", "eu-west-1")).toMatchObject({
        status: 200,
        body: { version: 2 },
      });
      expect((await world().call("/v1/targets/cloud")).body).toMatchObject({
        simulates: "ecs",
        region: "eu-west-1",
      });
      expect((await world().call("/v1/targets")).body).toMatchObject({
        targets: [{ name: "cloud", owner: "project" }],
      });
      expect((await world().call("/v1/targets/cloud/check", { method: "POST" })).body).toMatchObject({
        ok: true,
      });
      expect((await world().call("/v1/targets/cloud", { method: "DELETE" })).status).toBe(204);
      expect((await world().call("/v1/targets/cloud")).status).toBe(404);
    });

    test("what is unrecognised at one is listed, and removed once its name is said twice", async () => {
      await connectSandbox(world());
      await deployed(world());
      const { store, ports } = world();
      const project = (await store.project("default"))?.id ?? "none";
      const target = await store.target(project, "cloud");
      const [stored] = await store.units({ project, environment: "production" }, "web");
      if (target === undefined || stored === undefined) throw new Error("nothing was deployed");
      const id = "f".repeat(stored.unit.id.length);
      const lost = { ...stored.unit, id, name: unitName(id) };
      await ports.open(target).apply(lost, { signal: AbortSignal.timeout(5_000) });
      world().advance(60_000);
      const path = "/v1/targets/cloud/unrecognised";
      expect(await world().call(path)).toMatchObject({
        status: 200,
        body: { target: "cloud", complete: true, resources: [{ name: lost.name, workload: "web" }] },
      });
      const { secret } = await tokenWith(world(), ["targets:read"]);
      const del = (query: string, token?: string) =>
        world().call(`${path}/${lost.name}${query}`, { method: "DELETE", ...(token ? { token } : {}) });
      expect((await del(`?confirm=${lost.name}`, secret)).status).toBe(403);
      expect(await del("")).toMatchObject({
        status: 409,
        body: { code: "confirmation-required", resource: { name: lost.name } },
      });
      const gone = await del(`?confirm=${lost.name}`);
      expect(gone).toMatchObject({ status: 200, body: { target: "cloud", name: lost.name } });
      expect((await world().call(`${path}/${stored.unit.name}`, { method: "DELETE" })).status).toBe(404);
    });

    test("one that holds units is not disconnected", async () => {
      await connectSandbox(world());
      await deployed(world());
      const reply = await world().call("/v1/targets/cloud", { method: "DELETE" });
      expect(reply).toMatchObject({ status: 409, body: { code: "in-use" } });
    });

    test.each([
      [{ kind: "sandbx" }, "/kind"],
      [{ kind: "sandbox", simulates: "ecs", region: "mars" }, "/region"],
      [{ kind: "sandbox", simulates: "ecs", region: "eu-west-1", rgion: 1 }, "/rgion"],
      [{ kind: "agents" }, "/pool"],
      [{}, "/kind"],
    ])("a wrong target (%j) is refused with a pointer to %s", async (json, pointer) => {
      const reply = await world().call("/v1/targets/cloud", { method: "PUT", json });
      expect(reply.status).toBe(400);
      expect(at(reply.body, "errors", 0, "pointer")).toBe(pointer);
    });
  });
}
