import { describe, expect, test } from "vitest";
import { at, type World } from "../world.ts";

const EGRESS = { provider: "cloud-run", region: "asia-east1", meter: "egress-gib", usd: "0.12" };
const CPU = { provider: "ecs", region: "eu-west-1", meter: "cpu-second", usd: "0.05", unit: "vCPU-hour" };

/** List prices that a project states itself. */
export function statedRateRoutes(world: () => World): void {
  const put = (stated: readonly unknown[]) =>
    world().call("/v1/catalog/rates", { method: "PUT", json: { stated } });
  const quoted = (json: unknown, token?: string) =>
    world().call("/v1/quotes", { method: "POST", json, ...(token === undefined ? {} : { token }) });

  describe("stated rates", () => {
    test("a quote that nobody knew the price of has one, whose line says who stated it and when", async () => {
      const resources = { cpu: 1, memory: "1Gi" };
      const ask = { provider: "cloud-run", region: "asia-east1", resources, usage: { egressGiB: 10 } };
      const before = await quoted(ask);
      const known = before.status === 200;
      expect((await put([{ ...EGRESS, note: "offer 7" }])).status).toBe(200);
      const reply = await quoted(ask);
      expect(reply.status).toBe(200);
      const line = listIn(at(reply.body, "lines")).find((one) => at(one, "meter") === "egress-gib");
      expect(line).toMatchObject({ usd: "1.2", confidence: "stated", unit: "GiB", rateUsd: "0.12" });
      expect(at(line, "source")).toMatch(/^stated by the account \(token:/);
      expect(at(line, "note")).toBe(known ? expect.stringContaining("offer 7; instead of") : "offer 7");
      expect((await put([])).status).toBe(200);
      expect((await quoted(ask)).status).toBe(before.status);
    });

    test("they are listed with the day and the actor, which stay while the figure does", async () => {
      const first = await put([CPU]);
      expect(at(first.body, "stated", 0)).toMatchObject({ ...CPU, product: "linux-amd64" });
      const { body } = await put([{ ...CPU, usd: "0.050" }, EGRESS]);
      expect(at(body, "stated", 0)).toEqual(at(first.body, "stated", 0));
      expect(at(body, "stated", 1)).toMatchObject({ unit: "GiB", product: "egress" });
      const prices = await world().call("/v1/catalog/prices?provider=ecs&region=eu-west-1");
      const rows = listIn(at(prices.body, "prices")).filter((row) => at(row, "confidence") === "stated");
      expect(rows).toMatchObject([{ product: "linux-amd64", meter: "cpu-second", usd: "0.05" }]);
      expect(rows.map((row) => at(row, "checkedAt"))).toEqual([undefined]);
    });

    test("they are one project's: another goes by the price book", async () => {
      await put([CPU]);
      const made = await world().call("/v1/projects", { method: "POST", json: { name: "other" } });
      expect(made.status).toBe(201);
      const resources = { cpu: 1, memory: "2Gi" };
      const ask = { provider: "ecs", region: "eu-west-1", resources, usage: { hours: 1 } };
      expect(at((await quoted(ask)).body, "lines", 0, "confidence")).toBe("stated");
      const other = await world().call("/v1/quotes?project=other", { method: "POST", json: ask });
      expect(at(other.body, "lines", 0, "confidence")).toBe("high");
    });

    test.each([
      ["an unknown meter", { ...CPU, meter: "cpu" }, "/stated/1/meter"],
      ["a meter that no price contains", { ...CPU, meter: "log-scan-gib" }, "/stated/1/meter"],
      ["an unknown region", { ...CPU, region: "eu-west-9" }, "/stated/1/region"],
      ["another cloud's region", { ...CPU, region: "westeurope" }, "/stated/1/region"],
      ["an unknown provider", { ...CPU, provider: "hetzner" }, "/stated/1/provider"],
      ["less than nothing", { ...CPU, usd: "-0.01" }, "/stated/1/usd"],
      ["what is no number", { ...CPU, usd: "NaN" }, "/stated/1/usd"],
      ["an infinite price", { ...CPU, usd: "1e999" }, "/stated/1/usd"],
      ["absurd digits", { ...CPU, usd: `0.${"1".repeat(40)}` }, "/stated/1/usd"],
      ["an absurd price", { ...CPU, usd: "9".repeat(12) }, "/stated/1/usd"],
      ["a unit that is not the meter's", { ...CPU, unit: "GiB-hour" }, "/stated/1/unit"],
      [
        "arm64 where there is none",
        { ...CPU, provider: "aci", region: "westeurope", arch: "arm64" },
        "/stated/1/arch",
      ],
      [
        "Spot where there is none",
        { ...CPU, provider: "cloud-run", region: "asia-east1", spot: true },
        "/stated/1/spot",
      ],
      ["an arch of traffic", { ...EGRESS, arch: "amd64" }, "/stated/1/arch"],
      ["a GPU without its type", { ...CPU, meter: "gpu-second", unit: "GPU-second" }, "/stated/1/gpu"],
      ["a licence without its system", { ...CPU, meter: "os-cpu-second" }, "/stated/1/os"],
      ["the same price twice", { ...CPU, arch: "amd64", region: "us-east-1" }, "/stated/1"],
      ["a field nobody knows", { ...CPU, price: "1" }, "/stated/1"],
    ])("refuses %s with its place in the body", async (_what, rate, pointer) => {
      const reply = await put([{ ...CPU, region: "us-east-1" }, rate]);
      expect(reply).toMatchObject({ status: 400, body: { code: "invalid-body" } });
      expect(String(at(reply.body, "errors", 0, "pointer"))).toBe(
        pointer === "/stated/1" && _what.startsWith("a field") ? "/stated/1/price" : pointer,
      );
      expect((await world().call("/v1/catalog/rates")).body).toMatchObject({ version: 0, stated: [] });
    });
  });
}

const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
