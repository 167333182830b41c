import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, type Client } from "@libsql/client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sha256Hex } from "../../src/domain/canonical-json.ts";
import { deflated, inflated } from "../../src/store/deflate.ts";
import { openLibsqlStore, type OpenedStore } from "../../src/store/libsql.ts";

const TEXT = "what a placement was decided from";
const HASH = sha256Hex(TEXT);

let folder = "";
let opened: OpenedStore;
let raw: Client;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "berth-blobs-"));
  const url = `file:${join(folder, "berth.db")}`;
  opened = await openLibsqlStore({ url });
  raw = createClient({ url });
  const blobs = new Map([[HASH, () => TEXT]]);
  const manifest = "{}";
  const receipt = { hash: sha256Hex(manifest), manifest, createdAt: 0, keptUntil: 1, blobs };
  await opened.store.keepReceipt("p1", receipt);
});
afterEach(async () => {
  raw.close();
  await opened.close();
  await rm(folder, { recursive: true });
});

describe("a stored text", () => {
  test("that was changed in its row is never given back", async () => {
    const other = Buffer.from(await deflated("what a placement was not decided"));
    await raw.execute({ sql: "update blobs set content = ?", args: [other] });
    await expect(opened.store.blobs([HASH])).rejects.toThrow(/is not what its hash says/);
  });

  test("that would be longer than its row announces is not read to its end", async () => {
    await raw.execute("update blobs set bytes = 5");
    await expect(opened.store.blobs([HASH])).rejects.toThrow(RangeError);
  });

  test("takes a fraction of its length in the database", async () => {
    const manifest = '{"long":true}';
    const long = JSON.stringify(Array.from({ length: 5_000 }, (_, at) => ({ place: "ecs/eu-west-1", at })));
    const blobs = new Map([[sha256Hex(long), () => long]]);
    await opened.store.keepReceipt("p1", {
      hash: sha256Hex(manifest),
      manifest,
      createdAt: 0,
      keptUntil: 1,
      blobs,
    });
    const { rows } = await raw.execute(
      "select max(length(content)) as stored, max(bytes) as bytes from blobs",
    );
    expect(Number(rows[0]?.["stored"])).toBeLessThan(Number(rows[0]?.["bytes"]) / 5);
  });
});

test("a few bytes that unfold to very many are stopped at the bound", async () => {
  const bomb = await deflated("0".repeat(5_000_000));
  expect(bomb.byteLength).toBeLessThan(10_000);
  await expect(inflated(bomb, 100_000)).rejects.toThrow(RangeError);
  expect(await inflated(bomb, 5_000_000)).toHaveLength(5_000_000);
});
