import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, type Client } from "@libsql/client";
import { drizzle } from "drizzle-orm/libsql";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createStore } from "../../src/store/create-store.ts";
import type { Store } from "../../src/store/store.ts";
import { changeOf, costingCommit } from "./changes.ts";
import { NOW, SCOPE, targetOf } from "./fixtures.ts";
import { migratedFile } from "./migrated-file.ts";

let folder = "";
let client: Client;
let store: Store;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "berth-store-"));
  client = createClient({ url: await migratedFile(folder) });
  store = createStore(drizzle(client));
  await store.putTarget(targetOf());
  await allow("50");
});
afterEach(async () => {
  client.close();
  await rm(folder, { recursive: true });
});

async function allow(usdPerMonth: string): Promise<void> {
  const ladder = [{ atPercent: 100, do: "block-new", graceMinutes: 0 }] as const;
  await store.putBudget({ project: SCOPE.project, name: "team", usdPerMonth, select: {}, ladder }, NOW);
}

/** The same store, beside which something happens before and after each of its batches. */
function besides(before: () => Promise<void>, after: () => Promise<void>): Store {
  const db = drizzle(client);
  const batch = db.batch.bind(db);
  db.batch = async (statements) => {
    await before();
    try {
      return await batch(statements);
    } finally {
      await after();
    }
  };
  return createStore(db);
}

const whole = () =>
  changeOf(
    "chg_1",
    ["a", "b"].map((name) => costingCommit("x", name, "40")),
  );

test("a change that a budget refused, and that has room by the time this is looked at, is written after all", async () => {
  const late = besides(
    async () => {},
    () => allow("80"),
  );
  expect(await late.commitChange(SCOPE, whole())).toEqual({ ok: true });
  expect(await store.workloads(SCOPE, { limit: 9 })).toHaveLength(2);
});

test("it is not tried for ever: after three times the failure is thrown", async () => {
  let batches = 0;
  const never = besides(
    async () => {
      batches += 1;
      await allow("50");
    },
    () => allow("80"),
  );
  await expect(never.commitChange(SCOPE, whole())).rejects.toThrow();
  expect(batches).toBe(3);
  expect(await store.workloads(SCOPE, { limit: 9 })).toEqual([]);
});

test("what no budget had a part in is tried once", async () => {
  let batches = 0;
  const counted = besides(
    async () => {
      batches += 1;
    },
    async () => {},
  );
  await store.commitChange(SCOPE, changeOf("chg_0", [costingCommit("x", "c", "1")]));
  const { money: _money, ...spent } = costingCommit("y", "d", "1", { id: "plan-x-c" });
  await expect(counted.commitChange(SCOPE, changeOf("chg_1", [spent]))).rejects.toThrow();
  expect(batches).toBe(1);
});
