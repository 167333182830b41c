import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openLibsqlStore } from "../../src/store/libsql.ts";
import { NOW, SCOPE, withWorkload } from "./fixtures.ts";

const WORKLOADS = 60;
const CLAIMERS = 4;

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "berth-store-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test("several connections that open, claim and record one file at once wait for each other, and do each thing once", async () => {
  const url = `file:${join(folder, "berth.db")}`;
  const { store, close } = await openLibsqlStore({ url });
  const names = Array.from({ length: WORKLOADS }, (_, at) => `w${String(at).padStart(2, "0")}`);
  for (const name of names) await withWorkload(store, SCOPE, name);
  const held = await Promise.all(Array.from({ length: CLAIMERS }, () => claimAll(url)));
  expect(held.flat().sort()).toEqual(names);
  expect(await store.nextDue()).toBeUndefined();
  for (const name of names) expect(await store.events(SCOPE, name, 0, 10)).toHaveLength(2);
  expect(await store.claimDue(NOW, 1)).toBeUndefined();
  await close();
});

test("several that open a new file at once make its tables once", async () => {
  const url = `file:${join(folder, "new.db")}`;
  expect(await Promise.all(Array.from({ length: CLAIMERS }, () => claimAll(url)))).toEqual([[], [], [], []]);
});

async function claimAll(url: string): Promise<readonly string[]> {
  const worker = new Worker(new URL("claimer.ts", import.meta.url), { workerData: url });
  const [names] = await Promise.race([
    once(worker, "message"),
    once(worker, "exit").then(() => Promise.reject(new Error("a claimer ended without a word"))),
  ]);
  await worker.terminate();
  return names;
}
