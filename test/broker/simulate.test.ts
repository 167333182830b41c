import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { putAccountRates } from "../../src/broker/account-rates.ts";
import { deploy } from "../../src/broker/deploy.ts";
import { putPolicy } from "../../src/broker/policies.ts";
import { simulatePolicy, type SimulateRequest } from "../../src/broker/simulate-policy.ts";
import { subtract, sum } from "../../src/domain/money.ts";
import { type Bench, openBench } from "./ports.ts";
import { withRegion } from "./with-region.ts";
import { sandboxTarget, webSpec } from "./specs.ts";

const EU = { jurisdictions: ["EU"] };
const US = { jurisdictions: ["US"], allowPlainHttp: true };
const HERE = ["cloud-run/europe-west1", "cloud-run/us-central1"];
const FLEET = { over: "fleet", limit: 100 } as const;
/** Three services, each where the cheapest place was. */
const NAMES = ["api", "shop", "web"];

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  await bench.connect("belgium", sandboxTarget("cloud-run"));
  await bench.connect("iowa", { ...sandboxTarget("cloud-run"), region: "us-central1" });
  for (const name of NAMES) await put(name);
});
afterEach(() => bench.close());

const put = (name: string, over: Readonly<Record<string, unknown>> = {}, ports = bench.main.ports) =>
  deploy(ports, bench.caller, name, { spec: webSpec({ name, ...over }) });
const simulated = (request: Partial<SimulateRequest>, policy = "eu-only") =>
  simulatePolicy(bench.main.ports, bench.caller, policy, { ...FLEET, ...request });
const runsIn = async (name: string) => {
  const units = await bench.file.store.units(
    { project: bench.caller.project.id, environment: "production" },
    name,
  );
  return units.map(({ unit }) => unit.place.region);
};

describe("over the fleet", () => {
  test("a policy that stays as it is, at the prices there are, moves nothing and costs nothing", async () => {
    await putPolicy(bench.main.ports, bench.caller, "default", EU, { of: "project" });
    for (const request of [{}, { policy: EU }]) {
      const { totals, complete } = await simulated(request, "default");
      expect(totals).toMatchObject({ moves: 0, repriced: 0, unplaceable: 0, differenceUsd: "0" });
      expect({ complete, workloads: totals.workloads }).toEqual({ complete: true, workloads: 3 });
    }
  });

  test("a workload whose inline policy names what is gone since is judged as it would be moved, now and in the past", async () => {
    await put("web", { policy: { regions: [...HERE, "ecs/eu-gone-1"] } }, withRegion(bench, "eu-gone-1"));
    for (const over of ["fleet", "receipts"] as const) {
      const { missing, totals } = await simulated({ policy: { ...EU, select: {} }, over });
      expect({ over, missing }).toEqual({ over, missing: [] });
      expect(totals.workloads).toBeGreaterThan(2);
    }
    await expect(put("web", { policy: { regions: ["ecs/eu-gone-1"] } })).rejects.toMatchObject({
      code: "invalid-spec",
    });
  });

  test("a stricter policy tells who moves, from where to where, why and for how much, and who breaks it now", async () => {
    const where = (await runsIn("web"))[0];
    const strict = where === "us-central1" ? EU : US;
    const { totals, changed } = await simulated({ policy: { ...strict, select: {} } });
    expect(totals).toMatchObject({ workloads: 3, moves: 3, violations: 3, unchanged: 0 });
    const web = changed.find(({ workload }) => workload === "web");
    expect(web?.from?.places[0]?.region).toBe(where);
    expect(web?.to?.places[0]?.region).not.toBe(where);
    expect(web?.because).toContain("outside the jurisdictions");
    expect(web?.violation).toMatchObject({ already: false, reasons: [{ rule: "policy:jurisdictions" }] });
    expect(totals.differenceUsd).toBe(sum(changed.flatMap((one) => one.differenceUsd ?? [])));
    expect(totals.differenceUsd).toBe(subtract(totals.afterUsd, totals.beforeUsd));
  });

  test("a policy nobody can meet leaves every workload without a place, with the reasons", async () => {
    const { totals, changed } = await simulated({ policy: { providers: ["agents"], select: {} } });
    expect(totals).toMatchObject({ unplaceable: 3, moves: 0, differenceUsd: "0" });
    expect(changed[0]?.unplaceable?.already).toBe(false);
    expect(changed[0]?.because).not.toBe("");
  });

  test("only the environments a policy selects are touched by it", async () => {
    const none = { ...EU, jurisdictions: ["DE"], select: { environments: { names: ["staging"] } } };
    expect((await simulated({ policy: none })).totals).toMatchObject({ workloads: 3, unchanged: 3 });
  });

  test("dearer prices cost what they say, and what becomes too dear leaves", async () => {
    const region = (await runsIn("web"))[0] ?? "";
    const all = await simulated({ prices: { percent: { "cloud-run": "10" } } }, "default");
    expect(all.totals).toMatchObject({ repriced: 3, moves: 0 });
    expect(Number(all.totals.differenceUsd)).toBeCloseTo(Number(all.totals.beforeUsd) / 10, 6);
    const rates = [
      { provider: "cloud-run", region, meter: "cpu-second", usd: "1" },
      { provider: "cloud-run", region, meter: "idle-cpu-second", usd: "1" },
    ] as const;
    const here = await simulated({ prices: { rates } }, "default");
    expect(here.totals).toMatchObject({ moves: 3, violations: 0 });
    expect(here.changed[0]?.to?.places[0]?.region).not.toBe(region);
    expect(all.warnings.concat(here.warnings)).toEqual([]);
  });

  test("nothing is written: every row is as it was before, and no place is asked for more than offers", async () => {
    await putPolicy(bench.main.ports, bench.caller, "eu-only", EU, { of: "project" });
    const before = await bench.file.dump();
    bench.calls.length = 0;
    await simulated({ policy: { ...US, select: {} }, prices: { percent: { "cloud-run": "50" } } });
    await simulated({ policy: { ...US, select: {} }, over: "receipts" });
    expect(await bench.file.dump()).toEqual(before);
    expect(new Set(bench.calls.map(({ verb }) => verb))).toEqual(new Set(["offers"]));
  });

  test("a part of the fleet says that it is one, and the next goes on behind it until all are judged once", async () => {
    const seen: string[] = [];
    let after: string | undefined;
    for (let pages = 0; pages < 10; pages += 1) {
      const page = await simulated({ policy: { providers: ["agents"], select: {} }, limit: 2, after });
      seen.push(...page.changed.map(({ workload }) => workload));
      if (page.complete) break;
      after = page.next;
    }
    expect(seen).toEqual(NAMES);
  });

  test("labels, names and environments choose the part that is judged", async () => {
    await put("jobs", { labels: { team: "data" } });
    const count = async (select: SimulateRequest["select"]) =>
      (await simulated({ policy: EU, select })).totals.workloads;
    expect(await count({ labels: { team: "data" } })).toBe(1);
    expect(await count({ workloads: ["web", "api"] })).toBe(2);
    expect(await count({ environments: ["staging"] })).toBe(0);
  });

  test("a target that does not answer is told, and no move is blamed on the change for it", async () => {
    bench.interference = {
      before: ({ verb, target }) => {
        if (verb === "offers" && target === "belgium") throw new Error("down");
      },
    };
    const { warnings, totals } = await simulated({}, "default");
    expect(warnings.join("\n")).toContain("not counted: belgium");
    expect(totals.moves).toBe(0);
  });

  test("a workload that cannot be judged is told with its reason beside the others", async () => {
    await putPolicy(bench.main.ports, bench.caller, "team", EU, { of: "project" });
    await put("named", { policy: "team" });
    // As an older release may have taken it.
    const unreadable = {
      owner: bench.caller.project.id,
      name: "team",
      hash: "old",
      document: { gone: true },
    };
    await bench.file.store.putPolicy({ ...unreadable, actor: "someone", createdAt: 0 }, undefined);
    const { missing, totals } = await simulated({ policy: EU });
    expect(missing).toMatchObject([{ environment: "production", workload: "named" }]);
    expect(totals.workloads).toBe(3);
  });
});

describe("over past placements", () => {
  test("each is decided again from its receipt under the changed policy, and no place is asked", async () => {
    await put("web", { image: "localhost/web:2" });
    bench.calls.length = 0;
    const { totals, changed, over } = await simulated({
      policy: { providers: ["agents"], select: {} },
      over: "receipts",
    });
    expect({ over, workloads: totals.workloads, unplaceable: totals.unplaceable }).toEqual({
      over: "receipts",
      workloads: 4,
      unplaceable: 4,
    });
    expect(new Set(changed.map(({ plan }) => plan)).size).toBe(4);
    expect(bench.calls).toEqual([]);
  });

  test("unchanged, they are what they were", async () => {
    const { totals } = await simulated({ over: "receipts" }, "default");
    expect(totals).toMatchObject({ workloads: 3, unchanged: 3, differenceUsd: "0" });
  });

  test("other prices are taken of the book of their day", async () => {
    const { totals, warnings } = await simulated(
      { over: "receipts", prices: { percent: { "cloud-run": "10" } } },
      "default",
    );
    expect(totals.repriced).toBe(3);
    expect(warnings).toEqual([]);
  });
});

test("what a project pays instead of list prices is paid of the changed prices, too", async () => {
  const { ports } = bench.main;
  const discount = { provider: "cloud-run", percent: "50" } as const;
  await putAccountRates(
    ports,
    bench.caller,
    { discounts: [discount], commitments: [], stated: [] },
    undefined,
  );
  await put("web", { image: "localhost/web:2" });
  const prices = { percent: { "cloud-run": "10" } };
  const now = await simulated({ prices }, "default");
  expect(now.warnings).toEqual([]);
  expect(now.totals).toMatchObject({ repriced: 3, moves: 0 });
  expect(Number(now.totals.differenceUsd)).toBeCloseTo(Number(now.totals.beforeUsd) / 10, 6);
  const past = await simulated({ prices, over: "receipts" }, "default");
  expect({ warnings: past.warnings, repriced: past.totals.repriced }).toEqual({ warnings: [], repriced: 4 });
});

test.each([
  ["a document that is wrong", { policy: { spott: "allow" } }, "/policy/spott"],
  [
    "a price that is not in the book",
    { prices: { rates: [{ provider: "ecs", region: "mars", meter: "request", usd: "1" }] } },
    "/prices/rates/0",
  ],
] as const)("%s is refused with its place in the body", async (_, request, pointer) => {
  await expect(simulated(request, "default")).rejects.toMatchObject({
    code: "invalid-body",
    problems: [{ pointer }],
  });
});

test("a policy that is neither stored nor sent is not found", async () => {
  await expect(simulated({}, "nobody")).rejects.toMatchObject({ code: "not-found" });
});
