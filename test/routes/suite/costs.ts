import { beforeEach, describe, expect, test } from "vitest";
import { meterPass } from "../../../src/broker/meter.ts";
import type { LedgerRow } from "../../../src/domain/ledger.ts";
import { connectSandbox, deployed } from "../deployed.ts";
import { at, type World } from "../world.ts";

const HOUR_MS = 3_600_000;

/** Costs, why they changed, and budgets. */
export function costRoutes(world: () => World): void {
  /** What a metering pass would have written: some hours at a rate. */
  async function spent(over: Partial<LedgerRow> = {}): Promise<void> {
    const { store, ports } = world();
    const project = await store.project("default");
    const from = ports.now() - 40 * HOUR_MS;
    const row: LedgerRow = {
      project: project?.id ?? "",
      environment: "production",
      workload: "web",
      unit: "u",
      line: 0,
      provider: "ecs",
      target: "cloud",
      region: "eu-west-1",
      meter: "cpu-second",
      part: "run",
      from,
      to: from + 40 * HOUR_MS,
      perSecond: "0.25",
      measure: "vCPU-hour",
      listUsd: "0.04",
      effectiveUsd: "0.04",
      rateId: "ecs/eu-west-1/linux-amd64/cpu-second@2025-10-27:0.04",
      basis: "metered",
      replicas: 1,
      labels: { team: "shop" },
      ...over,
    };
    const nothing = { meters: [], ended: [], drop: [] };
    expect(await store.meterDone({ facts: [], meters: [] }, { ...nothing, put: [row] })).toBe(true);
  }

  describe("costs", () => {
    beforeEach(async () => {
      await spent();
      await spent({ unit: "v", workload: "api", basis: "estimated", labels: {} });
    });

    test("are grouped by what is asked, page after page, and every grouping adds up to the same", async () => {
      for (const [groupBy, keys] of [
        ["day", ["2026-11-20", "2026-11-21", "2026-11-22"]],
        ["workload", ["production/api", "production/web"]],
        ["project", ["default"]],
        ["region", ["eu-west-1"]],
        ["label:team", ["(none)", "shop"]],
      ] as const) {
        const { status, body } = await world().call(`/v1/costs?groupBy=${groupBy}`);
        expect(status).toBe(200);
        expect(body).toMatchObject({ total: { usd: "0.8", meteredUsd: "0.4", estimatedUsd: "0.4" } });
        expect((at(body, "groups") as readonly { key: string }[]).map(({ key }) => key)).toEqual(keys);
      }
      const first = await world().call("/v1/costs?limit=1");
      expect(first.body).toMatchObject({ groups: [{ key: "production/api" }], next: "production/api" });
      const second = await world().call("/v1/costs?limit=1&after=production/api");
      expect(second.body).toMatchObject({ groups: [{ key: "production/web", usd: "0.4" }] });
      expect(at(second.body, "next")).toBeUndefined();
    });

    test("come as CSV, and as FOCUS 1.2 with one line for each charge of a day", async () => {
      const csv = await world().fetch("/v1/costs?format=csv");
      expect(await csv.text()).toBe(
        "workload,usd,listUsd,meteredUsd,estimatedUsd,billedUsd,comparedUsd,driftUsd,invoicedUsd,purchaseUsd,taxUsd,creditUsd,adjustmentUsd\r\nproduction/api,0.4,0.4,0,0.4,,,,,,,,\r\nproduction/web,0.4,0.4,0.4,0,,,,,,,,\r\n",
      );
      const focus = await world().call("/v1/costs?format=focus&workload=web");
      const [head = "", ...lines] = String(at(focus.body, "text")).trim().split("\r\n");
      const columns = head.split(",");
      for (const name of [
        "BilledCost",
        "EffectiveCost",
        "ListCost",
        "ChargePeriodStart",
        "SkuPriceId",
        "Tags",
        "x_Basis",
      ])
        expect(columns).toContain(name);
      expect(lines).toHaveLength(3);
      const cost = lines.map((line) => Number(line.split(",")[columns.indexOf("EffectiveCost")]));
      expect(cost.reduce((sum, one) => sum + one, 0)).toBeCloseTo(0.4, 9);
    });

    test("what a commitment pays is kept with its price, and is committed usage in FOCUS", async () => {
      await spent({ workload: "paid", line: 1_000, effectiveUsd: "0", contractedUsd: "0.03" });
      const total = { usd: "0", listUsd: "0.4" };
      expect((await world().call("/v1/costs?workload=paid")).body).toMatchObject({ total });
      const text = await (await world().fetch("/v1/costs?format=focus&workload=paid")).text();
      const [head = "", line = ""] = text.split("\r\n");
      const of = (name: string) => line.split(",")[head.split(",").indexOf(name)];
      expect(["PricingCategory", "ContractedUnitPrice", "BilledCost", "x_MeteredCost"].map(of)).toEqual([
        "Committed",
        "0.03",
        "0",
        "0",
      ]);
    });

    test.each([
      ["groupBy=moon", "?groupBy"],
      ["from=yesterday", "?from"],
      ["from=2026-02-30", "?from"],
      ["from=2026-11-02&to=2026-11-01", "?to"],
      ["from=2020-01-01&to=2026-01-01", "?to"],
      ["format=pdf", "?format"],
    ])("%s is refused with its pointer", async (query, pointer) => {
      expect(await world().call(`/v1/costs?${query}`)).toMatchObject({
        status: 400,
        body: { errors: [{ pointer }] },
      });
    });

    test("why they changed adds up to the change", async () => {
      const query = "from=2026-11-21&to=2026-11-23&beforeFrom=2026-11-19&beforeTo=2026-11-21";
      const { body } = await world().call(`/v1/costs/explain?${query}`);
      expect(body).toMatchObject({
        total: {
          beforeUsd: "0.08",
          afterUsd: "0.72",
          changeUsd: "0.64",
          parts: { replicasUsd: "0.64", priceUsd: "0", movesUsd: "0" },
        },
        omitted: 0,
      });
    });

    test.each([
      ["beforeFrom=2026-11-10", { from: "2026-11-10", to: "2026-11-12" }],
      ["beforeTo=2026-11-12", { from: "2026-11-10", to: "2026-11-12" }],
      ["", { from: "2026-11-19", to: "2026-11-21" }],
    ])("the period before is as long as the one after when %j says no more", async (said, before) => {
      const query = `from=2026-11-21&to=2026-11-23&${said}`;
      expect((await world().call(`/v1/costs/explain?${query}`)).body).toMatchObject({ before });
    });

    test("of another project are nobody's business", async () => {
      await world().call("/v1/projects", { method: "POST", json: { name: "other" } });
      expect((await world().call("/v1/costs?project=other")).body).toMatchObject({
        groups: [],
        total: { usd: "0" },
      });
      const { body } = await world().call("/v1/tokens?project=other", {
        method: "POST",
        json: { name: "t", scopes: ["reader"] },
      });
      const token = String(at(body, "token"));
      expect((await world().call("/v1/costs?groupBy=project", { token })).body).toMatchObject({ groups: [] });
      expect(
        (await world().call("/v1/budgets/team", { method: "PUT", token, json: { usdPerMonth: "1" } })).status,
      ).toBe(403);
    });
  });

  test("the forecast goes on from what runs, between what scale allows", async () => {
    await connectSandbox(world(), "cloud", "ecs", "eu-west-1");
    await deployed(world(), { kind: "worker", port: undefined, scale: { min: 1, max: 3 } });
    await meterPass({ ...world().ports, owner: "t" });
    await world().call("/v1/budgets/team", { method: "PUT", json: { usdPerMonth: "1000" } });
    const { body } = await world().call("/v1/costs/forecast");
    expect(body).toMatchObject({
      month: "2026-11",
      workloads: [{ key: "production/web", spentUsd: "0", budgets: ["team"] }],
    });
    const [low, high] = [Number(at(body, "total", "lowUsd")), Number(at(body, "total", "highUsd"))];
    expect([low >= 0, high > low]).toEqual([true, true]);
  });

  describe("budgets", () => {
    const put = (json: unknown, headers = {}) =>
      world().call("/v1/budgets/team", { method: "PUT", json, headers });

    test("are made, read, listed, changed over what was read, and deleted", async () => {
      const made = await put({ usdPerMonth: "250.00", select: { workloads: { team: "shop" } } });
      expect(made).toMatchObject({
        status: 201,
        body: { name: "team", usdPerMonth: "250.00", capUsd: "250", spentUsd: "0" },
      });
      expect(at(made.body, "ladder")).toEqual([
        { atPercent: 80, do: "warn", graceMinutes: 0 },
        { atPercent: 100, do: "block-new", graceMinutes: 0 },
      ]);
      expect((await put({ usdPerMonth: "300" }, { "if-match": '"7"' })).status).toBe(412);
      expect((await put({ usdPerMonth: "300" }, { "if-match": '"1"' })).status).toBe(200);
      expect((await world().call("/v1/budgets")).body).toMatchObject({
        budgets: [{ name: "team", version: 2 }],
      });
      const overridden = await put({ usdPerMonth: "300", overrideUntil: "2099-12-01T08:00:00+01:00" });
      expect(overridden).toMatchObject({ status: 200, body: { overrideUntil: "2099-12-01T07:00:00.000Z" } });
      expect((await world().call("/v1/budgets/team", { method: "DELETE" })).status).toBe(204);
      expect((await world().call("/v1/budgets/team")).status).toBe(404);
    });

    test.each([
      [{ usdPerMonth: "0" }, "/usdPerMonth"],
      [{ usdPerMonth: "NaN" }, "/usdPerMonth"],
      [{ usdPerMonth: "0.0000000001" }, "/usdPerMonth"],
      [{ usdPerMonth: "5", select: { environments: ["../x"] } }, "/select/environments/0"],
      [{ usdPerMonth: "5", ladder: [{ atPercent: 80, do: "explode" }] }, "/ladder/0/do"],
      [{ usdPerMonth: "5", ladder: [{ atPercent: 0, do: "warn" }] }, "/ladder/0/atPercent"],
      [
        {
          usdPerMonth: "5",
          ladder: [
            { atPercent: 9, do: "warn" },
            { atPercent: 9, do: "warn" },
          ],
        },
        "/ladder/1",
      ],
      [{ usdPerMonth: "5", overrideUntil: "2020-01-01T00:00:00Z" }, "/overrideUntil"],
    ])("%j is refused at %s", async (json, pointer) => {
      expect(await put(json)).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
    });

    test("refuse a deploy that could cost more than they allow, with the numbers", async () => {
      await connectSandbox(world(), "cloud", "ecs", "eu-west-1");
      await put({ usdPerMonth: "1" });
      const spec = { name: "web", kind: "worker", image: "ghcr.io/acme/web:1", scale: { min: 1, max: 4 } };
      const reply = await world().call("/v1/workloads/web", { method: "PUT", json: { spec } });
      expect(reply).toMatchObject({
        status: 409,
        body: { code: "budget-exceeded", budget: "team", capUsd: "1", reservedUsd: "0" },
      });
      expect(Number(at(reply.body, "wantedUsd"))).toBeGreaterThan(1);
      expect((await world().call("/v1/workloads/web")).status).toBe(404);
    });
  });
}
