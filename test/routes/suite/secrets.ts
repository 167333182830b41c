import { describe, expect, test } from "vitest";
import { connectSandbox } from "../deployed.ts";
import { at, type World } from "../world.ts";
import { tokenWith } from "./tokens.ts";

/** Secrets over HTTP: who may do what, and that no answer holds a value. */
export function secretRoutes(world: () => World): void {
  const put = (
    json: unknown,
    more: { readonly headers?: Record<string, string>; readonly token?: string } = {},
  ) => world().call("/v1/secrets/db-url", { method: "PUT", json, ...more });

  describe("secrets", () => {
    test("one is put, listed, read, shared and removed, and never answered", async () => {
      expect(await put({ value: "hunter2" })).toMatchObject({
        status: 201,
        body: { name: "db-url", version: 1 },
      });
      expect(await put({ value: "hunter3", shared: { classes: ["preview"] } })).toMatchObject({
        status: 200,
        body: { version: 2, versions: [{ version: 2 }, { version: 1 }], shared: { classes: ["preview"] } },
      });
      const answers = [
        await world().call("/v1/secrets"),
        await world().call("/v1/secrets/db-url"),
        await world().call("/v1/secrets/db-url/events"),
        await put({ shared: null }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      expect(JSON.stringify(answers)).not.toMatch(/hunter|sealed/);
      expect((await world().call("/v1/secrets/db-url", { method: "DELETE" })).status).toBe(204);
      expect((await world().call("/v1/secrets/db-url")).status).toBe(404);
      const { body } = await world().call("/v1/secrets/db-url/events");
      expect(at(body, "events")).toMatchObject([
        { type: "secret.put", data: { version: 1 } },
        { type: "secret.put", data: { version: 2 } },
        { type: "secret.shared" },
        { type: "secret.deleted" },
      ]);
    });

    test("what a reader sees does not tell whether the same value was put again", async () => {
      await put({ value: "hunter2" });
      const reader = await tokenWith(world(), ["reader"]);
      const seen = async () =>
        JSON.stringify([
          await world().call("/v1/secrets/db-url", { token: reader.secret }),
          await world().call("/v1/secrets/db-url/events", { token: reader.secret }),
        ]);
      const before = await seen();
      expect((await put({ value: "hunter2" })).status).toBe(200);
      expect(await seen()).toBe(before);
      expect((await put({ value: "guess" }, { token: reader.secret })).status).toBe(403);
    });

    test("a body that is wrong is refused without a word of what it held", async () => {
      const canary = "hunter2-hunter2";
      const wrong = [
        { value: [canary] },
        { value: 12345678 },
        { vaule: canary },
        {},
        { value: canary, shared: {} },
      ];
      for (const json of wrong) {
        const reply = await put(json);
        expect(reply.status).toBe(400);
        expect(JSON.stringify(reply.body)).not.toMatch(/hunter2|12345678/);
      }
      const broken = await world().call("/v1/secrets/db-url", {
        method: "PUT",
        body: `{"value": "${canary}`,
        headers: { "content-type": "application/json" },
      });
      expect(broken).toMatchObject({ status: 400, body: { code: "invalid-body" } });
      expect(JSON.stringify(broken.body)).not.toContain("hunter2");
      const name = await world().call("/v1/secrets/Not%20A%20Name", { method: "PUT", json: { value: "x" } });
      expect(name.status).toBe(400);
      expect((await world().call("/v1/secrets?environment=nowhere")).status).toBe(404);
    });

    test("a keyed call is kept without anything that its value could be guessed from", async () => {
      const headers = { "idempotency-key": "one" };
      const first = await put({ value: "0000" }, { headers });
      expect(first.status).toBe(201);
      const again = await put({ value: "0000" }, { headers });
      expect([again.status, at(again.body, "version")]).toEqual([201, 1]);
      const { idempotency: [row] = [] } = await world().dump();
      const key = await put({ value: "1111" }, { headers: { "idempotency-key": "two" } });
      expect(key.status).toBe(200);
      const rows = (await world().dump())["idempotency"] ?? [];
      const prints = rows.map((one) => at(one, "fingerprint"));
      // The same length gives the same fingerprint: nothing else of the value is in it.
      expect(new Set(prints).size).toBe(1);
      expect(row).toBeDefined();
    });

    test("one that runs is in use, is rolled out, and a deploy with an unknown one names its field", async () => {
      await connectSandbox(world());
      await put({ value: "one" });
      const web = {
        name: "web",
        image: "ghcr.io/acme/web:1",
        port: 8080,
        secrets: { DATABASE_URL: "db-url" },
      };
      const up = await world().call("/v1/workloads/web", { method: "PUT", json: { spec: web } });
      expect(up.status, JSON.stringify(up.body)).toBe(202);
      await put({ value: "two" });
      const users = [{ environment: "production", workload: "web", versions: [1] }];
      expect((await world().call("/v1/secrets/db-url")).body).toMatchObject({ version: 2, usedBy: users });
      const removed = await world().call("/v1/secrets/db-url", { method: "DELETE" });
      expect(removed).toMatchObject({ status: 409, body: { code: "in-use", usedBy: users } });
      const rolled = await world().call("/v1/secrets/db-url/rollout", { method: "POST" });
      expect(rolled).toMatchObject({
        status: 200,
        body: { workloads: [{ workload: "web", outcome: "changed" }] },
      });
      const spec = { name: "api", image: "ghcr.io/acme/api:1", port: 8080, secrets: { A: "db-ulr" } };
      const unknown = await world().call("/v1/workloads/api", { method: "PUT", json: { spec } });
      expect(unknown).toMatchObject({
        status: 400,
        body: { code: "invalid-spec", errors: [{ pointer: "/spec/secrets/A" }] },
      });
      expect(JSON.stringify(unknown.body)).toContain("did you mean db-url?");
    });

    test("everything is put under the current key by the instance's administrator alone", async () => {
      await put({ value: "one" });
      const rewrap = (token?: string) =>
        world().call("/v1/secrets/rewrap", { method: "POST", ...(token === undefined ? {} : { token }) });
      expect(await rewrap()).toMatchObject({ status: 200, body: { keyId: "k1", rewrapped: 0, more: false } });
      const { secret } = await tokenWith(world(), ["admin"]);
      expect((await rewrap(secret)).status).toBe(403);
    });
  });
}
