import { describe, expect, test } from "vitest";
import { at, type World } from "../world.ts";

/** What Berth knows of the clouds. */
export function catalogRoutes(world: () => World): void {
  describe("the catalogue", () => {
    test("lists regions and prices, each by provider and region", async () => {
      const regions = await world().call("/v1/catalog/regions?provider=aci");
      expect(new Set(rows(regions.body, "regions").map((row) => at(row, "provider")))).toEqual(
        new Set(["aci"]),
      );
      const prices = await world().call("/v1/catalog/prices?provider=ecs&region=us-east-1");
      expect(rows(prices.body, "prices").length).toBeGreaterThan(0);
      for (const row of rows(prices.body, "prices")) expect(at(row, "source")).not.toBe("");
    });

    test("quotes one shape in one place, line by line", async () => {
      const json = {
        provider: "ecs",
        region: "us-east-1",
        resources: { cpu: 1, memory: "2Gi", ephemeralStorage: "30Gi" },
        replicas: 5,
        usage: { seconds: 18_000 },
        rates: {
          "cpu-second": "0.000011244",
          "memory-gib-second": "0.000001235",
          "ephemeral-gib-second": "0.0000000308",
        },
      };
      const reply = await world().call("/v1/quotes", { method: "POST", json });
      expect(reply.status).toBe(200);
      expect(Number(at(reply.body, "totalUsd"))).toBeCloseTo(1.26, 2);
    });

    test.each([
      [{ provider: "ibm" }, "/provider"],
      [{ resources: { cpu: "many", memory: "1Gi" } }, "/resources/cpu"],
      [{ rates: { "cpu-secnd": "1" } }, "/rates"],
      [{ usage: { hours: "-1" } }, "/usage/hours"],
      [{ replicas: 1e9 }, "/replicas"],
    ])("refuses a wrong quote (%j) with a pointer to %s", async (changes, pointer) => {
      const json = { provider: "ecs", region: "us-east-1", resources: { cpu: 1, memory: "2Gi" }, ...changes };
      const reply = await world().call("/v1/quotes", { method: "POST", json });
      expect(reply).toMatchObject({ status: 400, body: { code: "invalid-body" } });
      expect(String(at(reply.body, "errors", 0, "pointer"))).toContain(pointer);
    });
  });
}

function rows(body: unknown, name: string): readonly unknown[] {
  const found = at(body, name);
  return Array.isArray(found) ? found : [];
}
