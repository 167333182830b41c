import { describe, expect, test } from "vitest";
import { sha256Hex } from "../../../src/domain/canonical-json.ts";
import { connectSandbox, deployed } from "../deployed.ts";
import { at, type World } from "../world.ts";

const DAY_MS = 86_400_000;

/** What a plan was decided from, deciding it again, and its explanation as text. */
export function receiptRoutes(world: () => World): void {
  describe("GET /v1/plans/{id}/receipt", () => {
    test("answers what the plan was decided from, under the hash the plan names", async () => {
      await connectSandbox(world());
      const id = await deployed(world());
      const plan = await world().call(`/v1/plans/${id}`);
      const reply = await world().call(`/v1/plans/${id}/receipt`);
      expect(reply).toMatchObject({
        status: 200,
        body: { plan: id, hash: at(plan.body, "receipt"), complete: true, workload: "web" },
      });
      expect(at(reply.body, "texts")).toBeUndefined();
    });

    test("with texts=true adds every text under its own hash", async () => {
      await connectSandbox(world());
      const { body } = await world().call(`/v1/plans/${await deployed(world())}/receipt?texts=true`);
      expect(sha256Hex(String(at(body, "texts", "manifest")))).toBe(at(body, "hash"));
      const parts = Object.entries(Object(at(body, "texts", "parts")));
      expect(parts.length).toBeGreaterThan(2);
      for (const [hash, text] of parts) expect(sha256Hex(String(text))).toBe(hash);
    });

    test("answers 410 once it is past its time and pruned, and 404 for a plan without one", async () => {
      await connectSandbox(world());
      const id = await deployed(world());
      world().advance(91 * DAY_MS);
      await world().store.pruneReceipts(world().ports.now(), 100);
      for (const [method, path] of [
        ["GET", "receipt"],
        ["POST", "replay"],
      ] as const) {
        const reply = await world().call(`/v1/plans/${id}/${path}`, { method });
        expect(reply).toMatchObject({ status: 410, body: { code: "receipt-gone" } });
      }
      const removal = await world().call("/v1/workloads/web", { method: "DELETE" });
      const none = await world().call(`/v1/plans/${String(at(removal.body, "plan", "id"))}/receipt`);
      expect(none).toMatchObject({ status: 404, body: { code: "not-found" } });
    });
  });

  describe("POST /v1/plans/{id}/replay", () => {
    test("says identical for a dry run and for what was deployed, whatever has changed since", async () => {
      await connectSandbox(world());
      const dryRun = await world().call("/v1/plans", {
        method: "POST",
        json: { spec: { name: "api", image: "ghcr.io/acme/api:1", port: 80 } },
      });
      const ids = [await deployed(world()), String(at(dryRun.body, "plan", "id"))];
      await connectSandbox(world(), "other", "ecs", "eu-west-1");
      for (const id of ids) {
        const reply = await world().call(`/v1/plans/${id}/replay`, { method: "POST" });
        expect(reply).toMatchObject({ status: 200, body: { plan: id, identical: true } });
      }
    });
  });

  describe("GET /v1/plans/{id}/explanation", () => {
    test("answers Markdown, or plain text when asked", async () => {
      await connectSandbox(world());
      const id = await deployed(world());
      const markdown = await world().call(`/v1/plans/${id}/explanation`);
      expect(markdown.headers.get("content-type")).toBe("text/markdown; charset=utf-8");
      expect(at(markdown.body, "text")).toContain("|  | PLACE |  | SHAPE | $/MONTH | SCORE | OF WHICH |");
      const text = await world().call(`/v1/plans/${id}/explanation?format=text&all=true`);
      expect(text.headers.get("content-type")).toBe("text/plain; charset=utf-8");
      expect(at(text.body, "text")).toMatch(/^web plan 1 in production is pending/);
      expect(at(text.body, "text")).toContain(`replay it:  berth replay ${id}`);
    });
  });

  describe("PUT /v1/workloads/{name} with a plan that changed", () => {
    test("answers 409 plan-changed with each difference: what changed, from what, to what", async () => {
      await connectSandbox(world());
      const spec = { name: "web", image: "ghcr.io/acme/web:1", port: 8080 };
      const shown = await world().call("/v1/plans", { method: "POST", json: { spec } });
      await deployed(world(), { image: "ghcr.io/acme/web:2" });
      const json = { plan: at(shown.body, "plan", "id") };
      const reply = await world().call("/v1/workloads/web", { method: "PUT", json });
      expect(reply).toMatchObject({ status: 409, body: { code: "plan-changed" } });
      expect(at(reply.body, "differences")).toContainEqual({
        changed: "workload",
        what: "generation",
        from: "0",
        to: expect.stringMatching(/^1/),
        message: expect.stringContaining("it is at generation 1"),
      });
    });
  });
}
