import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openLibsqlStore, type OpenedStore } from "../../src/store/libsql.ts";
import { eventOf, SCOPE } from "./fixtures.ts";

const MB = 1_000_000;

let folder: string;
let opened: OpenedStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "berth-log-"));
  opened = await openLibsqlStore({ url: `file:${join(folder, "berth.db")}` });
});
afterEach(async () => {
  await opened.close();
  await rm(folder, { recursive: true });
});

test("what is written gathers in the log up to 16 MB, and then goes into the file: the log grows no further", async () => {
  const before = await sizes();
  await write(12);
  const gathered = await sizes();
  expect(gathered.file).toBe(before.file);
  expect(gathered.log).toBeGreaterThan(12 * MB);
  await write(20);
  const brought = await sizes();
  expect(brought.file).toBeGreaterThan(before.file + 16 * MB);
  expect(brought.log).toBeLessThan(18 * MB);
});

async function write(megabytes: number): Promise<void> {
  const event = { ...eventOf("large"), data: { text: "x".repeat(MB / 2) } };
  for (let at = 0; at < megabytes * 2; at += 1) await opened.store.appendEvent(SCOPE, "web", event);
}

async function sizes() {
  const path = join(folder, "berth.db");
  return { file: (await stat(path)).size, log: (await stat(`${path}-wal`)).size };
}
