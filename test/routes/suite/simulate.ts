import { describe, expect, test } from "vitest";
import { connectSandbox, deployed } from "../deployed.ts";
import { at, type World } from "../world.ts";

const EU = { jurisdictions: ["EU"], select: {} };

/** What a policy would do, and what it reports when it is stored. */
export function simulateRoutes(world: () => World): void {
  const simulate = (name: string, json?: unknown) =>
    world().call(`/v1/policies/${name}/simulate`, {
      method: "POST",
      ...(json === undefined ? {} : { json }),
    });

  describe("simulation", () => {
    test("a policy that is not stored yet tells what it would do to the fleet", async () => {
      await connectSandbox(world());
      await connectSandbox(world(), "belgium", "cloud-run", "europe-west1");
      await deployed(world());
      const asked = { policy: { ...EU, jurisdictions: ["US"] }, select: { environments: ["production"] } };
      const { status, body } = await simulate("eu-only", asked);
      expect(status).toBe(200);
      expect(at(body, "totals", "workloads")).toBe(1);
      const other = await simulate("eu-only", { policy: EU });
      const moved = [body, other.body].map((one) => at(one, "totals", "moves"));
      expect(moved.map(Number).toSorted((a, b) => a - b)).toEqual([0, 1]);
    });

    test("without a body it is the policy as stored at the prices there are: nothing changes", async () => {
      await connectSandbox(world());
      await deployed(world());
      expect(await simulate("default")).toMatchObject({
        status: 200,
        body: {
          changes: ["nothing changed"],
          totals: { workloads: 1, unchanged: 1, differenceUsd: "0" },
          complete: true,
        },
      });
      expect((await simulate("nobody")).status).toBe(404);
    });

    test("past placements are decided again from their receipts", async () => {
      await connectSandbox(world());
      await deployed(world());
      const { body } = await simulate("default", { over: "receipts", policy: { providers: ["agents"] } });
      expect(body).toMatchObject({ over: "receipts", totals: { workloads: 1, unplaceable: 1 } });
    });

    test.each<[string, unknown, string]>([
      ["an unknown field", { polcy: {} }, "/polcy"],
      ["a policy with a problem", { policy: { spott: 1 } }, "/policy/spott"],
      ["a provider nobody has", { prices: { percent: { aws: 5 } } }, "/prices/percent/aws"],
      [
        "a percent below what anything can cost",
        { prices: { percent: { ecs: "-101" } } },
        "/prices/percent/ecs",
      ],
      [
        "a meter nobody has",
        { prices: { rates: [{ provider: "ecs", meter: "cpu", usd: 1 }] } },
        "/prices/rates/0/meter",
      ],
      [
        "a price that is not in the book",
        { prices: { rates: [{ provider: "ecs", region: "x", meter: "cpu-second", usd: 1 }] } },
        "/prices/rates/0",
      ],
      ["a limit beyond what one call may do", { limit: 100_000 }, "/limit"],
      ["a cursor that is none", { after: "here" }, "/after"],
      ["something else to go over", { over: "plans" }, "/over"],
    ])("%s is refused with its place", async (_, json, pointer) => {
      const { status, body } = await simulate("default", json);
      expect(status).toBe(400);
      expect(at(body, "errors", 0, "pointer")).toBe(pointer);
    });

    test("a policy that is stored answers with what runs against it, and so does reading it", async () => {
      await connectSandbox(world());
      await deployed(world());
      const put = (name: string, json: unknown) =>
        world().call(`/v1/policies/${name}`, { method: "PUT", json });
      const found = [{ workload: "web", policy: "de-only", reasons: [{ rule: "policy:jurisdictions" }] }];
      const stored = await put("de-only", { jurisdictions: ["DE"], select: {} });
      expect(stored).toMatchObject({ status: 201, body: { reviewed: true, violations: found } });
      expect(await world().call("/v1/policies/de-only")).toMatchObject({ body: { violations: found } });
      expect(await put("any", {})).toMatchObject({ body: { violations: [] } });
    });

    test("the schema of policy tests is public", async () => {
      const { status, body } = await world().call("/schemas/policy-tests.json", { token: "" });
      expect(status).toBe(200);
      expect(at(body, "title")).toBe("Berth policy tests");
    });
  });
}
