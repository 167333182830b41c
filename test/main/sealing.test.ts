import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sealingOf } from "../../src/main/sealing.ts";
import { testKey } from "../identity/test-sealer.ts";

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "berth-sealing-"));
});
afterEach(async () => {
  await rm(dataDir, { recursive: true });
});

const CONTEXT = { purpose: "secret", project: "p", environment: "e", name: "n", version: 1 } as const;
const random = (count: number) => randomBytes(count);
const start = (over: Partial<Parameters<typeof sealingOf>[0]> = {}) =>
  sealingOf({ sealingKeys: undefined, databaseUrl: undefined, dataDir, ...over }, random);

test("the first start makes a key that only its user reads, says so, and every later one opens what was sealed", async () => {
  const first = await start();
  expect(first.newFile).toBe(join(dataDir, "sealing-keys"));
  expect((await stat(join(dataDir, "sealing-keys"))).mode & 0o777).toBe(0o600);
  const sealed = await first.sealer.seal("x", CONTEXT);
  const [again, beside] = await Promise.all([start(), start()]);
  expect([again.newFile, beside.newFile]).toEqual([undefined, undefined]);
  expect(await again.sealer.open(sealed, CONTEXT)).toBe("x");
});

test("starts at the same time agree on one key", async () => {
  const all = await Promise.all(Array.from({ length: 5 }, () => start()));
  expect(all.filter(({ newFile }) => newFile !== undefined).length).toBe(1);
  expect(new Set(all.map(({ sealer }) => sealer.keyId)).size).toBe(1);
});

test("keys of the environment come before the file, and a database of many processes gets none of one folder's making", async () => {
  expect((await start({ sealingKeys: [testKey("k9")] })).sealer.keyId).toBe("k9");
  const { sealer, newFile } = await start({ databaseUrl: "http://127.0.0.1:1" });
  expect(newFile).toBe(undefined);
  await expect(sealer.seal("x", CONTEXT)).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("set BERTH_SEALING_KEYS"),
  });
});

test("a file without keys stops the start with a sentence, and is never written over", async () => {
  await writeFile(join(dataDir, "sealing-keys"), "k1:c2hvcnQ=\n");
  await expect(start()).rejects.toThrow(/sealing-keys holds no sealing keys.*32 bytes/);
  await writeFile(join(dataDir, "sealing-keys"), "");
  await expect(start()).rejects.toThrow(/sealing-keys holds no sealing keys/);
  expect(await readFile(join(dataDir, "sealing-keys"), "utf8")).toBe("");
});
