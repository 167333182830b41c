import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@libsql/client";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { LadderStep } from "../../src/domain/budget.ts";
import { openLibsqlStore, type OpenedStore } from "../../src/store/libsql.ts";
import { claimed, commitOf, planOf, SCOPE, targetOf, unitOf } from "./fixtures.ts";
import { migratedFile } from "./migrated-file.ts";

let folder: string;
let url: string;
let opened: OpenedStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "berth-older-rows-"));
  url = await migratedFile(folder);
  opened = await openLibsqlStore({ url });
});
afterEach(async () => {
  await opened.close();
  await rm(folder, { recursive: true });
});

test("plans and units whose bodies repeat their columns and each other, as they once did, are read as ever", async () => {
  const { store } = opened;
  await store.putTarget(targetOf());
  const units = [unitOf("u-b"), unitOf("u-a")];
  const plan = planOf("first", 1, units);
  await store.commit(SCOPE, commitOf(1, { plan, newUnits: units }));
  const { state: _state, logTail: _tail, ...rest } = plan;
  const packed = units.map((unit) => ({ ...unit, template: 0 }));
  const client = createClient({ url });
  await client.execute({
    sql: "update plans set born = null, body = ?",
    args: [JSON.stringify({ ...rest, units: packed, templates: [unitOf("x").template] })],
  });
  for (const unit of units)
    await client.execute({
      sql: "update units set body = ? where id = ?",
      args: [JSON.stringify(unit), unit.id],
    });
  client.close();
  expect(await store.plan(SCOPE.project, plan.id)).toEqual(plan);
  const claim = await claimed(store);
  expect(claim.plan).toEqual(plan);
  expect(claim.units.map(({ unit }) => unit)).toEqual([unitOf("u-a"), unitOf("u-b")]);
});

test("a cap that came of another rung than block-new is that of block-new, or none, after the migration", async () => {
  const { store } = opened;
  const rung = (step: LadderStep, atPercent: number) => ({ do: step, atPercent, graceMinutes: 0 });
  const ladders = {
    act: [rung("scale-down", 50), rung("stop", 100)],
    both: [rung("stop", 50), rung("block-new", 120), rung("block-new", 90)],
    plain: [rung("warn", 80), rung("block-new", 100)],
  };
  for (const [name, ladder] of Object.entries(ladders))
    await store.putBudget({ project: SCOPE.project, name, usdPerMonth: "0.05", select: {}, ladder }, 0);
  const client = createClient({ url });
  await client.execute("update budgets set cap_micro_usd = 7");
  const file = new URL("../../db/migrations/0015_caps_block_new.sql", import.meta.url);
  await client.execute(await readFile(file, "utf8"));
  const { rows } = await client.execute("select name, cap_micro_usd cap from budgets order by name");
  client.close();
  expect(rows.map(({ name, cap }) => [name, cap])).toEqual([
    ["act", null],
    ["both", 45_000],
    ["plain", 50_000],
  ]);
});

test("rates that were set before the meter knew of their ends are told anew after the migration", async () => {
  const { store } = opened;
  const discounts = [{ provider: "ecs", percent: "10" }] as const;
  await store.putAccountRates(SCOPE.project, { discounts, commitments: [] }, { base: "book" }, 0);
  expect(await store.ratesEnded(Date.now(), 5)).toEqual([]);
  const client = createClient({ url });
  const file = new URL("../../db/migrations/0017_rates_told_anew.sql", import.meta.url);
  await client.execute(await readFile(file, "utf8"));
  client.close();
  const [due] = await store.ratesEnded(Date.now(), 5);
  expect(due).toMatchObject({ project: SCOPE.project, rates: { discounts } });
});
