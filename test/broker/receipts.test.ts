import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { destroy } from "../../src/broker/destroy.ts";
import { dryRun } from "../../src/broker/dry-run.ts";
import { prune, PRUNE_EVERY_MS } from "../../src/broker/prune.ts";
import { receiptView } from "../../src/broker/receipt-view.ts";
import { RECEIPT_DAYS } from "../../src/broker/receipts.ts";
import { readReceipt, replayPlan } from "../../src/broker/replay.ts";
import { sha256Hex } from "../../src/domain/canonical-json.ts";
import { Fault } from "../../src/domain/fault.ts";
import { openBench, type Bench } from "./ports.ts";
import { sandboxTarget, webSpec } from "./specs.ts";

const DAY_MS = 86_400_000;

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  await bench.connect("cloud", sandboxTarget("ecs"));
});
afterEach(async () => {
  await bench.close();
});

const shown = () => dryRun(bench.main.ports, bench.caller, { spec: webSpec() });
const deployed = async () => (await deploy(bench.main.ports, bench.caller, "web", { spec: webSpec() })).plan;
const replay = (id: string) => replayPlan(bench.main.ports, bench.caller, id);
const read = (id: string) => readReceipt(bench.main.ports, bench.caller, id);

describe("every plan that places something", () => {
  test("has a receipt that replays to the same placement: a dry run, and what is deployed", async () => {
    for (const plan of [await shown(), await deployed()])
      expect(await replay(plan.id)).toMatchObject({
        plan: plan.id,
        receipt: plan.receipt,
        identical: true,
        difference: undefined,
      });
  });

  test("replays alike after its targets, its prices and its workload have changed", async () => {
    const plan = await deployed();
    await bench.connect("cloud", sandboxTarget("ecs", { quota: { resources: 0 } }));
    await bench.connect("other", sandboxTarget("cloud-run"));
    bench.clock.now += 30 * DAY_MS;
    expect(await replay(plan.id)).toMatchObject({ identical: true });
  });

  test("says in its receipt what it was decided from", async () => {
    const plan = await deployed();
    const view = receiptView(await read(plan.id), false);
    const book = bench.main.ports.books.current();
    expect(view).toMatchObject({
      workload: "web",
      complete: true,
      book: { hash: book.hash, collected: book.collected },
      chosen: { place: plan.units[0]?.place },
      keptUntil: new Date(plan.createdAt + RECEIPT_DAYS * DAY_MS).toISOString(),
      texts: undefined,
    });
  });

  test("gives every text under its hash, so that anybody can check them", async () => {
    const { texts } = receiptView(await read((await shown()).id), true);
    for (const [hash, text] of Object.entries(texts?.parts ?? {})) expect(sha256Hex(text)).toBe(hash);
    expect(Object.keys(texts?.parts ?? {}).length).toBeGreaterThan(2);
  });

  test("shares its price book with all others: it is stored once", async () => {
    const plans = [await shown(), await shown(), await deployed()];
    const { hash } = bench.main.ports.books.current();
    for (const plan of plans) expect((await read(plan.id)).stored.manifest).toContain(hash);
    expect([...(await bench.file.store.blobs([hash])).keys()]).toEqual([hash]);
  });
});

describe("a plan without a receipt", () => {
  test("says that removing a workload places nothing", async () => {
    await deployed();
    const { plan } = await destroy(bench.main.ports, bench.caller, "web", {});
    await expect(replay(plan.id)).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringContaining("it places nothing"),
    });
  });

  test("says so where none is kept", async () => {
    const ports = { ...bench.main.ports, receiptDays: 0 };
    const plan = await dryRun(ports, bench.caller, { spec: webSpec() });
    expect(plan.receipt).toBeUndefined();
    await expect(replay(plan.id)).rejects.toThrow(/none was kept when it was made/);
  });

  test("is deployed all the same when its receipt is too large, and says why", async () => {
    const store = {
      ...bench.file.store,
      keepReceipt: async () => {
        throw new Fault("too-large-to-store", "A part of the receipt takes too much.");
      },
    };
    const plan = await dryRun({ ...bench.main.ports, store }, bench.caller, { spec: webSpec() });
    expect(plan.warnings).toContainEqual({
      code: "no-receipt",
      message: "This plan cannot be replayed: A part of the receipt takes too much.",
    });
    await expect(replay(plan.id)).rejects.toThrow(/A part of the receipt takes too much/);
  });

  test("is not another's: a plan of another project is not found", async () => {
    const plan = await deployed();
    const stranger = { ...bench.caller, project: { ...bench.caller.project, id: "prj_other" } };
    await expect(replayPlan(bench.main.ports, stranger, plan.id)).rejects.toMatchObject({
      code: "not-found",
    });
  });
});

describe("a receipt past its time", () => {
  test("is pruned with all that only it named, and its plan says that it is gone", async () => {
    const plan = await deployed();
    bench.clock.now += RECEIPT_DAYS * DAY_MS;
    expect((await prune(bench.main.ports)).receipts).toBe(1);
    await expect(replay(plan.id)).rejects.toMatchObject({ code: "receipt-gone" });
    expect(await bench.file.store.blobs([bench.main.ports.books.current().hash])).toEqual(new Map());
  });

  test("is kept as long as the installation says", async () => {
    const ports = { ...bench.main.ports, receiptDays: 7 };
    const plan = await dryRun(ports, bench.caller, { spec: webSpec() });
    bench.clock.now += 7 * DAY_MS - 1;
    expect((await prune(ports)).receipts).toBe(0);
    bench.clock.now += PRUNE_EVERY_MS;
    expect((await prune(ports)).receipts).toBe(1);
    await expect(replay(plan.id)).rejects.toMatchObject({ code: "receipt-gone" });
  });

  test("is looked for by one process at a time, and once an hour", async () => {
    const second = bench.process();
    await deployed();
    bench.clock.now += RECEIPT_DAYS * DAY_MS;
    const both = await Promise.all([prune(bench.main.ports), prune(second.ports)]);
    expect(new Set(both.map(({ receipts }) => receipts))).toEqual(new Set([undefined, 1]));
    bench.clock.now += PRUNE_EVERY_MS - 1;
    expect(await prune(second.ports)).toEqual({});
  });
});

describe("a receipt of which only a part is left", () => {
  test("says which part is gone", async () => {
    const plan = await deployed();
    const kept = await read(plan.id);
    const [offers = ""] = kept.parts.keys();
    const store = {
      ...bench.file.store,
      blobs: async (hashes: readonly string[]) => {
        const all = await bench.file.store.blobs(hashes);
        return new Map([...all].filter(([hash]) => hash !== offers));
      },
    };
    const ports = { ...bench.main.ports, store };
    await expect(replayPlan(ports, bench.caller, plan.id)).rejects.toMatchObject({
      code: "receipt-gone",
      message: expect.stringContaining("its offers are no longer kept"),
    });
    const view = receiptView(await readReceipt(ports, bench.caller, plan.id), true);
    expect(view).toMatchObject({ complete: false, gone: "its offers are no longer kept" });
  });
});

test("a receipt is written before the plan that names it, and a store that fails keeps the plan away", async () => {
  const store = {
    ...bench.file.store,
    keepReceipt: async () => Promise.reject(new Error("the store is away")),
  };
  const ports = { ...bench.main.ports, store };
  await expect(deploy(ports, bench.caller, "web", { spec: webSpec() })).rejects.toThrow("the store is away");
  expect(
    await bench.file.store.workload({ project: bench.caller.project.id, environment: "production" }, "web"),
  ).toBeUndefined();
});
