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

    test("says what was probably meant by a wrong provider, region or meter", async () => {
      const base = { provider: "ecs", region: "us-east-1", resources: { cpu: 1, memory: "2Gi" } };
      const said = async (changes: object) => {
        const reply = await world().call("/v1/quotes", { method: "POST", json: { ...base, ...changes } });
        expect(reply.status).toBe(400);
        return String(at(reply.body, "errors", 0, "detail"));
      };
      expect(await said({ provider: "aws" })).toContain("did you mean ecs?");
      expect(await said({ provider: "cloudrun" })).toContain("did you mean cloud-run?");
      expect(await said({ region: "us-eats-1" })).toContain("did you mean us-east-1?");
      expect(await said({ region: "westeurope" })).toContain("is a region of aci");
      expect(await said({ rates: { "cpu-secnd": "1" } })).toContain("did you mean cpu-second?");
    });

    test("refuses a named meter whose price nobody knows, and takes it with a rate", async () => {
      const json = {
        provider: "aci",
        region: "westus",
        resources: { cpu: 1, memory: "2Gi" },
        usage: { seconds: 10 },
      };
      const reply = await world().call("/v1/quotes", { method: "POST", json });
      expect(reply).toMatchObject({ status: 422, body: { code: "price-unknown" } });
      expect(at(reply.body, "unknown")).toEqual(["cpu-second", "memory-gib-second"]);
      const rates = { "cpu-second": "0.01", "memory-gib-second": 0.001 };
      const priced = await world().call("/v1/quotes", { method: "POST", json: { ...json, rates } });
      expect(at(priced.body, "totalUsd")).toBe("0.12");
    });

    test("lists every price with its row's id, and the book's hash", async () => {
      const { body } = await world().call("/v1/catalog/prices?provider=aci&region=westeurope");
      expect(at(body, "hash")).toMatch(/^[0-9a-f]{64}$/);
      const tiers = rows(body, "prices").filter((row) => at(row, "product") === "egress");
      expect(tiers.map((row) => at(row, "from"))).toEqual(["0", "100", "10335", "51295", "153695"]);
      for (const row of rows(body, "prices"))
        expect(String(at(row, "id"))).toContain(String(at(row, "asOf")));
    });

    test.each([
      [{ provider: "ibm" }, "/provider"],
      [{ provider: "aws" }, "/provider"],
      [{ region: "us-eats-1" }, "/region"],
      [{ spot: true, os: "windows" }, "/spot"],
      [{ usages: {} }, "/usages"],
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
