import { describe, expect, test } from "vitest";
import { connectSandbox, SPEC } from "../deployed.ts";
import { at, type World } from "../world.ts";
import { tokenWith } from "./tokens.ts";

const put = (world: World, key: string, image = SPEC.image) =>
  world.call("/v1/workloads/web", {
    method: "PUT",
    json: { spec: { ...SPEC, image } },
    headers: { "idempotency-key": key },
  });

/** Idempotency-Key and If-Match: the same call happens once, and only to what its caller has seen. */
export function onceRoutes(world: () => World): void {
  describe("Idempotency-Key", () => {
    test("a repeated call gets the first answer: status, body and headers", async () => {
      await connectSandbox(world());
      const first = await put(world(), "run-1");
      const again = await put(world(), "run-1");
      expect(again).toMatchObject({ status: 202, body: first.body });
      expect(again.headers.get("location")).toBe(first.headers.get("location"));
      expect(again.headers.get("idempotency-replayed")).toBe("true");
    });

    test("the same key for another call is 422", async () => {
      await connectSandbox(world());
      await put(world(), "run-1");
      expect(await put(world(), "run-1", "ghcr.io/acme/web:2")).toMatchObject({
        status: 422,
        body: { code: "idempotency-mismatch" },
      });
    });

    test("the same key for the same body in another environment, or from another token, is 422", async () => {
      await connectSandbox(world());
      await put(world(), "run-1");
      await world().call("/v1/environments/staging", { method: "PUT" });
      const send = { method: "PUT", json: { spec: SPEC }, headers: { "idempotency-key": "run-1" } };
      expect((await world().call("/v1/workloads/web?environment=staging", send)).status).toBe(422);
      const { secret } = await tokenWith(world(), ["deployer"]);
      expect((await world().call("/v1/workloads/web", { ...send, token: secret })).status).toBe(422);
    });

    test("of many calls with one key at one time, one happens and the others wait or get its answer", async () => {
      await connectSandbox(world());
      const replies = await Promise.all(Array.from({ length: 8 }, () => put(world(), "run-1")));
      for (const { status, body } of replies)
        expect(status === 202 || at(body, "code") === "idempotency-in-flight").toBe(true);
      const { body } = await world().call("/v1/workloads/web/revisions");
      expect(at(body, "revisions")).toHaveLength(1);
      expect((await world().call("/v1/workloads/web")).body).toMatchObject({ generation: 1 });
    });

    test("a refusal is kept too, and a failure of ours is forgotten, so that a retry runs", async () => {
      const refused = await put(world(), "run-1");
      expect(refused.status).toBe(422);
      await connectSandbox(world());
      expect((await put(world(), "run-1")).status).toBe(422);
      const broken = { ...world().store, commit: () => Promise.reject(new Error("disk full")) };
      const failing = { ...world(), ports: { ...world().ports, store: broken } };
      const { createApp } = await import("../../../src/routes/app.ts");
      const { allEndpoints } = await import("../../../src/routes/all.ts");
      const app = createApp(allEndpoints.filter((endpoint) => endpoint.guard !== "agent"));
      const headers = {
        authorization: "Bearer an-administrator-of-the-tests",
        "content-type": "application/json",
        "idempotency-key": "run-2",
      };
      const request = new Request("http://berth.test/v1/workloads/web", {
        method: "PUT",
        headers,
        body: JSON.stringify({ spec: SPEC }),
      });
      expect((await app.fetch(request, failing.ports)).status).toBe(500);
      expect((await put(world(), "run-2")).status).toBe(202);
    });

    test("keys of two projects do not meet", async () => {
      await world().call("/v1/projects", { method: "POST", json: { name: "other" } });
      const make = (query: string) =>
        world().call(`/v1/environments/staging${query}`, {
          method: "PUT",
          headers: { "idempotency-key": "k" },
        });
      expect((await make("")).status).toBe(201);
      expect((await make("?project=other")).status).toBe(201);
    });

    test("a secret is never kept for a replay: the second call says that it was given", async () => {
      const json = { name: "ci", scopes: ["deployer"] };
      const make = () =>
        world().call("/v1/tokens", { method: "POST", json, headers: { "idempotency-key": "k" } });
      const first = await make();
      expect(first.status).toBe(201);
      const again = await make();
      expect(again).toMatchObject({ status: 409, body: { code: "conflict" } });
      expect(JSON.stringify(await world().dump())).not.toContain(String(at(first.body, "token")));
    });

    test.each(["a".repeat(201), "with space"])("a key that is no key is 400 (%#)", async (key) => {
      expect(await put(world(), key)).toMatchObject({ status: 400, body: { code: "invalid-header" } });
    });
  });

  describe("If-Match and If-None-Match", () => {
    const change = (headers: Readonly<Record<string, string>>, image: string) =>
      world().call("/v1/workloads/web", { method: "PUT", json: { spec: { ...SPEC, image } }, headers });

    test("a change of what was seen goes through; of anything else it is 412", async () => {
      await connectSandbox(world());
      const made = await change({ "if-none-match": "*" }, "a:1");
      expect(made.status).toBe(202);
      expect(await change({ "if-match": '"7"' }, "a:2")).toMatchObject({
        status: 412,
        body: { code: "precondition-failed" },
      });
      expect((await change({ "if-match": made.headers.get("etag") ?? "" }, "a:2")).status).toBe(202);
      expect((await change({ "if-none-match": "*" }, "a:3")).status).toBe(412);
    });

    test.each(["7", '"x"', '"1", "2"', 'W/"1"'])("an entity tag that is none (%s) is 400", async (tag) => {
      expect(await change({ "if-match": tag }, "a:1")).toMatchObject({
        status: 400,
        body: { code: "invalid-header" },
      });
    });

    test("a call that cannot keep the condition refuses it rather than ignoring it", async () => {
      const reply = await world().call("/v1/workloads/web", {
        method: "DELETE",
        headers: { "if-match": '"1"' },
      });
      expect(reply).toMatchObject({ status: 400, body: { code: "invalid-header" } });
    });

    test("a target changes only over the version that was seen", async () => {
      const put = (headers: Readonly<Record<string, string>>) =>
        world().call("/v1/targets/cloud", {
          method: "PUT",
          json: { kind: "sandbox", simulates: "ecs", region: "eu-west-1" },
          headers,
        });
      const made = await put({});
      expect(made.status).toBe(201);
      expect((await put({ "if-match": '"99"' })).status).toBe(412);
      expect((await put({ "if-match": made.headers.get("etag") ?? "" })).status).toBe(200);
    });
  });
}
