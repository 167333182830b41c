import { describe, expect, test } from "vitest";
import { ADMIN, at, type World } from "../world.ts";

/** Makes a token and gives its secret and id. */
export async function tokenWith(world: World, scopes: readonly string[], query = "", more: object = {}) {
  const name = `t${scopes
    .join("")
    .replaceAll(/[^a-z]/g, "")
    .slice(0, 40)}`;
  const reply = await world.call(`/v1/tokens${query}`, { method: "POST", json: { name, scopes, ...more } });
  return { secret: String(at(reply.body, "token")), id: String(at(reply.body, "id")), status: reply.status };
}

/** Tokens: what they are, who may make them, and when they end. */
export function tokenRoutes(world: () => World): void {
  describe("tokens", () => {
    test("a token is shown once, stored as a hash, and works", async () => {
      const { secret } = await tokenWith(world(), ["reader"]);
      expect(secret).toMatch(/^berth_api_[0-9A-Za-z]{36}$/);
      expect((await world().call("/v1/workloads", { token: secret })).status).toBe(200);
      expect(JSON.stringify(await world().dump())).not.toContain(secret);
      expect(JSON.stringify((await world().call("/v1/tokens")).body)).not.toContain(secret);
    });

    test("a revoked token is refused from the next call on", async () => {
      const { secret, id } = await tokenWith(world(), ["reader"]);
      expect((await world().call(`/v1/tokens/${id}`, { method: "DELETE" })).status).toBe(204);
      const reply = await world().call("/v1/workloads", { token: secret });
      expect(reply).toMatchObject({ status: 401, body: { code: "invalid-token" } });
      expect(reply.headers.get("www-authenticate")).toContain("Bearer");
    });

    test("a token ends when it said it would", async () => {
      const { secret } = await tokenWith(world(), ["reader"], "", { expiresAt: "2026-11-22T12:01:00Z" });
      expect((await world().call("/v1/workloads", { token: secret })).status).toBe(200);
      world().advance(60_000);
      expect((await world().call("/v1/workloads", { token: secret })).status).toBe(401);
    });

    test("a token that would have expired already is refused", async () => {
      const json = { name: "ci", scopes: ["reader"], expiresAt: "2020-01-01T00:00:00Z" };
      const reply = await world().call("/v1/tokens", { method: "POST", json });
      expect(reply).toMatchObject({ status: 400, body: { errors: [{ pointer: "/expiresAt" }] } });
    });

    test("nobody can give what they do not have", async () => {
      const { secret } = await tokenWith(world(), ["tokens:write", "workloads:read"]);
      const make = (scopes: readonly string[]) =>
        world().call("/v1/tokens", { method: "POST", json: { name: "more", scopes }, token: secret });
      expect((await make(["workloads:read"])).status).toBe(201);
      expect(await make(["workloads:write"])).toMatchObject({ status: 403, body: { code: "forbidden" } });
      expect((await make(["admin"])).status).toBe(403);
    });

    test("a token of a project cannot reach beyond it, whatever it is given", async () => {
      const explicit = await world().call("/v1/tokens", {
        method: "POST",
        json: { name: "greedy", scopes: ["instance:admin"] },
      });
      expect(explicit).toMatchObject({ status: 400, body: { errors: [{ pointer: "/scopes" }] } });
      const { secret } = await tokenWith(world(), ["admin"]);
      const other = await world().call("/v1/workloads?project=default", { token: secret });
      expect(other).toMatchObject({ status: 403, body: { code: "forbidden" } });
      const project = await world().call("/v1/projects", {
        method: "POST",
        json: { name: "x" },
        token: secret,
      });
      expect(project.status).toBe(403);
      const instance = await world().call("/v1/tokens?instance", { token: secret });
      expect(instance.status).toBe(403);
    });

    test("a token of the instance acts in the project it names", async () => {
      await world().call("/v1/projects", { method: "POST", json: { name: "other" } });
      const { secret } = await tokenWith(world(), ["admin"], "", { instance: true });
      expect((await world().call("/v1/workloads?project=other", { token: secret })).status).toBe(200);
    });

    test.each([
      "",
      "berth_api_000000000000000000000000000000000000",
      "x".repeat(600),
      "nobody-knows-this-one",
    ])("a wrong token (%#) is 401", async (token) => {
      expect((await world().call("/v1/workloads", { token })).status).toBe(401);
    });

    test("a token counts in the Authorization header only", async () => {
      const headers = { "x-api-key": ADMIN, cookie: `token=${ADMIN}` };
      expect((await world().call(`/v1/workloads?token=${ADMIN}`, { token: "", headers })).status).toBe(401);
    });

    test("projects are listed to a project's token as its own only", async () => {
      await world().call("/v1/projects", { method: "POST", json: { name: "other" } });
      const { secret } = await tokenWith(world(), ["reader"]);
      const { body } = await world().call("/v1/projects", { token: secret });
      expect(at(body, "projects")).toMatchObject([{ name: "default" }]);
    });
  });
}
