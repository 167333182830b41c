import { beforeEach, describe, expect, test } from "vitest";
import type { LedgerRow } from "../../../src/domain/ledger.ts";
import { connectSandbox, deployed } from "../deployed.ts";
import { at, type World } from "../world.ts";
import { tokenWith } from "./tokens.ts";

const HOUR_MS = 3_600_000;
const DAY = "2026-11-03";
const MONTH = "/v1/costs/bills/cloud/2026-11";

/** Providers' bills, and what was metered beside them. */
export function billRoutes(world: () => World): void {
  const send = (method: "PUT" | "DELETE", path: string, json?: unknown, token?: string) =>
    world().call(path, {
      method,
      ...(json === undefined ? {} : { json }),
      ...(token === undefined ? {} : { token }),
    });
  const page = (id: string, number: number, lines: readonly unknown[], query = "") =>
    send("PUT", `${MONTH}/imports/${id}/pages/${number}${query}`, { lines });
  const inForce = (id: string, pages: number, rows: number) =>
    send("PUT", MONTH, { import: id, pages, rows, from: "2026-11-01", to: "2026-11-06" });
  const costs = async (query = "") =>
    (await world().call(`/v1/costs?from=2026-11-01&to=2026-12-01${query}`)).body;
  const idOfUnit = async (workload = "web") => {
    const project = (await world().store.project("default"))?.id ?? "";
    const [unit] = await world().store.units({ project, environment: "production" }, workload);
    return unit?.unit.id ?? "";
  };

  /** Ten hours of that day at four cents. */
  async function metered(over: Partial<LedgerRow> = {}): Promise<void> {
    const from = Date.parse(DAY);
    const row: LedgerRow = {
      project: (await world().store.project("default"))?.id ?? "",
      environment: "production",
      workload: "web",
      unit: await idOfUnit(),
      line: 0,
      provider: "ecs",
      target: "cloud",
      region: "eu-west-1",
      meter: "cpu-second",
      part: "run",
      from,
      to: from + 10 * HOUR_MS,
      perSecond: "1",
      measure: "vCPU-hour",
      listUsd: "0.04",
      effectiveUsd: "0.04",
      basis: "metered",
      replicas: 1,
      labels: { team: "shop" },
      ...over,
    };
    const nothing = { meters: [], ended: [], drop: [] };
    await world().store.meterDone({ facts: [], meters: [] }, { ...nothing, put: [row] });
  }

  describe("bills", () => {
    let unit = "";
    const lineOf = (over: Readonly<Record<string, string>> = {}) => ({
      unit,
      day: DAY,
      meter: "cpu-second",
      category: "usage",
      effectiveUsd: "0.5",
      billedUsd: "0.45",
      listUsd: "0.6",
      ...over,
    });
    beforeEach(async () => {
      await connectSandbox(world(), "cloud", "ecs", "eu-west-1");
      await deployed(world(), { kind: "worker", port: undefined });
      unit = await idOfUnit();
      await metered();
    });

    test("stand beside what was metered, and are never added to it", async () => {
      const apart = ["tax", "credit", "purchase", "adjustment"].map((category, n) =>
        lineOf({ category, billedUsd: `${n + 1}`, effectiveUsd: "99" }),
      );
      expect((await page("a", 1, [lineOf(), ...apart])).body).toEqual({ kept: 5, refused: [] });
      expect(at(await costs(), "total")).toEqual({
        usd: "0.4",
        listUsd: "0.4",
        meteredUsd: "0.4",
        estimatedUsd: "0",
      });
      expect(await inForce("a", 1, 5)).toMatchObject({
        status: 200,
        body: { target: "cloud", month: "2026-11", rows: 5, importedBy: "token:admin" },
      });
      const said = {
        usd: "0.4",
        meteredUsd: "0.4",
        billedUsd: "0.5",
        comparedUsd: "0.4",
        driftUsd: "0.1",
        bill: { invoicedUsd: "0.45", taxUsd: "1", creditUsd: "2", purchaseUsd: "3", adjustmentUsd: "4" },
      };
      for (const [groupBy, key] of [
        ["workload", "production/web"],
        ["day", DAY],
        ["meter", "cpu-second"],
        ["target", "cloud"],
        ["label:team", "shop"],
      ])
        expect(await costs(`&groupBy=${groupBy}`)).toMatchObject({
          total: said,
          groups: [{ key, ...said }],
          bills: [{ target: "cloud", from: "2026-11-01", to: "2026-11-06" }],
        });
      expect((await world().call("/v1/costs/forecast")).body).toMatchObject({
        total: { spentUsd: "0.4", billedUsd: "0.5", driftUsd: "0.1" },
        workloads: [{ key: "production/web", spentUsd: "0.4", billedUsd: "0.5" }],
      });
    });

    test("are held only against the days and targets that they cover", async () => {
      const from = Date.parse("2026-11-06");
      await metered({ line: 1, from, to: from + HOUR_MS });
      await metered({ line: 2, target: "elsewhere" });
      await metered({ line: 3, target: undefined });
      await page("a", 1, [lineOf()]);
      await inForce("a", 1, 1);
      expect(at(await costs(), "total")).toMatchObject({ usd: "1.24", comparedUsd: "0.4", driftUsd: "0.1" });
      const { groups } = (await costs("&groupBy=target")) as { groups: readonly { key: string }[] };
      expect(groups.map((group) => [group.key, "billedUsd" in group])).toEqual([
        ["(none)", false],
        ["cloud", true],
        ["elsewhere", false],
      ]);
    });

    test("a correction of a day that no bill covers is an adjustment", async () => {
      await page("a", 1, [lineOf({ day: "2026-10-30", billedUsd: "-3" }), lineOf({ day: "2026-11-07" })]);
      await inForce("a", 1, 2);
      const { body } = await world().call("/v1/costs?from=2026-10-01&to=2026-12-01");
      expect(at(body, "total")).toMatchObject({ billedUsd: "0", bill: { adjustmentUsd: "-2.55" } });
      const october = await world().call("/v1/costs?from=2026-10-01&to=2026-11-01");
      expect(october.body).toMatchObject({ total: { bill: { adjustmentUsd: "-3" } } });
      expect(at(october.body, "bills")).toBeUndefined();
    });

    test("come as CSV and as FOCUS, where no column adds what was metered to what was billed", async () => {
      await page("a", 1, [lineOf()]);
      await inForce("a", 1, 1);
      const query = "from=2026-11-01&to=2026-12-01";
      const csv = await (await world().fetch(`/v1/costs?${query}&format=csv`)).text();
      expect(csv.split("\r\n")[1]).toBe("production/web,0.4,0.4,0.4,0,0.5,0.4,0.1,0.45,0,0,0,0");
      const focus = await (await world().fetch(`/v1/costs?${query}&format=focus`)).text();
      const [head = "", ...lines] = focus.trim().split("\r\n");
      const read = (name: string) => lines.map((line) => line.split(",")[head.split(",").indexOf(name)]);
      expect(read("x_Basis")).toEqual(["metered", "billed"]);
      expect(read("EffectiveCost")).toEqual(["0.4", "0"]);
      expect(read("BilledCost")).toEqual(["0", "0.45"]);
      expect(read("x_BilledEffectiveCost")).toEqual(["", "0.5"]);
    });

    test("a month imported again is another bill, and one that is not whole leaves it as it was", async () => {
      await page("a", 1, [lineOf()]);
      await inForce("a", 1, 1);
      await page("b", 1, [lineOf({ effectiveUsd: "7" })]);
      expect(await inForce("b", 2, 1)).toMatchObject({ status: 409, body: { code: "conflict" } });
      expect(at(await costs(), "total", "billedUsd")).toBe("0.5");
      expect((await inForce("b", 1, 1)).status).toBe(200);
      expect(at(await costs(), "total", "billedUsd")).toBe("7");
      expect((await page("b", 1, [lineOf({ effectiveUsd: "8" })])).status).toBe(409);
      expect((await inForce("b", 1, 1)).status).toBe(200);
      expect(at(await costs(), "total", "billedUsd")).toBe("7");
      expect((await send("DELETE", MONTH)).status).toBe(204);
      expect((await send("DELETE", MONTH)).status).toBe(404);
      expect(at(await costs(), "total", "billedUsd")).toBeUndefined();
    });

    test("lines for what is not this project's are counted and never stored, and a dry run stores nothing", async () => {
      const { body } = await world().call("/v1/projects", { method: "POST", json: { name: "other" } });
      expect(at(body, "name")).toBe("other");
      await send("PUT", "/v1/targets/cloud?project=other", {
        kind: "sandbox",
        simulates: "ecs",
        region: "eu-west-1",
      });
      const { secret } = await tokenWith(world(), ["admin"], "?project=other");
      const [stranger, early] = [{ unit: "f".repeat(40) }, { day: "2025-01-01" }];
      const lines = [
        lineOf({ unit: unit.slice(0, 30) }),
        lineOf(stranger),
        lineOf(early),
        lineOf({ day: "2026-12-02" }),
      ];
      const refused = [
        { reason: "unknown-unit", count: 1, usd: "0.5", example: stranger.unit },
        { reason: "other-day", count: 2, usd: "1", example: unit },
      ];
      const before = await world().dump();
      expect((await page("a", 1, lines, "?dryRun=true")).body).toMatchObject({ kept: 1, refused });
      expect((await world().dump())["billed_costs"]).toEqual(before["billed_costs"]);
      expect((await page("a", 1, lines)).body).toMatchObject({ kept: 1, refused });
      expect((await world().dump())["billed_costs"]).toMatchObject([{ unit, workload: "web" }]);
      const theirs = await send("PUT", `${MONTH}/imports/a/pages/1`, { lines: [lineOf()] }, secret);
      expect(theirs.body).toMatchObject({ kept: 0, refused: [{ reason: "unknown-unit", count: 1 }] });
      await inForce("a", 1, 1);
      expect((await world().call("/v1/costs", { token: secret })).body).toMatchObject({
        total: { usd: "0" },
      });
      expect(JSON.stringify((await world().call("/v1/costs", { token: secret })).body)).not.toContain("bill");
      expect(
        JSON.stringify((await world().call("/v1/costs/forecast", { token: secret })).body),
      ).not.toContain("billed");
      expect((await send("DELETE", MONTH, undefined, secret)).status).toBe(404);
    });

    test("are taken in pages of 500 lines, and no more", async () => {
      const lines = Array.from({ length: 501 }, () => lineOf({ meter: "m".repeat(120) }));
      expect((await page("a", 1, lines.slice(1))).body).toEqual({ kept: 500, refused: [] });
      expect((await page("a", 2, lines)).body).toMatchObject({ errors: [{ pointer: "/lines" }] });
      expect((await inForce("a", 1, 500)).status).toBe(200);
      expect(at(await costs(), "total", "billedUsd")).toBe("250");
    });

    test("say by which tags charges are told, and which months are in", async () => {
      await page("a", 1, [lineOf()]);
      await inForce("a", 1, 1);
      const { body } = await world().call("/v1/costs/bills/cloud");
      const project = (await world().store.project("default"))?.id;
      const { id } = await world().store.installation(0);
      expect(body).toMatchObject({
        provider: "ecs",
        marks: { "berth-installation": id.toLowerCase(), "berth-project": project },
        unitMark: "berth-unit",
        bills: [{ month: "2026-11", from: "2026-11-01", to: "2026-11-06", rows: 1 }],
      });
    });

    test("need a scope of their own, a cloud's target and a month that has begun", async () => {
      const { secret } = await tokenWith(world(), ["deployer"]);
      expect((await send("DELETE", MONTH, undefined, secret)).status).toBe(403);
      await send("PUT", "/v1/targets/home", { kind: "agents", pool: "home" });
      expect((await world().call("/v1/costs/bills/home")).body).toMatchObject({ code: "conflict" });
      for (const path of ["2026-12", "2026-13", "now"].map((month) => `/v1/costs/bills/cloud/${month}`))
        expect(
          await send("PUT", path, { import: "a", pages: 0, rows: 0, from: DAY, to: "2026-11-06" }),
        ).toMatchObject({ status: 400, body: { code: "invalid-path" } });
      for (const number of ["0", "2001", "one"])
        expect((await send("PUT", `${MONTH}/imports/a/pages/${number}`, { lines: [] })).status).toBe(400);
    });

    test.each([
      [{ effectiveUsd: "1e3" }, "/lines/0/effectiveUsd"],
      [{ billedUsd: "0.1234567890123" }, "/lines/0/billedUsd"],
      [{ unit: "b".repeat(29) }, "/lines/0/unit"],
      [{ category: "Usage" }, "/lines/0/category"],
      [{ day: "3 November" }, "/lines/0/day"],
    ])("%j is refused at %s", async (over, pointer) => {
      expect(await page("a", 1, [lineOf(over)])).toMatchObject({
        status: 400,
        body: { errors: [{ pointer }] },
      });
    });

    test.each([
      ["2026-10-31", "2026-11-06"],
      ["2026-11-01", "2026-12-02"],
      ["2026-11-05", "2026-11-05"],
      ["2026-11-05", "2026-11-31"],
    ])("a bill of the days from %s to %s is refused", async (from, to) => {
      expect(await send("PUT", MONTH, { import: "a", pages: 0, rows: 0, from, to })).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: "/from" }] },
      });
    });
  });
}
