import { describe, expect, test } from "vitest";
import { allEndpoints } from "../../../src/routes/all.ts";
import { MAX_BODY_BYTES } from "../../../src/routes/body-limit.ts";
import { connectSandbox, deployed, SPEC } from "../deployed.ts";
import { at, type World } from "../world.ts";

/** What HTTP itself asks of every call: addresses, methods, bodies, headers. */
export function httpRoutes(world: () => World): void {
  describe("addresses and methods", () => {
    test("an unknown address is a 404 problem", async () => {
      const reply = await world().call("/v1/nothing");
      expect(reply).toMatchObject({ status: 404, body: { code: "not-found", instance: "/v1/nothing" } });
    });

    test("a method that an address does not take is a 405 problem that lists those it takes", async () => {
      const reply = await world().call("/v1/workloads", { method: "DELETE" });
      expect(reply).toMatchObject({ status: 405, body: { code: "method-not-allowed" } });
      expect(reply.headers.get("allow")).toBe("GET, HEAD, OPTIONS");
    });

    test("OPTIONS lists the methods without a token", async () => {
      const reply = await world().call("/v1/workloads/web", { method: "OPTIONS", token: "" });
      expect(reply.status).toBe(204);
      expect(reply.headers.get("allow")?.split(", ").sort()).toEqual([
        "DELETE",
        "GET",
        "HEAD",
        "OPTIONS",
        "PATCH",
        "PUT",
      ]);
    });

    test("HEAD answers like GET, without the body", async () => {
      await connectSandbox(world());
      await deployed(world());
      const response = await world().fetch("/v1/workloads/web", { method: "HEAD" });
      expect(response.status).toBe(200);
      expect(response.headers.get("etag")).toBe('"1"');
      expect(await response.text()).toBe("");
    });

    test.each(["Web", "..%2Fx", "a%00b", "w%C3%A9b", "-web", "a".repeat(64), "%E0%A4%A"])(
      "a hostile name in the path (%s) is refused before anything is looked up",
      async (name) => {
        const reply = await world().call(`/v1/workloads/${name}`, { method: "PUT", json: { spec: SPEC } });
        expect([400, 404]).toContain(reply.status);
        expect(await world().store.workloads(await scope(world()), { limit: 10 })).toEqual([]);
      },
    );
  });

  describe("bodies", () => {
    test("a body over 256 kB is 413, also when its length is not said", async () => {
      const body = new Uint8Array(MAX_BODY_BYTES + 1).fill(0x20);
      const said = await world().call("/v1/plans", {
        method: "POST",
        body,
        headers: { "content-type": "application/json" },
      });
      expect(said).toMatchObject({ status: 413, body: { code: "body-too-large" } });
      const headers = { "content-type": "application/json", "content-length": "10" };
      const unsaid = await world().call("/v1/plans", { method: "POST", body, headers });
      expect(unsaid.status).toBe(413);
    });

    test("a body that is neither JSON nor YAML is 415 and says what to send", async () => {
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const reply = await world().call("/v1/plans", { method: "POST", body: "spec=1", headers });
      expect(reply).toMatchObject({ status: 415, body: { code: "unsupported-media-type" } });
      expect(at(reply.body, "detail")).toContain("application/yaml");
    });

    test.each([
      ["no body", ""],
      ["half of a document", '{"spec": {'],
      ["two keys alike", '{"spec": {}, "spec": {}}'],
      ["nothing but depth", "[".repeat(50_000)],
    ])("%s is 400 with a pointer, never 500", async (_, body) => {
      const reply = await world().call("/v1/plans", {
        method: "POST",
        body,
        headers: { "content-type": "application/json" },
      });
      expect(reply.status).toBe(400);
      expect(at(reply.body, "errors", 0, "pointer")).toBeDefined();
    });

    test("bytes that are no UTF-8 are 400", async () => {
      const body = new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]);
      const reply = await world().call("/v1/plans", {
        method: "POST",
        body,
        headers: { "content-type": "application/json" },
      });
      expect(reply).toMatchObject({ status: 400, body: { code: "invalid-body" } });
    });
  });

  describe("headers", () => {
    test("every answer carries the standing headers and a request id, and takes the caller's own", async () => {
      const own = await world().call("/v1/workloads", { headers: { "x-request-id": "ci-run-12345" } });
      expect(own.headers.get("x-request-id")).toBe("ci-run-12345");
      const problem = await world().call("/v1/nothing", {
        token: "",
        headers: { "x-request-id": "<script>" },
      });
      expect(problem.headers.get("x-request-id")).toMatch(/^[0-9a-f]{32}$/);
      expect(problem.body).toMatchObject({ requestId: problem.headers.get("x-request-id") });
      for (const { headers } of [own, problem]) {
        expect(headers.get("x-content-type-options")).toBe("nosniff");
        expect(headers.get("cache-control")).toBe("no-store");
        expect(headers.get("content-security-policy")).toContain("default-src 'none'");
      }
    });

    test("a failure inside says nothing of the inside and is logged under its request id", async () => {
      const broken = {
        ...world().ports,
        store: { ...world().store, workloads: () => Promise.reject(new Error("secret")) },
      };
      const { createApp } = await import("../../../src/routes/app.ts");
      const app = createApp(allEndpoints.filter((endpoint) => endpoint.guard !== "agent"));
      const headers = { authorization: "Bearer an-administrator-of-the-tests" };
      const response = await app.fetch(new Request("http://berth.test/v1/workloads", { headers }), broken);
      const text = await response.text();
      expect(response.status).toBe(500);
      expect(text).not.toContain("secret");
      expect(JSON.parse(text)).toMatchObject({ code: "internal" });
      expect(world().logged.some((line) => line.includes("secret"))).toBe(true);
    });
  });

  describe("what anyone may ask", () => {
    test.each(["/healthz", "/openapi.json", "/docs", "/.well-known/api-catalog"])(
      "%s answers without a token",
      async (path) => {
        expect((await world().call(path, { token: "" })).status).toBe(200);
      },
    );

    test("the reference page loads nothing and runs nothing", async () => {
      const response = await world().fetch("/docs", { token: "" });
      const page = await response.text();
      expect(response.headers.get("content-security-policy")).toMatch(
        /^default-src 'none'; style-src 'sha256-/,
      );
      expect(page).not.toMatch(/<script|<img|<link|src=|\son[a-z]+=|http:\/\/|https:\/\//);
    });

    test("every problem type leads to its own row of the reference page", async () => {
      const page = await (await world().fetch("/docs", { token: "" })).text();
      const reply = await world().call("/v1/nothing");
      const [, anchor] = String(at(reply.body, "type")).split("#");
      expect(page).toContain(`id="${anchor ?? "none"}"`);
    });
  });
}

async function scope(world: World) {
  const project = await world.store.project("default");
  return { project: project?.id ?? "", environment: "production" };
}
