import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { listCosts } from "../../src/broker/costs.ts";
import { deploy } from "../../src/broker/deploy.ts";
import { destroy } from "../../src/broker/destroy.ts";
import { meterPass } from "../../src/broker/meter.ts";
import { migrate } from "../../src/broker/migrate.ts";
import { putOverride } from "../../src/broker/overrides.ts";
import { putSecret } from "../../src/broker/secrets.ts";
import { type PriceBook } from "../../src/catalog/book.ts";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import { add, multiply } from "../../src/domain/money.ts";
import type { ReadLedgerRow } from "../../src/domain/ledger.ts";
import { openBench, type Bench } from "./ports.ts";
import { sandboxTarget, webSpec } from "./specs.ts";

const HOUR_MS = 3_600_000;
const ROLLOUT_MS = 45_000;
const FAR = 4_000_000_000_000;

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  await bench.connect("one", sandboxTarget("ecs"));
});
afterEach(async () => {
  await bench.close();
});

const put = (over = {}) => deploy(bench.main.ports, bench.caller, "web", { spec: webSpec(over) });
const pass = (owner = "a") => meterPass({ ...bench.main.ports, owner });
const ledger = async (): Promise<readonly ReadLedgerRow[]> => {
  const { rows } = await bench.file.store.ledger({ project: undefined, from: 0, to: FAR, limit: 1_000 });
  return rows;
};
const costs = (groupBy: "workload" | "target" | "meter" | "label:team") =>
  listCosts(bench.main.ports, bench.caller, { groupBy, limit: 100 });

describe("metering", () => {
  test("a unit costs what its price says an hour, from the call that made it on", async () => {
    const { plan } = await put();
    await bench.run(ROLLOUT_MS);
    bench.clock.now += 10 * HOUR_MS;
    await pass();
    const rows = await ledger();
    const applied = (await bench.file.store.units({ ...scope() }, "web"))[0]?.appliedAt ?? 0;
    expect(Math.min(...rows.map(({ from }) => from))).toBe(applied);
    expect(new Set(rows.map(({ part }) => part))).toEqual(new Set(["start", "run"]));
    expect(rows.every(({ rateId }) => rateId?.startsWith("ecs/eu-west-1/") === true)).toBe(true);
    const { total } = await costs("workload");
    const hours = (bench.clock.now - applied) / HOUR_MS;
    // The price contains a guess at the image pull; the ledger the time it took.
    const pull = (plan.price?.lines ?? []).filter(({ note }) => note === "while the image is pulled");
    const monthly = Number(plan.price?.expectedUsd) - pull.reduce((sum, { usd }) => sum + Number(usd), 0);
    expect(Number(total.usd)).toBeCloseTo((monthly / 730) * hours, 8);
    expect(add(total.meteredUsd, total.estimatedUsd)).toBe(total.usd);
  });

  test("a secret that the cloud keeps costs its month once, whatever the number of replicas", async () => {
    await putSecret(bench.main.ports, bench.caller, "key", { value: "a value" });
    await put({ secrets: { KEY: "key" }, scale: { min: 3, max: 3 } });
    await bench.run(ROLLOUT_MS);
    bench.clock.now += 73 * HOUR_MS;
    await pass();
    const begun = (await ledger()).find(({ meter, part }) => meter === "secret-month" && part === "run");
    const { groups } = await costs("meter");
    const kept = groups.find(({ key }) => key === "secret-month");
    // A tenth of a month at 0.40 USD, and the seconds of its start.
    expect(Number(kept?.usd)).toBeGreaterThan(0.04);
    expect(Number(kept?.usd)).toBeLessThan(0.0401);
    expect(begun).toMatchObject({ rateId: expect.stringContaining("secret-month"), basis: "metered" });
  });

  test("with nothing new a pass writes nothing, not even that it ran", async () => {
    await put();
    await bench.run(ROLLOUT_MS);
    await pass();
    const before = await bench.file.dump();
    bench.clock.now += HOUR_MS;
    expect(await pass("b")).toBe(0);
    expect(await bench.file.dump()).toEqual(before);
  });

  test("a late pass, many passes and two processes come to the same ledger", async () => {
    const live = async (passes: boolean) => {
      await put();
      for (const ms of [500, 1_500, ROLLOUT_MS]) {
        await bench.run(ms);
        if (passes) await Promise.all([pass("a"), pass("b")]);
      }
      await putOverride(bench.main.ports, bench.caller, "web", { scale: { min: 3, max: 3 }, reason: "load" });
      await put({ env: { A: "1" } });
      await bench.run(ROLLOUT_MS);
      if (passes) await pass("b");
      await destroy(bench.main.ports, bench.caller, "web", {});
      await bench.run(2 * ROLLOUT_MS);
      await pass();
      const rows = await ledger();
      const start = Math.min(...rows.map(({ from }) => from));
      return rows.map(({ unit: _unit, project: _project, from, to, ...row }) => ({
        ...row,
        from: from - start,
        to: (to ?? FAR) - start,
      }));
    };
    const many = await live(true);
    await bench.close();
    bench = await openBench();
    await bench.connect("one", sandboxTarget("ecs"));
    const late = await live(false);
    const sorted = (rows: typeof many) => rows.map((row) => JSON.stringify(row)).toSorted();
    expect(many.map(({ replicas }) => replicas)).toContain(3);
    expect(sorted(many)).toEqual(sorted(late));
  });

  test("what was spent outlives its workload, under the labels it had", async () => {
    await put({ labels: { team: "shop" } });
    await bench.run(ROLLOUT_MS);
    bench.clock.now += HOUR_MS;
    await destroy(bench.main.ports, bench.caller, "web", {});
    await bench.run(2 * ROLLOUT_MS);
    await pass();
    expect(await bench.file.store.workload(scope(), "web")).toBeUndefined();
    const rows = await ledger();
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every(({ to }) => to !== undefined)).toBe(true);
    const { groups } = await costs("label:team");
    expect(groups.map(({ key }) => key)).toEqual(["shop"]);
    expect(await bench.file.store.meterBehind()).toBeUndefined();
  });

  test("a moved workload is spent on at both places, and every grouping adds up to the same", async () => {
    await bench.connect("two", sandboxTarget("aci"));
    const { plan } = await put({ resources: { cpu: 1, memory: "2Gi" } });
    await bench.run(ROLLOUT_MS);
    const to = plan.units[0]?.place.target === "one" ? "two" : "one";
    await migrate(bench.main.ports, bench.caller, "web", { to: { target: to } });
    await bench.run(2 * ROLLOUT_MS);
    await pass();
    const [byTarget, byMeter] = [await costs("target"), await costs("meter")];
    expect(byTarget.groups.map(({ key }) => key)).toEqual(["one", "two"]);
    expect(byTarget.total).toEqual(byMeter.total);
    const sum = byTarget.groups.reduce((total, { usd }) => add(total, usd), "0");
    expect(sum).toBe(byTarget.total.usd);
    expect(multiply(sum, 1)).not.toBe("0");
  });

  test("other prices split the rows at the moment they came into force, and what they do not change goes on", async () => {
    await put();
    await bench.run(ROLLOUT_MS);
    const [before] = (await pass(), await ledger());
    bench.clock.now += HOUR_MS;
    const book = dearer(builtInBook(), before?.rateId ?? "");
    const swapAt = bench.clock.now;
    const state = {
      version: 0,
      book: book.hash,
      base: { hash: "", collected: "" },
      reports: [],
      createdAt: 0,
    };
    const stored = { hash: book.hash, collected: book.collected, items: [] };
    expect(await bench.file.store.putCatalog(state, stored, swapAt)).toBe(true);
    bench.clock.now += HOUR_MS;
    const books = {
      ...bench.main.ports.books,
      byHash: async (hash: string) => (hash === book.hash ? book : undefined),
    };
    await meterPass({ ...bench.main.ports, books, owner: "a" });
    const rows = (await ledger()).filter(({ part }) => part === "run");
    const split = rows.filter(({ line }) => line === before?.line);
    expect(split.map(({ from, to, effectiveUsd }) => [from === swapAt, to === swapAt, effectiveUsd])).toEqual(
      [
        [false, true, before?.effectiveUsd],
        [true, false, "9"],
      ],
    );
    expect(rows.filter(({ line }) => line !== before?.line).every(({ to }) => to === undefined)).toBe(true);
  });

  test("a run shorter than the provider's least is billed as that least, by lines of their own", async () => {
    await put();
    await bench.run(2_000);
    await destroy(bench.main.ports, bench.caller, "web", {});
    await bench.run(ROLLOUT_MS);
    await pass();
    const rows = await ledger();
    const lines = new Set(rows.map(({ line }) => line));
    for (const line of lines) {
      const ms = rows.filter((row) => row.line === line).map(({ from, to = 0 }) => to - from);
      expect(ms.reduce((total, one) => total + one, 0)).toBeGreaterThanOrEqual(60_000);
    }
    const minimum = rows.filter(({ part }) => part === "minimum");
    expect(minimum.every(({ basis }) => basis === "estimated")).toBe(true);
  });
});

/** The same book with one price raised to 9 USD. */
function dearer(book: PriceBook, rateId: string): PriceBook {
  const rates = new Map(
    [...book.rates].map(([key, tiers]) => [
      key,
      tiers.map((rate) => (rate.id === rateId ? { ...rate, usd: "9", id: `${rateId}#9` } : rate)),
    ]),
  );
  return { ...book, hash: "dearer", rates };
}

const scope = () => ({ project: bench.caller.project.id, environment: "production" });
